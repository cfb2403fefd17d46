"""What the documents show is what the schema takes, and where they point there is something."""

import re
from pathlib import Path

import pytest
from graphql import build_schema, parse, validate

pytestmark = pytest.mark.once

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
