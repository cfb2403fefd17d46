"""Pages of a list to which rows are added while it is read."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.questions.models import Question
from tests.client import access_token, node_id
from tests.factories import NOW
from tests.schema.lists import PAGE, QUESTION_ORDERINGS, pages, sorted_like_a_list

values = st.tuples(
    st.text("abc", min_size=1, max_size=2),
    st.sampled_from([None, 1, 2, 3]),
    st.integers(0, 3),
    st.sampled_from([None, 0, 1]),
)


@pytest.mark.parametrize("backwards", [False, True], ids=["forwards", "backwards"])
@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    before=st.lists(values, min_size=1, max_size=8),
    meanwhile=st.lists(st.lists(values, max_size=3), min_size=12, max_size=12),
    size=st.integers(1, 3),
    field=st.sampled_from(QUESTION_ORDERINGS),
    direction=st.sampled_from(["ASC", "DESC"]),
)
def test_rows_that_come_meanwhile_repeat_and_hide_none(
    backwards, before, meanwhile, size, field, direction, graphql, user
):
    Question.objects.all().delete()
    token = access_token(user)
    old = add(user, before, 0)
    new: list[str] = []
    batches = iter(meanwhile)

    def between() -> None:
        new.extend(add(user, next(batches, []), len(new) + 1))

    def ask(arguments: str) -> Any:
        order = f"orderBy: {{field: {field}, direction: {direction}}}"
        return graphql(f"{{ questions({order}, {arguments}) {{ {PAGE} }} }}", token=token).only

    read = [
        id
        for page in pages(ask, size=size, backwards=backwards, between=between)
        for id in (reversed(page) if backwards else page)
    ]

    assert len(read) == len(set(read))
    assert set(old) <= set(read) <= set(old) | set(new)
    expected = sorted_like_a_list(
        list(Question.objects.all()), field.lower(), descending=direction == "DESC"
    )
    places = [expected.index(id) for id in read]
    assert places == sorted(places, reverse=backwards)


def add(user: Any, rows: list[Any], batch: int) -> list[str]:
    """Add questions with the given values, and give their ids."""
    moment: list[datetime | None] = [NOW, NOW + timedelta(days=1)]
    made = [
        Question(
            owner=user, title=title, slug=f"{batch}-{number}", difficulty=difficulty,
            importance=1 + minutes, created_at=NOW + timedelta(minutes=minutes),
            last_attempted_at=None if when is None else moment[when],
            due_at=None if when is None else moment[1 - when],
        )
        for number, (title, difficulty, minutes, when) in enumerate(rows)
    ]  # fmt: skip
    for question in made:
        question.index_words()
    return [node_id(row) for row in Question.objects.bulk_create(made)]
