"""Finds the records of a file of Drillbook JSON v1, whether it is one document or JSON lines."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings

from domain.archive.declaring import Entity, EntityName
from domain.archive.documents import FORMAT
from domain.archive.entities import BY_NAME, ENTITIES, VERSION
from domain.archive.restored import Restored
from domain.base.findings import Finding, shown, wrong_type

_HEADER = {"format", "version"}
LISTED = [entity for entity in ENTITIES if entity.uid is not None]


@dataclass(slots=True)
class Opened:
    """The records of a file as they stand in it, by kind, each with its number.

    Attributes:
        are_lines: whether the numbers are those of lines; else of places in lists.
        is_refused: whether nothing can be read of it, as the problems say.
    """

    are_lines: bool
    is_refused: bool = False
    records: dict[EntityName, list[tuple[int, object]]] = field(
        default_factory=lambda: defaultdict(list)
    )

    def position(self, entity: Entity, number: int) -> str:
        """Where a record stands."""
        if self.are_lines:
            return f"line {number + 1}"
        return entity.key if entity.uid is None else f"{entity.key}[{number}]"


def looks_like_ours(document: object) -> bool:
    """Whether a document, or one of the lines of a file, is of this format."""
    if not isinstance(document, dict):
        return False
    return document.get("format") == FORMAT or _is_record(document)


def within(position: str, path: str) -> str:
    """Where a value of the record at ``position`` stands."""
    if not position or not path:
        return position or path
    if path.startswith("["):
        return position + path
    lines = position.startswith("line ") and "," not in position
    return f"{position}, {path}" if lines else f"{position}.{path}"


def open_archive(documents: object, restored: Restored) -> Opened:
    """Sort the records by kind; what is wrong with the file as such is noted as a problem.

    Args:
        documents: a document, or a tuple of several as ``read_document`` gives them.
    """
    if isinstance(documents, dict) and "entity" not in documents:
        opened = _open_document(documents, restored)
    elif isinstance(documents, dict):
        opened = _open_lines([documents], restored)
    elif isinstance(documents, tuple):
        opened = _open_lines(documents, restored)
    else:
        restored.refuse([_not_ours("")])
        opened = Opened(False, is_refused=True)
    most = settings.IMPORT_MAX_ROWS
    if sum(map(len, opened.records.values())) > most:
        text = f"The file has more than {most:,} objects. Import it in parts."
        restored.refuse([Finding("too_many_rows", "", text)])
        opened.is_refused = True
    return opened


def size_of(documents: object) -> int:
    """How many objects ``open_archive`` would find in a file beside the settings; none are read."""
    if isinstance(documents, dict) and "entity" not in documents:
        lists = (documents.get(entity.key) for entity in LISTED)
        return sum(len(records) for records in lists if isinstance(records, list))
    names = {entity.name for entity in LISTED}
    lines = documents if isinstance(documents, tuple) else (documents,)
    named = (line["entity"] for line in lines if _is_record(line))
    return sum(isinstance(name, str) and name in names for name in named)


def _open_document(document: dict[Any, Any], restored: Restored) -> Opened:
    opened = Opened(False)
    faults = _header_faults(document, "")
    for entity in ENTITIES if not faults else ():
        value = document.get(entity.key)
        if entity.uid is None:
            opened.records[entity.name] = [] if value is None else [(0, value)]
        elif isinstance(value, list):
            opened.records[entity.name] = list(enumerate(value))
        elif entity.key in document:
            faults.append(wrong_type(entity.key, "a list", value))
    restored.refuse(faults)
    opened.is_refused = bool(faults)
    known = _HEADER | {entity.key for entity in ENTITIES}
    for key in sorted(document.keys() - known):
        _note_unknown(restored, shown(key))
    return opened


def _open_lines(documents: Iterable[object], restored: Restored) -> Opened:
    opened = Opened(True)
    for number, line in enumerate(documents):
        position = f"line {number + 1}"
        if isinstance(line, dict) and "entity" not in line:
            faults = _header_faults(line, position)
            if not faults and line.keys() - _HEADER:
                text = "Import one document at a time: this one stands among others."
                faults = [Finding("wrong_format", position, text)]
            restored.refuse(faults)
            opened.is_refused |= bool(faults)
        elif fault := _line_fault(line, position):
            restored.refuse([fault])
            restored.unreadable += 1
        elif isinstance(line, dict):
            _open_line(line, number, opened, restored)
    return opened


def _is_record(line: Any) -> bool:
    return isinstance(line, dict) and {"entity", "record"} <= line.keys()


def _line_fault(line: Any, position: str) -> Finding | None:
    if not isinstance(line, dict):
        return wrong_type(position, "an object", line)
    if not isinstance(line["entity"], str):
        return wrong_type(within(position, "entity"), "text", line["entity"])
    if "record" not in line:
        return Finding("missing_field", within(position, "record"), "This is missing.")
    return None


def _open_line(line: dict[Any, Any], number: int, opened: Opened, restored: Restored) -> None:
    position, name = f"line {number + 1}", line["entity"]
    if name not in BY_NAME:
        _note_unknown(restored, f"entity {shown(name)}", position)
        return
    opened.records[EntityName(name)].append((number, line["record"]))
    for key in sorted(line.keys() - {"entity", "record"}):
        _note_unknown(restored, shown(key), position)


def _header_faults(document: dict[Any, Any], position: str) -> list[Finding]:
    if document.get("format") != FORMAT:
        return [_not_ours(position)]
    version = document.get("version")
    if type(version) is not int or version != VERSION:
        text = (
            f"Version {VERSION} of the format can be read here, and this is another one. Export it "
            "as that version, or import it where a newer release of Drillbook runs."
        )
        return [Finding("unknown_version", within(position, "version"), text)]
    return []


def _not_ours(position: str) -> Finding:
    text = f'This is no Drillbook JSON: it does not say "format":"{FORMAT}".'
    return Finding("wrong_format", position, text)


def _note_unknown(restored: Restored, name: str, position: str = "") -> None:
    text = f"{name} is not known to this version of Drillbook and left out."
    restored.note_once(name, "unknown_key", within(position, name), text)
