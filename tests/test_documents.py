"""What the documents show is what the schema takes, and where they point there is something."""

import ast
import re
from pathlib import Path

import pytest
from graphql import build_schema, parse, validate

from domain.audit.models import LOCKED, UNLOCKED
from tests.error_codes import error_codes

pytestmark = pytest.mark.once

# What Django's columns and its validators of passwords refuse.
OF_DJANGO = {
    "blank", "invalid_choice", "max_length", "min_value", "max_value", "password_too_short",
    "password_too_common", "password_too_similar",
}  # fmt: skip
# Never answered: refusals of files have the codes of what is wrong in them, and no field asks for a
# confirmed address.
NEVER = {"import_refused", "EMAIL_NOT_VERIFIED"}
ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = sorted([ROOT / "README.md", *(ROOT / "docs").glob("*.md")])
OPERATIONS = [
    pytest.param(operation, id=f"{document.name}-{number}")
    for document in DOCUMENTS
    for number, operation in enumerate(
        re.findall(r"```graphql\n(.*?)```", document.read_text(), re.DOTALL), start=1
    )
]


@pytest.mark.parametrize("operation", OPERATIONS)
def test_an_operation_is_valid(operation: str) -> None:
    schema = build_schema((ROOT / "schema" / "schema.graphql").read_text())

    errors = validate(schema, parse(operation))

    assert errors == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.name)
def test_a_link_leads_somewhere(document: Path) -> None:
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)", document.read_text())

    missing = [link for link in links if not (document.parent / link).exists()]

    assert missing == []


def test_the_readme_shows_operations() -> None:
    assert len([one for one in OPERATIONS if one.id and one.id.startswith("README")]) >= 5


def documented_codes() -> list[str]:
    """The codes in the tables that say what to do."""
    text = (ROOT / "docs" / "api.md").read_text()
    tables = re.findall(r"^\| code \| what to do \|\n\|[-|]+\n((?:\|.*\n)+)", text, re.MULTILINE)
    cells = [row.split("|")[1] for table in tables for row in table.splitlines()]
    return [code for cell in cells for code in re.findall(r"`(\w+)`", cell)]


def test_every_error_code_is_documented_once() -> None:
    documented = documented_codes()
    # Queries refuse with the same codes in capitals.
    known = {*documented, *(code.lower() for code in documented if code.isupper())}

    assert sorted(error_codes() - NEVER - known) == []
    assert [code for code in set(documented) if documented.count(code) > 1] == []


def test_no_other_error_code_is_documented() -> None:
    answered = (error_codes() - NEVER) | OF_DJANGO
    answered |= {code.upper() for code in answered}

    assert sorted(set(documented_codes()) - answered) == []


def test_every_directive_that_is_documented_is_in_the_schema() -> None:
    schema = build_schema((ROOT / "schema" / "schema.graphql").read_text())

    named = set(re.findall(r"`@(\w+)", (ROOT / "docs" / "api.md").read_text()))

    assert "session" in named
    assert named - {directive.name for directive in schema.directives} == set()


def test_a_documented_directive_has_the_arguments_of_the_schema() -> None:
    schema = build_schema((ROOT / "schema" / "schema.graphql").read_text())
    arguments = {each.name: {*each.args} for each in schema.directives}

    shown = re.findall(r"`@(\w+)\((\w+):", (ROOT / "docs" / "api.md").read_text())

    assert [name for name, argument in shown if argument not in arguments[name]] == []


def recorded_verbs() -> set[str]:
    """The verbs that the source records in the audit: where one is given, chosen or named."""
    found = {LOCKED, UNLOCKED}
    folders = [ROOT / folder for folder in ("domain", "project", "schema")]
    for path in (path for folder in folders for path in folder.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            is_given = isinstance(node, ast.keyword) and node.arg == "verb"
            if is_given or (
                isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "verb"
            ):
                found |= _texts_of(node.value)
    return {verb for verb in found if re.fullmatch(r"[a-z_]+\.[a-z_]+", verb)}


def _texts_of(expression: ast.expr) -> set[str]:
    constants = [node.value for node in ast.walk(expression) if isinstance(node, ast.Constant)]
    return {text for text in constants if isinstance(text, str)}


def test_the_verbs_of_the_audit_are_documented() -> None:
    text = (ROOT / "docs" / "api.md").read_text()
    table = text.partition("| object | verbs |")[2].partition("\n\n")[0]
    rows = [row.split("|")[1:3] for row in table.splitlines() if "`" in row]
    documented = [
        f"{named}.{verb}"
        for names, verbs in rows
        for named in re.findall(r"`(\w+)`", names)
        for verb in re.findall(r"`(\w+)`", verbs)
    ]

    assert sorted(documented) == sorted(recorded_verbs())
    assert len(documented) > 80
