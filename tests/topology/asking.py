"""What the people of the load ask for, and how they hear of the answer."""

import base64
import json
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from typing import Any

PATIENCE_SECONDS = 30
SAID = "... on OperationInfo { messages { code message } }"
PAGE = """
query Page {
  questions(first: 20) {
    totalCount edges { node { id title difficulty dueAt tags { name } } }
  }
}
"""
READ = """
query Read($id: ID!) {
  question(id: $id) { id title notes logs(first: 5) { edges { node { id outcome notes } } } }
}
"""
CREATE = f"""
mutation Create($input: CreateQuestionInput!) {{
  createQuestion(input: $input) {{ ... on Question {{ id title }} {SAID} }}
}}
"""
RENAME = f"""
mutation Rename($input: UpdateQuestionInput!) {{
  updateQuestion(input: $input) {{ ... on Question {{ id title }} {SAID} }}
}}
"""
RECORD = f"""
mutation Record($input: CreateQuestionLogInput!) {{
  createQuestionLog(input: $input) {{ ... on QuestionLog {{ id notes }} {SAID} }}
}}
"""
IMPORT = f"""
mutation Import($content: String!) {{
  startImport(input: {{content: $content}}) {{ ... on ImportBatch {{ job {{ id }} }} {SAID} }}
}}
"""
WATCH = "subscription Watch($id: ID!) { jobProgress(id: $id) { status attempts } }"
DOCUMENTS = (PAGE, READ, CREATE, RENAME, RECORD, IMPORT, WATCH)


class Failed(Exception):
    """No answer, or one that says that something is wrong; its text says in two words what."""


@dataclass(frozen=True)
class Caller:
    """Somebody who is signed in, at an address."""

    port: int
    token: str

    @property
    def headers(self) -> dict[str, str]:
        """What every request carries; TLS ended in front of nginx."""
        return {
            "Authorization": f"Bearer {self.token}",
            "Content-Type": "application/json",
            "X-Forwarded-Proto": "https",
        }

    def connect(self) -> HTTPConnection:
        """A connection, which is kept."""
        return HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_SECONDS)

    def ask(self, connection: HTTPConnection, document: str, **variables: Any) -> Any:
        """The value of the one root field.

        Raises:
            Failed: it is not there.
        """
        body = json.dumps({"query": document, "variables": variables})
        try:
            connection.request("POST", "/graphql", body, self.headers)
            response = connection.getresponse()
            status, content = response.status, response.read()
        except (OSError, HTTPException) as failure:
            connection.close()
            raise Failed(type(failure).__name__) from failure
        return _value(status, content)


def _value(status: int, content: bytes) -> Any:
    try:
        answer = json.loads(content)
    except ValueError:
        raise Failed(f"{status} no JSON") from None
    if errors := answer.get("errors"):
        raise Failed(f"{status} {errors[0]['extensions']['code']}")
    (value,) = answer["data"].values()
    if messages := (value or {}).get("messages"):
        raise Failed(f"{status} {messages[0]['code']}")
    return value


def uid_of(node_id: str) -> str:
    """The uid in an id of the API."""
    return base64.b64decode(node_id).decode().partition(":")[2]
