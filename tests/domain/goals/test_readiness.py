"""What is predicted for the day of a goal, against the package asked question by question."""

from datetime import UTC, datetime, timedelta
from math import ceil
from random import Random
from zoneinfo import ZoneInfo

import fsrs
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from domain.goals.models import Goal, GoalList, GoalTag
from domain.goals.readiness import MOST_BELOW_TARGET, MOST_USED_TAGS, Standing, forecast
from domain.lists.models import StudyList, StudyListItem
from domain.practice.days import start_of_day
from domain.practice.models import ReviewState
from domain.practice.settling import scheduler_of
from domain.questions.models import Outcome, Question, Tag, TagKind
from tests.factories import (
    NOW,
    GoalFactory,
    QuestionFactory,
    QuestionLogFactory,
    QuestionTagFactory,
    TagFactory,
)

DAY = timedelta(days=1)
TODAY = NOW.date()


@pytest.fixture
def study_list(user):
    return StudyList.objects.create(owner=user, name="Blind 75")


def put_on(study_list, *questions):
    StudyListItem.objects.bulk_create(
        StudyListItem(owner=study_list.owner, study_list=study_list, question=question, position=n)
        for n, question in enumerate(questions)
    )


def practised(owner, *, days=3, outcome=Outcome.SOLVED, **fields):
    """A question with one attempt so many days ago."""
    at = NOW - days * DAY
    return QuestionLogFactory(
        question__owner=owner, question__created_at=at, attempted_at=at, outcome=outcome, **fields
    ).question


def covering(goal, *, lists=(), tags=()):
    for row in lists:
        GoalList.objects.create(owner=goal.owner, goal=goal, study_list=row)
    for row in tags:
        GoalTag.objects.create(owner=goal.owner, goal=goal, tag=row)
    return goal


def predicted(question, goal, settings):
    """What the package says, asked for one question; None if it was never reviewed."""
    review = ReviewState.objects.filter(question=question).first()
    if review is None or review.stability is None:
        return None
    at = start_of_day(goal.date, settings.timezone, settings.day_start_hour).astimezone(
        ZoneInfo("UTC")
    )
    card = fsrs.Card(card_id=1, stability=review.stability, last_review=review.last_review_at)
    return scheduler_of(settings).get_card_retrievability(card, at)


def looked_at_one_by_one(questions, goal, settings):
    recalls = [predicted(question, goal, settings) for question in questions]
    known = [recall for recall in recalls if recall is not None]
    above = [recall for recall in known if recall >= goal.target_retention]
    return {
        "question_count": len(recalls),
        "new_count": len(recalls) - len(known),
        "predicted_recall": pytest.approx(sum(known) / len(known)) if known else None,
        "above_count": len(above),
    }


@pytest.mark.parametrize("zone", ["Pacific/Auckland", "Asia/Kathmandu", "America/New_York"])
@pytest.mark.parametrize("parameters", [None, 0.35])
def test_is_what_a_loop_over_the_package_says(zone, parameters, user, study_list):
    chance = Random(zone)
    settings = user.settings
    settings.timezone, settings.day_start_hour = zone, chance.choice([0, 4, 23])
    if parameters:
        settings.fsrs_parameters = [*scheduler_of(settings).parameters[:20], parameters]
    settings.save()
    questions = [
        practised(user, days=chance.uniform(0.5, 90), outcome=chance.choice(Outcome.values))
        for _ in range(30)
    ]
    questions += [QuestionFactory(owner=user) for _ in range(5)]
    tags = [TagFactory(owner=user, name=f"t{n}") for n in range(4)]
    pairs = {(chance.choice(questions), chance.choice(tags)) for _ in range(40)}
    for question, tag in pairs:
        QuestionTagFactory(question=question, tag=tag)
    put_on(study_list, *questions[:10])
    goals = [
        covering(
            GoalFactory(owner=user, date=TODAY + ahead * DAY, target_retention=target),
            lists=lists,
            tags=tags[:named],
        )
        for ahead, target, named, lists in [
            (0, 0.9, 0, []),
            (1, 0.8, 1, []),
            (30, 0.9, 2, [study_list]),
            (400, 0.7, 0, [study_list]),
        ]
    ]

    for goal in Goal.objects.filter(pk__in=[goal.pk for goal in goals]).order_by("pk"):
        lists, named = list(goal.lists.all()), list(goal.tags.all())
        covered = [
            question
            for question in questions
            if not (lists or named)
            or (lists and question in questions[:10])
            or any((question, tag) in pairs for tag in named)
        ]
        expected = looked_at_one_by_one(covered, goal, settings)
        worst = sorted(
            (recall, question.uid, question.pk)
            for question in covered
            if (recall := predicted(question, goal, settings)) is not None
            and recall < goal.target_retention
        )
        shown_tags = named or [tag for tag in tags if any((q, tag) in pairs for q in covered)]
        needed = expected["new_count"] + len(worst)

        found = forecast(goal, settings=settings, at=NOW)

        assert vars(found.standing) == expected
        assert [pk for pk, _ in found.below_target] == [pk for _, _, pk in worst]
        assert [recall for _, recall in found.below_target] == pytest.approx([r for r, *_ in worst])
        assert (found.reviews_needed, found.days_left) == (needed, (goal.date - TODAY).days)
        assert found.reviews_per_day == ceil(needed / max(1, found.days_left))
        assert {pk: vars(standing) for pk, standing in found.by_tag} == {
            tag.pk: looked_at_one_by_one(
                [question for question in covered if (question, tag) in pairs], goal, settings
            )
            for tag in shown_tags
        }
        assert {pk: vars(standing) for pk, standing in found.by_list} == {
            row.pk: looked_at_one_by_one(questions[:10], goal, settings) for row in lists
        }


def judged(goal, at=NOW):
    """What is predicted for a goal that was read by itself."""
    return forecast(Goal.objects.get(pk=goal.pk), settings=goal.owner.settings, at=at)


def test_leaves_out_what_is_archived_in_the_trash_or_somebody_elses(user, stranger, study_list):
    practised(stranger)
    left_out = [practised(user, question__is_archived=True), practised(user)]
    Question.objects.filter(pk=left_out[1].pk).update(deleted_at=NOW)
    counted = practised(user)
    put_on(study_list, counted, *left_out)
    tag = TagFactory(owner=user)
    for question in (counted, *left_out):
        QuestionTagFactory(question=question, tag=tag)
    whole = judged(GoalFactory(owner=user))
    named = judged(covering(GoalFactory(owner=user), lists=[study_list], tags=[tag]))

    for found in (whole, named):
        assert (found.standing.question_count, len(found.below_target)) == (1, 1)
        assert [standing.question_count for _, standing in found.by_tag] == [1]
    assert [standing.question_count for _, standing in named.by_list] == [1]


def test_covers_the_questions_of_its_company(user):
    company = TagFactory(owner=user, kind=TagKind.COMPANY)
    QuestionTagFactory(question=practised(user), tag=company)
    practised(user)

    found = judged(GoalFactory(owner=user, company=company))

    assert found.standing.question_count == 1
    assert [pk for pk, _ in found.by_tag] == [company.pk]


def test_a_goal_whose_lists_and_tags_are_all_in_the_trash_covers_nothing(user, study_list):
    tag = TagFactory(owner=user, kind=TagKind.COMPANY)
    QuestionTagFactory(question=practised(user), tag=tag)
    goal = covering(GoalFactory(owner=user, company=tag), lists=[study_list], tags=[tag])

    before = judged(goal).standing.question_count
    Tag.objects.update(deleted_at=NOW)
    StudyList.objects.update(deleted_at=NOW)

    assert (before, judged(goal).standing.question_count) == (1, 0)


def test_links_to_rows_of_others_open_nothing(user, stranger):
    """No service makes such rows; were there one, it would still say nothing."""
    tag = TagFactory(owner=stranger)
    QuestionTagFactory(question=practised(stranger), tag=tag)
    goal = covering(GoalFactory(owner=user, company=tag), tags=[tag])

    found = judged(goal)

    assert (found.standing.question_count, found.by_tag) == (0, [])


def test_without_questions_says_nothing_about_them(user):
    found = judged(covering(GoalFactory(owner=user), tags=[TagFactory(owner=user)]))

    assert vars(found.standing) == vars(Standing())
    assert (found.standing.share_above, found.reviews_needed, found.reviews_per_day) == (None, 0, 0)
    assert [standing for _, standing in found.by_tag] == [Standing()]


def test_new_ones_are_kept_apart(user):
    known = practised(user, days=0)
    QuestionFactory.create_batch(3, owner=user)

    found = judged(GoalFactory(owner=user, date=TODAY))

    assert (found.standing.question_count, found.standing.new_count) == (4, 3)
    assert found.standing.predicted_recall == 1.0
    assert found.standing.share_above == 0.25
    assert found.reviews_needed == 3
    assert known.pk not in dict(found.below_target)


def test_is_none_once_the_day_is_over(user):
    goal = GoalFactory(owner=user, date=TODAY)
    over = datetime(2026, 3, 3, 4, tzinfo=UTC)

    assert judged(goal, at=over - timedelta(seconds=1)).days_left == 0
    assert judged(goal, at=over) is None


def test_shows_a_bounded_number_of_the_worst(user):
    for number in range(MOST_BELOW_TARGET + 2):
        practised(user, days=number + 1)

    below = judged(GoalFactory(owner=user, date=TODAY + 300 * DAY)).below_target

    recalls = [recall for _, recall in below]
    assert len(below) == MOST_BELOW_TARGET
    assert recalls == sorted(recalls)
    assert below[0][0] == Question.objects.latest("pk").pk


def test_shows_the_most_used_tags_of_a_goal_that_names_none(user):
    rare = TagFactory(owner=user)
    QuestionTagFactory(question=QuestionFactory(owner=user), tag=rare)
    used = TagFactory.create_batch(MOST_USED_TAGS, owner=user)
    for question in QuestionFactory.create_batch(2, owner=user):
        for tag in used:
            QuestionTagFactory(question=question, tag=tag)

    by_tag = judged(GoalFactory(owner=user)).by_tag

    assert {pk for pk, _ in by_tag} == {tag.pk for tag in used}


def test_goals_that_were_read_together_take_as_many_statements_as_one(user, study_list):
    put_on(study_list, practised(user), practised(user))
    tag = TagFactory(owner=user)
    QuestionTagFactory(question=Question.objects.latest("pk"), tag=tag)
    counts = []
    for number in (1, 20):
        for _ in range(number - Goal.objects.count()):
            covering(GoalFactory(owner=user), lists=[study_list], tags=[tag])
        with CaptureQueriesContext(connection) as captured:
            for goal in Goal.objects.all():
                found = forecast(goal, settings=user.settings, at=NOW)
                assert found.reviews_needed == len(found.below_target) == 2
                assert len(found.by_tag) == len(found.by_list) == 1
        counts.append(len(captured))

    # The goals, what they cover (2), all their questions, the worst of them, by tag, by list.
    assert counts == [7, 7]
