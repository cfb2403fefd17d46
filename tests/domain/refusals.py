"""Says in one line what a service is expected to refuse."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError


def codes_of(refusal: ValidationError) -> dict[str, list[str | None]]:
    """The codes of a refusal by the field that they blame; ``__all__`` for the whole input."""
    if hasattr(refusal, "error_dict"):
        return {
            field: [error.code for error in errors] for field, errors in refusal.error_dict.items()
        }
    return {NON_FIELD_ERRORS: [error.code for error in refusal.error_list]}


@contextmanager
def refused(whole: str | None = None, **fields: str) -> Iterator[None]:
    """Expect one refusal with exactly these codes.

    Args:
        whole: the code of a refusal that blames no field.
        fields: the code expected for each blamed field.
    """
    expected = {field: [code] for field, code in fields.items()}
    if whole:
        expected[NON_FIELD_ERRORS] = [whole]
    with pytest.raises(ValidationError) as caught:
        yield
    assert codes_of(caught.value) == expected
