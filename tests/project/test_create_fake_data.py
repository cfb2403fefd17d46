"""``manage.py create_fake_data``: the same people for the same seed, with plausible histories."""

from collections import Counter
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.apps import apps
from django.contrib.auth import authenticate
from django.core.management import CommandError, call_command

from domain.accounts.models import Role, User, UserSettings
from domain.base.writing import check
from domain.goals.models import Goal, GoalList, GoalTag
from domain.lists.models import StudyList, StudyListItem
from domain.practice.models import (
    PracticePause,
    PracticeSession,
    PracticeSessionItem,
    QuestionLog,
    ReviewBaseline,
    ReviewState,
)
from domain.practice.rebuilding import rebuild
from domain.practice.settling import COUNTERS, settle
from domain.questions.models import Outcome, Question, QuestionTag, Tag, TagKind
from domain.sharing.models import ShareLink
from project.fake_data import writing
from project.fake_data.patterns import PATTERNS
from project.fake_data.problems import all_problems
from project.management.commands import create_fake_data
from tests.factories import QuestionFactory, UserFactory
from tests.project.inventing import ENDS_AT, UNTIL, create

SMALL = {"users": 2, "questions": 12, "logs": 4, "until": UNTIL}

# PracticePause is not among them: a person need not pause.
TABLES = (
    *(User, UserSettings, Tag, Question, QuestionTag, QuestionLog, ReviewState, ReviewBaseline),
    *(StudyList, StudyListItem, Goal, GoalList, GoalTag, ShareLink),
    *(PracticeSession, PracticeSessionItem),
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_development(settings: Any) -> None:
    settings.DEBUG = True


def everything() -> dict[str, list[Any]]:
    """All rows, told without the numbers that the database gave them."""
    hashes = {"password"}
    told = {}
    for model in TABLES:
        columns = [field for field in model._meta.concrete_fields if field.name != "id"]
        keys = [f"{column.name}__uid" for column in columns if column.is_relation]
        names = [column.name for column in columns if not column.is_relation]
        names = [*keys, *(name for name in names if name not in hashes)]
        told[model.__name__] = sorted(map(repr, model.objects.values_list(*names)))
    return told


# --- Who may, and what is asked -----------------------------------------------------------------


@pytest.mark.parametrize("options", [{}, {"demo": True}, {"clear": True, "ask": False}])
def test_is_refused_without_debug(options, settings):
    settings.DEBUG = False
    person = UserFactory(email="somebody@drillbook.example")

    with pytest.raises(CommandError, match="DEBUG"):
        create(**options)

    assert User.objects.get() == person


@pytest.mark.parametrize("options", [{"users": 1}, {"admin": True}, {"clear": True, "ask": False}])
def test_is_refused_where_the_database_is_on_another_machine(options, monkeypatch):
    monkeypatch.setattr(create_fake_data, "machine_of_database", lambda: "db.example")
    person = UserFactory(email="somebody@drillbook.example")

    with pytest.raises(CommandError, match=r"another machine \(db\.example\).*pass --anywhere"):
        create(**options)

    assert User.objects.get() == person
    create(users=1, questions=1, logs=1, anywhere=True)
    assert User.objects.count() == 2


@pytest.mark.parametrize(
    ("host", "address", "machine"),
    [
        ("localhost", "127.0.0.1", ""),
        ("localhost", "::1", ""),
        ("127.0.0.2", "127.0.0.2", ""),
        ("/run/postgresql", "", ""),
        ("", "", ""),
        ("db.example", "203.0.113.5", "db.example"),
        ("localhost", "203.0.113.5", "localhost"),  # a name that leads elsewhere
        ("db", "172.18.0.2", "db"),
        ("2001:db8::5", "2001:db8::5", "2001:db8::5"),
    ],
)
def test_knows_this_machine_by_what_was_connected_to(host, address, machine):
    assert create_fake_data.other_machine(host, address) == machine


def test_the_database_of_these_tests_is_on_this_machine():
    assert create_fake_data.machine_of_database() == ""


def test_clearing_asks_and_names_how_many_accounts_go(monkeypatch):
    UserFactory.create_batch(2)
    create(users=3, questions=1, logs=1)
    asked = []
    monkeypatch.setattr("builtins.input", lambda text: asked.append(text) or "yes")

    said = create(clear=True)

    assert "deletes 3 accounts" in asked[0]
    assert said == "Deleted 3 accounts.\n"
    assert User.objects.count() == 2


@pytest.mark.parametrize("answer", ["no", "", "y", EOFError])
def test_clearing_without_a_yes_deletes_nothing(answer, monkeypatch):
    def reply(text: str) -> str:
        if answer is EOFError:
            raise EOFError
        return answer

    create(users=1, questions=1, logs=1)
    monkeypatch.setattr("builtins.input", reply)

    with pytest.raises(CommandError, match="Nothing was deleted"):
        create(clear=True)

    assert User.objects.count() == 1


def test_clearing_leaves_nothing_of_the_people_and_everything_of_others():
    mine = QuestionFactory(owner__email="somebody@example.com")
    lookalike = UserFactory(email="drillbook.example@example.com")
    create(**SMALL, admin=True, demo=True)

    create(clear=True, ask=False)

    assert set(User.objects.all()) == {mine.owner, lookalike}
    assert Question.objects.get() == mine
    kept = {User: 2, UserSettings: UserSettings.objects.count(), Question: 1}
    assert {model: model.objects.count() for model in (*TABLES, PracticePause)} == {
        model: kept.get(model, 0) for model in (*TABLES, PracticePause)
    }


def test_clearing_where_there_is_nobody_does_not_ask():
    assert "no account" in create(clear=True)


@pytest.mark.parametrize(
    "arguments",
    [
        ["--users", "-1"],
        ["--users", "many"],
        ["--questions", "0"],
        ["--questions", "451"],
        ["--logs", "51"],
        ["--until", "2026-02-30"],
    ],
)
def test_impossible_arguments_are_refused_by_name(arguments):
    with pytest.raises(CommandError, match=arguments[0]):
        call_command("create_fake_data", *arguments)


# --- The same again -----------------------------------------------------------------------------


def test_the_same_seed_and_day_give_the_same_rows():
    create(**SMALL, seed=7)
    first = everything()
    create(clear=True, ask=False)

    create(**SMALL, seed=7)

    assert everything() == first


def test_another_seed_gives_other_people():
    create(**SMALL, seed=7)
    first = everything()
    create(clear=True, ask=False)

    create(**SMALL, seed=8)

    assert {name for name, rows in everything().items() if rows != first[name]} == set(first)


def test_another_day_moves_the_history_along():
    create(**SMALL)
    titles = set(Question.objects.values_list("title", flat=True))
    latest = QuestionLog.objects.latest("attempted_at").attempted_at
    create(clear=True, ask=False)

    create(**SMALL | {"until": date(2025, 3, 3)})

    moved = latest - QuestionLog.objects.latest("attempted_at").attempted_at
    assert timedelta(days=350) < moved < timedelta(days=380)
    assert set(Question.objects.values_list("title", flat=True)) == titles


def test_people_that_exist_are_left_alone_and_the_missing_ones_created():
    create(**SMALL)
    before = set(QuestionLog.objects.values_list("pk", flat=True))

    said = create(**SMALL | {"users": 3})

    assert "2 people of seed 1 exist already." in said
    assert User.objects.count() == 3
    assert before < set(QuestionLog.objects.values_list("pk", flat=True))


def test_seed_is_the_same_command():
    create("seed", **SMALL)
    first = everything()
    create(clear=True, ask=False)

    create(**SMALL)

    assert everything() == first


# --- What is made -------------------------------------------------------------------------------


def test_everybody_has_settings_a_status_and_the_password():
    said = create(**SMALL)

    people = User.objects.all()
    assert len(people) == UserSettings.objects.count() == 2
    assert apps.get_model("gqlauth", "UserStatus").objects.filter(verified=True).count() == 2
    for person in people:
        assert person.email.endswith("@drillbook.example")
        assert person.email_verified_at is not None
        assert authenticate(username=person.email, password="practice-daily") == person
    assert "practice-daily" in said


def test_the_numbers_asked_for_are_made():
    create(**SMALL)

    assert Question.objects.count() == 2 * 12
    assert QuestionLog.objects.count() == 2 * 12 * 4


def test_counters_and_due_dates_are_what_settling_makes_of_the_logs():
    create(**SMALL, demo=True)
    ids = set(Question.objects.values_list("pk", flat=True))
    columns = dict(zip(ids, Question.objects.in_bulk(ids).values(), strict=True))
    stored = {
        question.pk: {name: getattr(question, name) for name in COUNTERS}
        for question in columns.values()
    }

    settled = {}
    for person in User.objects.select_related("settings"):
        own = Question.objects.filter(owner=person).values_list("pk", flat=True)
        settled |= settle(list(own), settings=person.settings)

    assert stored == {pk: found.counters for pk, found in settled.items()}
    assert writing.miscounted(ids) == []


def test_a_wrong_counter_is_noticed():
    create(**SMALL)
    right, wrong = Question.objects.exclude(log_count=0)[:2]
    Question.objects.filter(pk=wrong.pk).update(total_seconds=1)

    assert writing.miscounted([right.pk, wrong.pk]) == [wrong.pk]


def test_a_wrong_review_state_is_noticed():
    create(**SMALL)
    review = ReviewState.objects.exclude(reps=0)[0]
    ReviewState.objects.filter(pk=review.pk).update(lapses=9)

    assert writing.misremembered(review.owner) == [review.question_id]


def test_what_is_remembered_is_what_a_replay_gives():
    create(**SMALL, demo=True)

    differing = [
        batch.differing for person in User.objects.all() for batch in rebuild(person, correct=False)
    ]

    assert differing == [[], [], []]


def test_every_row_is_valid():
    create(**SMALL)

    for model in (*TABLES[2:], PracticePause):
        for row in model.objects.all():
            check(row)
            row.validate_constraints()
    assert not QuestionTag.objects.exclude(tag__kind=TagKind.COMPANY).exclude(frequency=None)
    assert QuestionTag.objects.filter(tag__kind=TagKind.COMPANY, frequency__gt=0).exists()


def test_questions_can_be_found_by_words_and_by_tag():
    create(**SMALL)
    question = Question.objects.filter(deleted_at=None).first()

    assert question in Question.objects.matching(question.title)
    assert question in Question.objects.matching(question.tags.first().name)


def test_attempts_lie_before_the_day_and_nothing_is_tried_twice_on_one_day():
    create(**SMALL)

    for person in User.objects.select_related("settings"):
        zone = ZoneInfo(person.settings.timezone)
        logs = QuestionLog.objects.owned_by(person).order_by("attempted_at")
        days = Counter((log.question_id, log.attempted_at.astimezone(zone).date()) for log in logs)
        assert max(days.values()) == 1
        assert logs.last().attempted_at < ENDS_AT
        assert person.date_joined < logs.first().attempted_at
        assert all(
            question.created_at < question.logs.earliest("attempted_at").attempted_at
            for question in Question.objects.owned_by(person).exclude(log_count=0)
        )


def test_the_demo_history_looks_like_a_persons():
    create(demo=True)

    logs = list(QuestionLog.objects.order_by("attempted_at"))
    zone = ZoneInfo("Europe/Berlin")
    moments = [log.attempted_at.astimezone(zone) for log in logs]
    evenings = sum(17 <= moment.hour <= 23 for moment in moments)
    weekend = sum(moment.weekday() >= 5 for moment in moments)
    pauses = [later - earlier for earlier, later in zip(moments, moments[1:], strict=False)]
    assert evenings > len(logs) * 0.6
    assert weekend / 2 > (len(logs) - weekend) / 5  # a day of the weekend has more
    assert max(pauses) > timedelta(days=3)
    assert QuestionLog.objects.exclude(mistakes=[]).exists()
    assert set(QuestionLog.objects.values_list("language", flat=True)) == {"Python", "TypeScript"}


def solved(logs: list[QuestionLog]) -> int:
    return sum(log.outcome == Outcome.SOLVED for log in logs)


def test_people_become_better_and_need_less_help():
    create(users=4, questions=40, logs=5, seed=3)

    logs = list(QuestionLog.objects.order_by("owner", "attempted_at"))
    first, last = [], []
    for person in User.objects.all():
        own = [log for log in logs if log.owner_id == person.pk]
        first += own[: len(own) // 3]
        last += own[-(len(own) // 3) :]
    assert (len(first), len(last)) == (264, 264)
    assert (solved(first), solved(last)) == (171, 226)
    assert sum(log.help != "NONE" for log in first) > 2 * sum(log.help != "NONE" for log in last)


def test_harder_questions_take_longer():
    create(demo=True)

    def middle(difficulty: int) -> int:
        logs = QuestionLog.objects.filter(question__difficulty=difficulty)
        seconds = sorted(
            logs.exclude(duration_seconds=None).values_list("duration_seconds", flat=True)
        )
        return seconds[len(seconds) // 2]

    assert middle(1) < middle(2) < middle(3)


# --- The two accounts ---------------------------------------------------------------------------


def test_the_demo_account_is_made_once():
    first = create(demo=True)
    before = everything()

    second = create(demo=True)

    demo = User.objects.get()
    assert first == "demo@drillbook.example  password practice-daily\n"
    assert second == "demo@drillbook.example exists already and was left as it is.\n"
    assert Question.objects.owned_by(demo).count() == 60 + 21  # and what Blind 75 has more
    assert QuestionLog.objects.owned_by(demo).count() == 300
    assert everything() == before


def test_the_administrator_is_made_once():
    first = create(admin=True)
    create(admin=True)

    admin = User.objects.get()
    assert first == "admin@drillbook.example  password practice-daily  (administrator)\n"
    assert (admin.is_superuser, admin.is_staff, admin.role) == (True, True, Role.ADMIN)
    assert authenticate(username=admin.email, password="practice-daily") == admin


def test_ten_people_are_made_when_nothing_else_is_asked_for():
    create(questions=1, logs=1)

    assert User.objects.count() == 10


def test_nothing_is_drawn_where_nobody_is_looking(capsys):
    create(**SMALL)

    assert capsys.readouterr().err == ""


def test_the_problem_list_is_whole():
    problems = all_problems()

    assert len(problems) == len({problem.slug for problem in problems}) == 450
    assert Counter(problem.source for problem in problems) == {
        "Blind 75": 75,
        "NeetCode 150": 75,
        "NeetCode": 300,
    }
    assert {problem.pattern for problem in problems} <= PATTERNS.keys()


@pytest.mark.once
def test_a_server_of_others_gets_nobody_whose_password_is_known(settings):
    settings.ALLOWED_HOSTS = ["drillbook.example", "127.0.0.1"]

    with pytest.raises(CommandError, match="everybody knows the passwords"):
        call_command("create_fake_data", "--admin", "--demo", "--no-input")

    assert not User.objects.exists()
