"""When the first page is looked at."""

from collections.abc import Iterator

import pytest
import time_machine

from tests.factories import NOW


@pytest.fixture(autouse=True)
def at_a_fixed_time() -> Iterator[None]:
    """It is always the moment at which factories stamp their rows."""
    with time_machine.travel(NOW, tick=False):
        yield
