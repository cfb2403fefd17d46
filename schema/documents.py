"""Operations as text: parsed and validated once each; refused if that alone would cost much."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    get_operation_ast,
    parse,
)
from strawberry.extensions import SchemaExtension, ValidationCache

from schema.errors import Refusal

MAX_TOKENS = 5_000
MAX_FIELDS = 300
CACHED_DOCUMENTS = 256
LONGEST_CACHED = 4_000  # characters; a parsed document takes up to 200 bytes for each


def fragments_of(document: DocumentNode) -> dict[str, SelectionSetNode]:
    """What each named fragment of a document selects."""
    return {
        definition.name.value: definition.selection_set
        for definition in document.definitions
        if isinstance(definition, FragmentDefinitionNode)
    }


class Documents(SchemaExtension):
    """Parses each document once and keeps it, unless it is very long."""

    def on_parse(self) -> Iterator[None]:
        """Take the document from the cache, or parse it.

        Raises:
            Refusal: it has too many fields, or the request does not say which operation to run.
        """
        context = self.execution_context
        if context.graphql_document is None and context.query:
            context.graphql_document = parsed(context.query)
            # The library would run the first one.
            if context._provided_operation_name is None and _has_several(context.graphql_document):
                message = "Say by operationName which of the operations to run."
                raise Refusal(message, "BAD_REQUEST")
            if context.context is not None:
                _note(context.context.request, context.graphql_document, context.operation_name)
        yield


class Validations(ValidationCache):
    """Validates each document once, as long as it is kept."""

    def __init__(self) -> None:
        super().__init__(maxsize=CACHED_DOCUMENTS)

    def on_validate(self) -> Iterator[None]:
        """Take the errors from the cache, or leave the work to the schema."""
        if _is_cached(self.execution_context.query or ""):
            yield from super().on_validate()
        else:
            yield


def parsed(query: str) -> DocumentNode:
    """A document, from the cache if it is there.

    Raises:
        GraphQLError: it is none, or has too many tokens or fields.
    """
    return (_parsed_once if _is_cached(query) else _parsed)(query)


def _is_cached(query: str) -> bool:
    return len(query) <= LONGEST_CACHED


def _parsed(query: str) -> DocumentNode:
    document = parse(query, no_location=False, max_tokens=MAX_TOKENS)
    fields = _field_count(document)
    # Refused here already: a standard rule compares every two fields of the same name.
    if fields > MAX_FIELDS:
        message = f"The operation has {fields} fields; at most {MAX_FIELDS} are allowed."
        raise Refusal(message, "GRAPHQL_VALIDATION_FAILED")
    return document


_parsed_once = lru_cache(maxsize=CACHED_DOCUMENTS)(_parsed)


def _note(request: Any, document: DocumentNode, name: str | None) -> None:
    """For the access log, metrics and traces; nothing is known to be valid yet."""
    operation = get_operation_ast(document, name)
    request.operation_name = name
    if operation is not None:
        request.operation_kind = operation.operation.value
        fields = _root_fields(operation.selection_set, fragments_of(document))
        request.root_fields = ",".join(fields)


def _root_fields(
    selections: SelectionSetNode, fragments: dict[str, SelectionSetNode]
) -> dict[str, None]:
    """Their names, each once, in order."""
    found: dict[str, None] = {}
    spread: set[str] = set()
    pending = [*selections.selections]
    while pending:
        selection = pending.pop(0)
        if isinstance(selection, FieldNode):
            found[selection.name.value] = None
        elif isinstance(selection, InlineFragmentNode):
            pending[:0] = selection.selection_set.selections
        elif isinstance(selection, FragmentSpreadNode) and selection.name.value not in spread:
            spread.add(selection.name.value)
            inside = fragments.get(selection.name.value)
            pending[:0] = inside.selections if inside else ()
    return found


def _has_several(document: DocumentNode) -> bool:
    kinds = [isinstance(node, OperationDefinitionNode) for node in document.definitions]
    return sum(kinds) > 1


def _field_count(document: DocumentNode) -> int:
    count = 0
    pending = [getattr(definition, "selection_set", None) for definition in document.definitions]
    while pending:
        selections = pending.pop()
        for selection in selections.selections if selections else ():
            count += isinstance(selection, FieldNode)
            pending.append(getattr(selection, "selection_set", None))
    return count
