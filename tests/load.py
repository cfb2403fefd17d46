"""``python -m tests.load``: a bounded load by wrk on a server that is already running.

It signs in as the demo account of ``make run`` and asks for a page of questions, over and over.
"""

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import urllib.request
from pathlib import Path
from typing import Any
from urllib.error import URLError

SIGN_IN = """
mutation SignIn($input: SignInInput!) {
  signIn(input: $input) {
    ... on Session { accessToken }
    ... on OperationInfo { messages { message } }
  }
}
"""
DEMO = {"email": "demo@drillbook.example", "password": "practice-daily"}
PAGE = """
query Load {
  questions(first: 20) { totalCount edges { node { id title difficulty dueAt tags { name } } } }
}
"""
# What wrk sends; it counts answers with errors, which GraphQL may give the status 200.
SCRIPT = """
wrk.method, wrk.body = "POST", %(body)s
wrk.headers["Content-Type"] = "application/json"
wrk.headers["Authorization"] = "Bearer %(token)s"
local threads = {}
function setup(thread) table.insert(threads, thread) end
function init() failed = 0 end
function response(status, headers, body)
  if status ~= 200 or body:find('"errors"', 1, true) then failed = failed + 1 end
end
function done()
  local sum = 0
  for _, thread in ipairs(threads) do sum = sum + thread:get("failed") end
  print("Answers with errors: " .. sum)
  if sum > 0 then os.exit(1) end
end
"""


def main() -> int:
    """Load the server; 1 if it is not there or gave an error."""
    options = arguments()
    if shutil.which("wrk") is None:
        return refuse("wrk is not installed; `apt install wrk` or `brew install wrk`.")
    address = f"{options.url}/graphql"
    try:
        answer = post(address, SIGN_IN, {"input": DEMO})["data"]["signIn"]
    except (URLError, ConnectionError, TypeError, KeyError) as failure:
        return refuse(f"Nobody can sign in at {address} ({failure!r}). Start it with `make run`.")
    if "accessToken" not in answer:
        return refuse(f"{DEMO['email']}: {answer['messages'][0]['message']}")
    return load(address, answer["accessToken"], options)


def arguments() -> argparse.Namespace:
    """What was asked for on the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.load", description=__doc__)
    parser.add_argument("--url", default="http://127.0.0.1:8000", help="the server")
    parser.add_argument("--seconds", type=int, default=10, help="how long (10)")
    parser.add_argument("--connections", type=int, default=4, help="requests at once (4)")
    return parser.parse_args()


def load(address: str, token: str, options: argparse.Namespace) -> int:
    """Run wrk; its exit code, 1 if any answer was an error."""
    body = json.dumps(json.dumps({"query": " ".join(PAGE.split())}))
    with tempfile.TemporaryDirectory() as directory:
        script = Path(directory) / "load.lua"
        script.touch(mode=0o600)
        script.write_text(SCRIPT % {"body": body, "token": token})
        threads = ["--threads", "1", "--connections", str(options.connections)]
        limits = ["--duration", f"{options.seconds}s", "--timeout", "10s", "--latency"]
        command = ["wrk", *threads, *limits, "--script", str(script), address]
        return subprocess.run(command, check=False).returncode


def post(address: str, query: str, variables: dict[str, Any]) -> Any:
    """The answer to one operation."""
    request = urllib.request.Request(  # noqa: S310
        address,
        json.dumps({"query": query, "variables": variables}).encode(),
        {"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=30) as response:  # noqa: S310
        return json.load(response)


def refuse(reason: str) -> int:
    """Say why there is no load."""
    sys.stderr.write(f"{reason}\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
