"""Take people out of the database, with every row of theirs in every table.

Which tables those are is read off the models, so that a new one cannot be forgotten. Django's own
way would look for every person in every column that refers to people; those that say who changed a
row have no index. Here each table is emptied by one statement, by the column that says whose a row
is, and those that refer to others come before them.
"""

from collections.abc import Iterator
from functools import cache
from graphlib import TopologicalSorter
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import Case, F, Q, When

from domain.accounts.models import User
from domain.audit import services as audit

type Model = type[models.Model]
type ForeignKey = models.ForeignKey[Any, Any]


def erase(people: list[int]) -> int:
    """Erase people for good; give the number of rows that went with them.

    Needs a transaction in which their rows are held.

    Args:
        people: their primary keys.
    """
    audit.forget(people)
    erased = 0
    for model, paths in _tables():
        for path in paths:
            erased += _delete(_raw(model).filter(**{f"{path}__in": people}))
    for model, columns in _mentions().items():
        _take_out(model, columns, people)
    return erased + _delete(_raw(User).filter(pk__in=people))


@cache
def _tables() -> list[tuple[Model, list[str]]]:
    """The tables with rows that go with their person, and the paths that lead to the person.

    Those that refer to others come first.
    """
    paths = _paths()
    order: TopologicalSorter[Model] = TopologicalSorter(dict.fromkeys(paths, ()))
    for model in paths:
        for key in _foreign_keys(model):
            if key.related_model in paths and key.related_model is not model:
                order.add(key.related_model, model)
    return [(model, paths[model]) for model in order.static_order()]


def _paths() -> dict[Model, list[str]]:
    paths = {
        model: direct
        for model in _models()
        if (direct := [key.name for key in _foreign_keys(model) if _follows(key, User)])
    }
    while further := dict(_with_a_parent_in(paths)):
        paths |= further
    return paths


def _with_a_parent_in(paths: dict[Model, list[str]]) -> Iterator[tuple[Model, list[str]]]:
    for model in _models():
        found = [
            f"{key.name}__{path}"
            for key in _foreign_keys(model)
            for parent, way in paths.items()
            if _follows(key, parent)
            for path in way
        ]
        if found and model not in paths and model is not User:
            yield model, found


@cache
def _mentions() -> dict[Model, list[str]]:
    """The columns, by table, that name people whose row it is not: who made or changed it."""
    found = {
        model: [
            key.name
            for key in _foreign_keys(model)
            if key.related_model is User and not _follows(key, User)
        ]
        for model in _models()
    }
    # Audit events are seen to by their own concept.
    return {
        model: columns
        for model, columns in found.items()
        if columns and model._meta.app_label != "audit"
    }


def _take_out(model: Model, columns: list[str], people: list[int]) -> None:
    """Set to null who is gone. One statement a table: none of the columns has an index."""
    mentioned = Q()
    cleared: dict[str, Any] = {}
    for column in columns:
        is_gone = Q(**{f"{column}__in": people})
        mentioned |= is_gone
        cleared[column] = Case(When(is_gone, then=None), default=F(f"{column}_id"))
    _raw(model).filter(mentioned).update(**cleared)


def _delete(rows: Any) -> int:
    """Delete without looking for what refers to the rows: that was deleted before."""
    deleted: int = rows._raw_delete(rows.db)
    return deleted


def _models() -> list[Model]:
    every = apps.get_models(include_auto_created=True)
    return [model for model in every if model._meta.managed and not model._meta.proxy]


def _foreign_keys(model: Model) -> list[ForeignKey]:
    return [field for field in model._meta.concrete_fields if isinstance(field, models.ForeignKey)]


def _follows(key: ForeignKey, model: Model) -> bool:
    """Whether a row goes when the row of this model that it refers to goes."""
    return key.related_model is model and key.remote_field.on_delete is models.CASCADE


def _raw(model: Model) -> Any:
    # Managers may hide rows.
    return models.QuerySet(model)
