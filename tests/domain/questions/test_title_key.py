"""Titles from before are folded while people go on writing."""

from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection

from domain.base.querysets import ByCodePoint
from domain.lists.models import StudyList
from domain.questions.models import Question, Tag
from tests.factories import QuestionFactory

migration = import_module("domain.questions.migrations.0008_fold_titles")
INDEXED = {
    "question_by_title": (Question, "title_key"),
    "tag_by_name": (Tag, "name_key"),
    "studylist_by_name": (StudyList, "name_key"),
}


@pytest.mark.parametrize("rows", [1, 2, 500])
def test_titles_from_before_are_folded(rows, user, monkeypatch):
    monkeypatch.setattr(migration, "ROWS_A_TRANSACTION", rows)
    for n in range(3):
        QuestionFactory(owner=user, title=f"ÀB {n}", title_key="")
    QuestionFactory(owner=user, title="CD")

    migration.fold_titles(apps, None)

    keys = Question.objects.order_by("pk").values_list("title_key", "version")
    assert list(keys) == [("àb 0", 1), ("àb 1", 1), ("àb 2", 1), ("cd", 1)]


def test_the_version_before_may_leave_the_column_out(user):
    question = QuestionFactory(owner=user)
    columns = [
        field.column
        for field in Question._meta.concrete_fields
        if field.name not in ("id", "title_key", "uid", "slug")
    ]
    listed = ", ".join(f'"{column}"' for column in columns)

    with connection.cursor() as cursor:
        cursor.execute(
            f"""INSERT INTO questions_question ({listed}, uid, slug)
              SELECT {listed}, '0199aaaa0000700080000000000000aa', 'other'
              FROM questions_question WHERE id = %s""",  # noqa: S608
            [question.pk],
        )

    assert Question.objects.get(slug="other").title_key == ""


@pytest.mark.parametrize("index", INDEXED)
def test_pages_by_name_are_read_off_an_index(index, user):
    if connection.vendor != "postgresql":
        pytest.skip("plans differ")
    model, column = INDEXED[index]
    rows = model.objects.owned_by(user).alias(key=ByCodePoint(column)).filter(key__gte="b")

    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_bitmapscan = off")
        cursor.execute("SET LOCAL enable_sort = off")
    plans = [rows.order_by(*order)[:20].explain() for order in (["key", "uid"], ["-key", "-uid"])]

    for plan in plans:
        assert index in plan
        assert "Sort" not in plan
