"""Says in one line what is expected to be wrong with a file."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from domain.transfer.refusals import ImportRefused


@contextmanager
def refused(*problems: tuple[str, str]) -> Iterator[None]:
    """Expect a refusal with exactly these problems, each as (code, position)."""
    with pytest.raises(ImportRefused) as caught:
        yield
    assert [(found.code, found.position) for found in caught.value.problems] == list(problems)
