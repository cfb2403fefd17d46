"""The one way a service writes a row: checked first, stamped, and refused by name."""

import math
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import IntegrityError, models, transaction

from domain.base.errors import DomainError, NotFound, Taken, VersionConflict
from domain.base.models import Identified, Stamped
from domain.base.text import storable

TRIES = 3


def check(row: models.Model, *, unchecked: Iterable[str] = ()) -> None:
    """Validate the plain columns of a row, without a query.

    Relations are left out: a service is handed rows that are already resolved.

    Args:
        unchecked: more columns to leave out.

    Raises:
        ValidationError: one message a field, each with a code.
    """
    relations = {field.name for field in row._meta.concrete_fields if field.is_relation}
    left_out = relations | set(unchecked)
    columns = [field for field in row._meta.concrete_fields if field.name not in left_out]
    # First, and under one code: Django calls a null that should be true or false something else.
    refusals: dict[str, Any] = {
        field.name: ValidationError("This field cannot be null.", code="null")
        for field in columns
        if getattr(row, field.attname) is None and not (field.null or field.primary_key)
    }
    try:
        row.clean_fields(exclude=left_out | {*refusals})
    except ValidationError as refusal:
        refusals |= refusal.error_dict
    for field in columns:
        if field.name not in refusals:
            refusals |= _overlooked(field, getattr(row, field.attname))
    if refusals:
        raise ValidationError(refusals)


def _overlooked(field: "models.Field[Any, Any]", value: Any) -> dict[str, list[ValidationError]]:
    try:
        _refuse_unstorable(field, value)
    except ValidationError as refusal:
        return {field.name: refusal.error_list}
    return {}


def _refuse_unstorable(field: "models.Field[Any, Any]", value: Any) -> None:
    # Django leaves empty values of optional columns unchecked, NaN lies within every range, and an
    # e-mail address may end in half a character.
    if isinstance(value, str):
        storable(value)
    unfit = isinstance(value, float) and not math.isfinite(value)
    if unfit or (value in field.empty_values and value not in (None, field.get_default())):
        raise ValidationError("This value cannot be stored here.", code="invalid")


def hold[Row: models.Model](row: Row, *, expected_version: int | None = None) -> Row:
    """The row as it is now, kept from other writers until the transaction ends.

    A service is handed a row that was loaded earlier in the request. Changing that one would undo,
    or count wrongly, what others wrote since.

    Args:
        expected_version: refuse any other; None takes whatever it has.

    Raises:
        NotFound: it was deleted meanwhile.
        VersionConflict: it has another version than the one expected.
    """
    current = type(row)._default_manager.select_for_update().filter(pk=row.pk).first()
    if current is None or getattr(current, "deleted_at", None) is not None:
        raise NotFound
    expect(current, expected_version)
    return current


def expect(row: Any, version: int | None) -> None:
    """Refuse a held row whose version is another one; None takes any.

    Raises:
        VersionConflict: with the row.
    """
    if version is not None and row.version != version:
        raise VersionConflict(row=row)


def save(row: models.Model, *, fields: Iterable[str] | None = None) -> None:
    """Check and write one row; a broken constraint comes back under its declared code.

    Args:
        row: new, or loaded and changed.
        fields: the columns to write; all of them when None.

    Raises:
        ValidationError: a value or a constraint of the model refuses it.
    """
    check(row)
    write(row, fields=fields)


def write(row: models.Model, *, fields: Iterable[str] | None = None) -> None:
    """Write a row that is checked, or that was once; a broken constraint is refused as by ``save``.

    Raises:
        ValidationError: a constraint of the model refuses it.
    """
    for tries_left in reversed(range(TRIES)):
        try:
            with transaction.atomic():
                row.save(update_fields=fields)
        except IntegrityError:
            refuse_by_constraint(row)
            # Another device took away what was in its way, before we could look for it: try again.
            if not tries_left:
                raise
        else:
            return


def undisturbed[Result](store: Callable[[], Result], *, refusal: DomainError) -> Result:
    """Store all in one transaction, looked at anew if another device was faster.

    Args:
        store: looks, judges and stores in a transaction of its own; begins anew each time.
        refusal: raised when others were faster ``TRIES`` times; nothing is stored then.
    """
    for tries_left in reversed(range(TRIES)):
        try:
            return store()
        except (IntegrityError, NotFound) as error:
            if not tries_left:
                raise refusal from error
    raise AssertionError("unreachable")


def refuse_by_constraint(row: models.Model) -> None:
    """Find the constraint that a failed write broke, and blame the field that it is about.

    Raises:
        ValidationError: with the constraint's ``violation_error_code``, ``<field>_taken``.
    """
    for constraint in row._meta.constraints:
        try:
            constraint.validate(type(row), row)
        except ValidationError as refusal:
            raise violation(constraint, type(row), uid=_holder(constraint, row)) from refusal


def violation(
    constraint: models.BaseConstraint, model: type[models.Model], *, uid: UUID | None = None
) -> ValidationError:
    """What to say of a row that breaks a constraint, and of which field.

    Args:
        uid: of the row of the same person that is in the way, if there is one.
    """
    code = constraint.violation_error_code or "invalid"
    field = code.removesuffix("_taken") if code.endswith("_taken") else NON_FIELD_ERRORS
    message = constraint.get_violation_error_message()
    taken = Taken(message, code=code)
    taken.holder = None if uid is None else (model, uid)
    return ValidationError({field: [taken]})


def _holder(constraint: models.BaseConstraint, row: models.Model) -> UUID | None:
    """The ``uid`` of the person's row that has what must be unique."""
    if not isinstance(constraint, models.UniqueConstraint) or not isinstance(row, Identified):
        return None
    if "owner" not in constraint.fields:
        return None
    same = {name: getattr(row, name) for name in constraint.fields}
    others = type(row)._default_manager.exclude(pk=row.pk)
    held = others.filter(constraint.condition or models.Q(), **same)
    return held.values_list("uid", flat=True).first()


def put_in_trash(row: Any, *, actor: Any, at: datetime) -> None:
    """Hide a row that is held, and stamp it."""
    row.deleted_at, row.deleted_by = at, actor
    row.save(update_fields=["deleted_at", "deleted_by", *stamp(row, actor=actor, at=at)])


def apply_changes(row: models.Model, changes: Mapping[str, Any]) -> list[str]:
    """Set the given columns; return the names of those whose value really changed."""
    changed = [name for name, value in changes.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, changes[name])
    return changed


def stamp(row: Stamped, *, actor: Any, at: datetime) -> list[str]:
    """Note who changes a row and when; return the columns that this touched."""
    row.updated_by = actor
    row.updated_at = at
    row.version += 1
    return ["updated_by", "updated_at", "version"]
