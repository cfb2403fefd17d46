"""Rows inside objects that are no rows: read together with everything that is selected of them."""

from typing import Any, cast

from django.db.models import QuerySet
from graphql import GraphQLObjectType, GraphQLResolveInfo, get_named_type
from strawberry_django import optimizer as library

from schema.context import Info


def with_selected[Rows: QuerySet[Any]](rows: Rows, info: Info, *path: str) -> Rows:
    """Rows that also bring what the client selects of them; bare keys if it selects nothing.

    Without this, every nested row would be read by a statement of its own.

    Args:
        rows: the caller's, as ``get_queryset`` of their type gives them.
        path: the fields that lead from the one being resolved to the rows, as the SDL names them.
    """
    selected = _below(info._raw_info, path)
    extension = library.optimizer.get()
    if selected is None:
        return rows.only("pk")
    return cast(Rows, extension.optimize(rows, info=selected)) if extension else rows


def selects(info: Info, *path: str) -> bool:
    """Whether the client asks for what a path leads to, from the field being resolved."""
    return _below(info._raw_info, path) is not None


def _below(info: GraphQLResolveInfo, path: tuple[str, ...]) -> GraphQLResolveInfo | None:
    """What a resolver further down would be told; None if the client does not go there."""
    for name in path:
        parent = cast(GraphQLObjectType, get_named_type(info.return_type))
        # Under whichever aliases: the rows are read once for all of them.
        nodes = [
            node
            for selection in library._get_selections(info, parent).values()
            for node in selection
            if node.name.value == name
        ]
        if not nodes:
            return None
        type_ = parent.fields[name].type
        info = library._generate_selection_resolve_info(info, nodes, type_, parent)
    return info
