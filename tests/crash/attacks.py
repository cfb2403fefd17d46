"""What somebody may send to make a server fall over."""

import gzip
import io
import json
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tests.crash.sending import (
    DECLARED,
    MEGABYTE,
    PREVIEW,
    Reply,
    Target,
    as_body,
    as_file,
    as_text,
    chunked,
    declared,
    declared_upload,
    slowly,
)

# What a request takes; anything larger is refused unread.
NEARLY_ALL = MEGABYTE - 100
CELL, ROWS = 130_000, 7  # together nearly all
UNFINISHED = ("<a ", "<!--", "<![", "</a", "<script>", "&#", "&a;", "<div>", "[sound:", "{{c1::")


@dataclass(frozen=True)
class Attack:
    """One kind of request.

    Args:
        may_pass: whether it is enough that it is answered.
    """

    name: str
    send: Callable[[Target], Reply]
    may_pass: bool = False


def _zip_bomb() -> bytes:
    packed = io.BytesIO()
    with (
        zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as bomb,
        bomb.open("submissions.json", "w", force_zip64=True) as file,
    ):
        for _ in range(DECLARED // MEGABYTE):
            file.write(bytes(MEGABYTE))
    return packed.getvalue()


def _gzip_bomb() -> bytes:
    packed = io.BytesIO()
    with gzip.GzipFile(fileobj=packed, mode="wb") as bomb:
        for _ in range(DECLARED // MEGABYTE):
            bomb.write(bytes(MEGABYTE))
    return packed.getvalue()


def attacks() -> list[Attack]:
    """All of them."""
    return [
        *_archives(),
        *_nested(),
        *_tables(),
        *_texts(),
        Attack("10 MiB", as_file(b"Title,Date\n" + b"a,b\n" * (5 * MEGABYTE // 2 - 5))),
        Attack("11 MiB", as_file(b" " * (11 * MEGABYTE))),
        Attack("1 GB declared", declared),
        Attack("1 GB upload", declared_upload),
        Attack("1 GB chunked", chunked),
        Attack("slow senders", slowly),
    ]


def _archives() -> Iterator[Attack]:
    bomb = _gzip_bomb()
    yield Attack("zip bomb", as_file(_zip_bomb()))
    yield Attack("gzip bomb", as_file(bomb))
    yield Attack("gzip as body", as_body(bomb, Content_Encoding="gzip"))


def _nested() -> Iterator[Attack]:
    opening, closing = "[" * 500_000, "]" * 500_000
    variables = f'{{"query": "{{a}}", "variables": {{"a": {opening}'
    yield Attack("nested arrays", as_file(opening.encode()))
    yield Attack("nested, closed", as_file(f"{opening}{closing}".encode()))
    yield Attack("nested, as text", as_text(opening))
    yield Attack("nested variables", as_body(variables.encode()))
    yield Attack("nested document", as_body(json.dumps({"query": "{a" * 400_000}).encode()))


def _tables() -> Iterator[Attack]:
    columns = ",".join(["T"] * 250_000)
    for name, content in {
        "many columns": f"Title,{columns}\n{columns}",
        "many rows": "Title,Date\n" + "a,b\n" * 250_000,
        "empty lines": "Title,Date\n" + "\n" * (NEARLY_ALL - 20),
        "one cell": 'Title\n"' + "x" * (NEARLY_ALL - 10),
        "quotes only": "Title\n" + '"' * (NEARLY_ALL - 10),
    }.items():
        yield Attack(name, as_file(content.encode()))
    for name, row in {
        "long dates": f"a,2026-01-01,{'9' * CELL}",
        "long durations": f"a,2026-01-01,{'1h ' * (CELL // 3)}",
        "long topics": f"a,2026-01-01,1,{'a;' * (CELL // 2)}",
    }.items():
        table = "Title,Date,Duration,Topics\n" + f"{row}\n" * ROWS
        yield Attack(name, as_file(table.encode(), PREVIEW), may_pass=True)
    for part in (
        "<a ",
        "<!--",
        "<![",
        "</a",
        "<script>",
        "&#",
        "&a;",
        "<div>",
        "[sound:",
        "{{c1::",
    ):
        cell = part * (CELL // len(part))
        notes = "#separator:tab\n#html:true\n" + f"a\t{cell}\n{cell}\ta\n" * (ROWS // 2)
        yield Attack(f"notes of {part}", as_file(notes.encode(), PREVIEW), may_pass=True)


def _texts() -> Iterator[Attack]:
    digits = "9" * 100_000
    row = '{"status":"OK","result":[{"id":%s}]}'
    variables = f'{{"query": "{{a}}", "variables": {{"a": {digits}}}}}'
    yield Attack("number", as_file((row % digits).encode()))
    yield Attack("number as body", as_body(variables.encode()))
    yield Attack("exponent", as_file((row % "1e999999999").encode()))
    yield Attack("UTF-16, no mark", as_file('[{"id": 1}]'.encode("utf-16-le")))
    yield Attack("Latin-1", as_file("Title,Notes\nÄpfel,naïve".encode("latin-1")))
    yield Attack("random bytes", as_file(bytes(range(256)) * 4096))
    yield Attack("NUL", as_file(b"Title\n\x00\n"))
    yield Attack("surrogates", as_file(b'["\\ud800"]'))
