"""Requests to a running server, also such as no client sends, and what it answered."""

import json
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from typing import Any

ANSWER_SECONDS = 30
SLOW_SECONDS = 8
SLOW_SENDERS = 10
MEGABYTE = 1024 * 1024
DECLARED = 1024 * MEGABYTE
MUTATION = """
mutation ($content: String, $file: Upload) {
  importQuestions(input: {content: $content, upload: $file}) {
    __typename ... on OperationInfo { messages { code } }
  }
}
"""
PREVIEW = MUTATION.replace("importQuestions", "previewImport")


@dataclass(frozen=True)
class Target:
    """A running server, and somebody who is signed in there.

    Attributes:
        extra: headers that every request needs.
    """

    port: int
    token: str
    extra: dict[str, str] = field(default_factory=dict)

    @property
    def headers(self) -> dict[str, str]:
        """Of every request."""
        return {"Authorization": f"Bearer {self.token}", "Host": "localhost", **self.extra}


@dataclass(frozen=True)
class Reply:
    """What a server said.

    Attributes:
        codes: of all errors and messages; a word in brackets where there is no answer to read.
    """

    status: int
    codes: frozenset[str]


def post(target: Target, body: bytes | Iterator[bytes], **headers: str) -> Reply:
    """Send a body; an iterator is sent in chunks, of no declared length."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    connection = HTTPConnection("127.0.0.1", target.port, timeout=ANSWER_SECONDS)
    try:
        # A server may answer, and hang up, before it has read everything.
        with suppress(BrokenPipeError, ConnectionResetError):
            connection.request("POST", "/graphql", body, target.headers | named)
        response = connection.getresponse()
        return _read(response.status, response.read())
    except TimeoutError:
        return Reply(0, frozenset({"[no answer]"}))
    except (OSError, HTTPException):
        return Reply(0, frozenset({"[hung up]"}))
    finally:
        connection.close()


def ask(target: Target) -> float:
    """Seconds that a small question of somebody signed in takes."""
    started = time.monotonic()
    body = json.dumps({"query": "{ viewer { id } }"}).encode()
    reply = post(target, body, Content_Type="application/json")
    if (reply.status, reply.codes) != (200, frozenset()):
        raise RuntimeError(f"A small question is answered by {reply}")
    return time.monotonic() - started


def as_text(content: str) -> Callable[[Target], Reply]:
    """Import it as a variable of the operation."""
    body = json.dumps({"query": MUTATION, "variables": {"content": content}}).encode()
    return lambda target: post(target, body, Content_Type="application/json")


def as_file(content: bytes, document: str = MUTATION) -> Callable[[Target], Reply]:
    """Import it as an upload."""
    operations = json.dumps({"query": document, "variables": {"file": None}}).encode()
    body = b"".join(
        [
            _part(b'name="operations"', operations),
            _part(b'name="map"', b'{"0": ["variables.file"]}'),
            _part(b'name="0"; filename="f"', content),
            b"--B--\r\n",
        ]
    )
    return lambda target: post(target, body, Content_Type=FORM, GraphQL_Preflight="1")


def as_body(body: bytes, **headers: str) -> Callable[[Target], Reply]:
    """Send it as the request itself."""
    return lambda target: post(target, body, **{"Content_Type": "application/json"} | headers)


def declared(target: Target) -> Reply:
    """A gigabyte is announced, and none of it comes."""
    return _raw(target, f"Content-Length: {DECLARED}\r\nContent-Type: application/json", b"")


def declared_upload(target: Target) -> Reply:
    """The same as an upload."""
    form = f"Content-Length: {DECLARED}\r\nContent-Type: {FORM}\r\nGraphQL-Preflight: 1"
    return _raw(target, form, b"--B\r\n")


def chunked(target: Target) -> Reply:
    """A gigabyte in chunks, as long as anybody takes them."""
    megabyte = b"9" * MEGABYTE
    chunks = (megabyte for _ in range(DECLARED // MEGABYTE))
    return post(target, chunks, Content_Type="application/json", Transfer_Encoding="chunked")


def slowly(target: Target) -> Reply:
    """Several who announce a kilobyte and send a byte a second."""
    senders = []
    for _ in range(SLOW_SENDERS):
        sender = socket.create_connection(("127.0.0.1", target.port), timeout=ANSWER_SECONDS)
        length = "Content-Length: 1000\r\nContent-Type: application/json"
        sender.sendall(_head(target, length))
        senders.append(sender)
    for _ in range(SLOW_SECONDS):
        for sender in senders:
            sender.sendall(b"{")
        time.sleep(1)
    for sender in senders:
        sender.close()
    return Reply(0, frozenset({"[still sending]"}))


FORM = "multipart/form-data; boundary=B"


def _part(disposition: bytes, content: bytes) -> bytes:
    return (
        b"--B\r\nContent-Disposition: form-data; " + disposition + b"\r\n\r\n" + content + b"\r\n"
    )


def _head(target: Target, lines: str) -> bytes:
    named = "\r\n".join(f"{name}: {value}" for name, value in target.headers.items())
    return f"POST /graphql HTTP/1.1\r\n{named}\r\n{lines}\r\n\r\n".encode()


def _raw(target: Target, lines: str, body: bytes) -> Reply:
    address = ("127.0.0.1", target.port)
    with socket.create_connection(address, timeout=ANSWER_SECONDS) as sender:
        sender.sendall(_head(target, lines) + body)
        received = b""
        try:
            while b"}]}" not in received and (more := sender.recv(65_536)):
                received += more
        except TimeoutError:
            return Reply(0, frozenset({"[no answer]"}))
    head, _, content = received.partition(b"\r\n\r\n")
    return _read(int(head.split()[1]), content[content.find(b"{") : content.rfind(b"}") + 1])


def _read(status: int, content: bytes) -> Reply:
    try:
        answer: Any = json.loads(content)
    except ValueError:
        return Reply(status, frozenset({"[no JSON]"}))
    codes = {error["extensions"]["code"] for error in answer.get("errors", [])}
    for value in (answer.get("data") or {}).values():
        codes |= {message["code"] for message in (value or {}).get("messages", [])}
    return Reply(status, frozenset(codes))
