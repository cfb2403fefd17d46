"""A person who moves to another zone has each attempt on one of their days there."""

from datetime import date
from itertools import permutations

import pytest

from domain.practice.models import QuestionLog
from domain.practice.services.settings import update_settings
from tests.domain.practice.attempting import attempted, moments_of
from tests.domain.practice.histories import Person
from tests.domain.practice.invariants import assert_statistics, days_of
from tests.factories import QuestionFactory

ZONES = ["Pacific/Auckland", "America/New_York", "Asia/Kathmandu"]
# While the clocks change in both hemispheres, and once more; all of it lies behind NOW.
STAYS = [
    (date(2025, 3, 5), date(2025, 4, 10)),
    (date(2025, 9, 24), date(2025, 11, 6)),
    (date(2026, 2, 20), date(2026, 3, 1)),
]


@pytest.mark.parametrize("day_start_hour", [0, 4, 23])
@pytest.mark.parametrize("zones", [*permutations(ZONES)], ids=" ".join)
def test_heatmap_and_streaks_have_every_attempt_once(zones, day_start_hour, user):
    person, question = Person(user), QuestionFactory(owner=user)

    for zone, stay in zip(zones, STAYS, strict=True):
        update_settings(user=user, at=person.at, timezone=zone, day_start_hour=day_start_hour)
        attempted(question, moments_of(*stay, zone, day_start_hour))

        assert_statistics(person)
        assert sum(days_of(user).values()) == QuestionLog.objects.count()
