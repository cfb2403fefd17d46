"""How many SQL statements an operation costs: the same however many rows there are.

One statement of each finds the caller. Whoever makes a number smaller, lower it here too.
"""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from domain.accounts.models import User
from domain.goals.models import GoalList, GoalTag
from domain.jobs.models import JobKind
from domain.lists.models import StudyListItem
from domain.practice.models import PracticeSessionItem, QuestionLog, ReviewState
from domain.questions.models import Question, QuestionTag, Tag
from tests.client import access_token, node_id
from tests.factories import (
    NOW,
    PASSWORD,
    ExportFactory,
    GoalFactory,
    ImportBatchFactory,
    JobFactory,
    PracticeSessionFactory,
    QuestionFactory,
    ShareLinkFactory,
    StudyListFactory,
    TagFactory,
)

QUERIES = {
    "{ __typename }": 1,
    "{ viewer { id email } }": 1,
    "{ viewer { settings { timezone } } }": 2,
    "{ questions(first: 100) { edges { node { id title status difficulty } } } }": 2,
    "{ questions(first: 100) { pageInfo { hasNextPage endCursor } } }": 2,
    "{ questions { totalCount } }": 3,
    "{ questions(first: 100) { totalCount edges { node { id } } } }": 3,
    "{ questions(first: 100) { edges { node { tags { name } } } } }": 3,
    "{ questions(first: 100) { edges { node { tags { name questionCount } } } } }": 4,
    "{ questions(first: 100) { edges { node { tagLinks { frequency tag { name } } } } } }": 4,
    "{ questions(first: 9) { edges { node { logs(first: 2) { edges { node { notes } } } } } } }": 3,
    "{ questions(first: 100) { edges { node { logs { totalCount } } } } }": 3,
    "{ questions(first: 100) { edges { node { logs { pageInfo { hasNextPage } } } } } }": 3,
    "{ questions(first: 100) { edges { node { logs { edges { cursor } } } } } }": 3,
    "{ questions(first: 100) { edges { node { logs { __typename } } } } }": 3,
    """{ questions(first: 50) { totalCount edges { node {
         status tags { name } tagLinks { tag { name } }
         logs(first: 2) { totalCount edges { node { notes } } }
       } } } }""": 7,
    """{ questions(first: 100, search: "apple pie", orderBy: {field: DUE_AT, direction: DESC},
         filter: {status: [SOLVED], isDue: true, importance: [1, 2], isArchived: false}
       ) { edges { node { id } } } }""": 2,
    "{ questions(filter: {tagsAny: [$tag]}) { edges { node { id } } } }": 3,
    "{ questions(filter: {tagsAll: [$tag, $other]}) { totalCount edges { node { id } } } }": 4,
    "{ tags(first: 100) { edges { node { name } } } }": 2,
    '{ tags(first: 100, search: "t") { totalCount edges { node { name questionCount } } } }': 4,
    "{ questions(first: 100) { edges { node { review { stability isDue } } } } }": 3,
    "{ questions(first: 100) { edges { node { review { retrievability } } } } }": 4,
    "{ questions(first: 100) { edges { node { reviewPreview { rating dueAt } } } } }": 3,
    """{ questions(first: 100) { edges { node {
         reviewBaseline { stability } reviewPreview { dueAt } review { retrievability isSuspended }
       } } } }""": 4,
    "{ questions(filter: {isSuspended: false, isLeech: true}) { edges { node { id } } } }": 2,
    "{ reviewQueue { reviewsLeftToday newLeftToday } }": 3,
    "{ reviewQueue { dueCount items { reason question { title tags { name } } } } }": 7,
    "{ reviewForecast(days: 365, filter: {importance: [2]}) { total days { planned } } }": 4,
    "{ questionLogs(first: 100) { edges { node { notes } } } }": 2,
    """{ questionLogs(first: 100) { edges { node { question {
         review { retrievability } reviewPreview { dueAt }
       } } } } }""": 4,
    "{ questionLogs(first: 100) { totalCount edges { node { question { title } } } } }": 4,
    "{ questionLogs(first: 100) { edges { node { question { title tags { name } } } } } }": 4,
    "{ questionLogs(filter: {question: $question}) { edges { node { notes } } } }": 3,
    """{ questionLogs(
         filter: {rating: [HARD], mistake: [BUG], language: ["", "C"]}
       ) { edges { node { notes } } } }""": 2,
    '{ questions(first: 100, search: "apple") { edges { node { id tags { name } } } } }': 3,
    "{ viewer { settings { rescheduling { status progress } } } }": 3,
    "{ question(id: $question) { title } }": 2,
    "{ question(id: $question) { title tags { name } logs { edges { node { notes } } } } }": 4,
    "{ node(id: $question) { id ... on Question { title tags { name } } } }": 3,
    "{ tag(id: $tag) { name questionCount } }": 3,
    "{ questionLog(id: $log) { notes question { title } } }": 3,
    """{ viewer { statistics(range: {since: "2025-03-03", until: "2026-03-02"}) {
         attempts heatmap { attempts } currentStreak byTag { tag { name } solvedRate }
       } } }""": 8,
    """{ viewer { statistics(
         range: {since: "2025-03-03", until: "2026-03-02"}, filter: {tagsAny: [$tag]}
       ) { trueRetention { rate } byTag { meanRecall medianMinutes tag { name } } } } }""": 8,
    "{ questions { totalCount } tags { totalCount } questionLogs { totalCount } }": 7,
    "{ questions(filter: {studyList: $list}) { edges { node { title } } } }": 3,
    "{ questions(first: 9) { edges { node { listItems { edges { node { position } } } } } } }": 4,
    "{ studyLists(first: 100) { edges { node { name itemCount sections } } } }": 3,
    """{ studyLists { totalCount edges { node {
         itemCount sections progress { total due sections { section mastered } }
         items(first: 9) { totalCount edges { node { position question { tags { name } } } } }
       } } } }""": 8,
    """{ studyList(id: $list) {
         progress { new } items(first: 50) { edges { node { position question { title } } } }
       } }""": 6,
    "{ builtInLists { name sections } }": 1,
    "{ trash(first: 100) { edges { node { id title logCount } } } }": 2,
    "{ trash { totalCount pageInfo { endCursor } edges { cursor } } }": 3,
    """{ goals { totalCount edges { node {
         name company { name } lists { name itemCount } tags { name questionCount }
       } } } }""": 7,
    "{ goals(first: 50) { edges { node { readiness { newCount reviewsPerDay } } } } }": 6,
    "{ goals(first: 50) { edges { node { readiness { day daysLeft } } } } }": 3,
    """{ goals(first: 20) { edges { node { readiness {
         predictedRecall belowTarget { question { title tags { name } logs { totalCount } } }
         perTag { tag { questionCount } shareAboveTarget }
         perList { studyList { itemCount progress { due } } questionCount }
       } } } } }""": 15,
    """{ goal(id: $goal) { readiness {
         reviewsNeeded belowTarget { question { tags { name } } } perTag { newCount }
       } } }""": 11,
    "{ shareLinks { edges { node { url } } } }": 2,
    "{ importBatches { totalCount edges { node { fileName report { total } } } } }": 3,
    "{ importBatches { edges { node { job { status } revertJob { status } } } } }": 4,
    "{ jobs { edges { node { importBatch { fileName job { kind } } } } } }": 4,
    "{ jobs { edges { node { revertedBatch { fileName revertJob { kind } } } } } }": 4,
    "{ exports { totalCount edges { node { sizeBytes entity downloadUrl } } } }": 3,
    "{ exports { edges { node { job { status progress } } } } }": 3,
    "{ jobs { edges { node { status export { fileName downloadUrl } } } } }": 3,
    "{ jobs { totalCount edges { node { status progress error { code } } } } }": 3,
    "{ job(id: $job) { status progress error { code } } }": 2,
    "{ inlineExport(format: DRILLBOOK_JSON) { fileName } }": 23,
    "{ inlineExport(format: CSV, entity: TAG) { content } }": 4,
    "{ practiceSession { state } }": 2,
    "{ practiceSessions { edges { node { state activeSeconds answeredCount } } } }": 4,
    """{ practiceSessions { totalCount edges { node {
         secondsLeft currentItem { position } studyList { name } pauses { endedAt }
         sessionItems { question { title tags { name } } log { notes } }
       } } } }""": 9,
}

MUTATIONS = {
    'createQuestion(input: {title: "x"}) { ... on Question { id slug } }': 9,
    'updateQuestion(input: {id: $question, title: "y"}) { ... on Question { id title } }': 10,
    """createQuestions(input: {items: [{title: "a"}, {title: "b", tags: [{id: $tag}]}]}) {
         ... on BulkQuestions { results { question { title tags { name } } } }
       }""": 14,
    'updateQuestions(input: {items: [{id: $question, notes: "z"}]}) { __typename }': 7,
    """createQuestionLogs(input: {items: [{question: $question, outcome: SOLVED}]}) {
         ... on BulkQuestionLogs { results { questionLog { question { dueAt } } } }
       }""": 15,
    'createTag(input: {name: "x"}) { ... on Tag { id name } }': 7,
    'createTag(input: {name: "k", idempotencyKey: "k"}) { ... on Tag { id name } }': 12,
    'updateTag(input: {id: $tag, name: "y"}) { ... on Tag { id name } }': 9,
    "updateTag(input: {id: $tag, expectedVersion: 0}) { ... on Conflict { current { id } } }": 6,
    """createQuestionLog(input: {question: $question, outcome: FAILED}) {
         ... on QuestionLog { id }
       }""": 14,
    'updateQuestionLog(input: {id: $log, notes: "x"}) { ... on QuestionLog { id } }': 15,
    "deleteQuestionLog(input: {id: $log}) { ... on QuestionLog { id } }": 13,
    """updateGoal(input: {id: $goal, lists: [$list], tags: [$tag, $other]}) {
         ... on Goal { tags { name } readiness { questionCount } }
       }""": 19,
    'createStudyList(input: {name: "x"}) { ... on StudyList { id } }': 9,
    'updateStudyList(input: {id: $list, name: "y"}) { ... on StudyList { id } }': 9,
    """removeFromStudyList(input: {id: $list, questions: [$question]}) {
         ... on StudyList { itemCount progress { new } }
       }""": 13,
    """addToStudyList(input: {id: $list, questions: [$question]}) {
         ... on StudyList { items { edges { node { position question { title } } } } }
       }""": 15,
    """reorderStudyList(input: {id: $short, order: [{question: $question, section: "x"}]}) {
         ... on StudyList { id }
       }""": 10,
    "deleteStudyList(input: {id: $list}) { ... on StudyList { id } }": 7,
    "cloneBuiltInList(input: {list: BLIND_75}) { ... on StudyList { itemCount } }": 22,
    "deleteGoal(input: {id: $goal}) { ... on Goal { id } }": 7,
    'createShareLink(input: {kind: HEATMAP, name: "x"}) { ... on ShareLink { url } }': 7,
    'startImport(input: {content: "[]"}) { ... on ImportBatch { id job { status } } }': 17,
    "revertImport(input: {id: $batch}) { ... on ImportBatch { revertJob { status } } }": 19,
    "startExport(input: {format: ANKI}) { ... on Export { id downloadUrl } }": 14,
    "deleteExport(input: {id: $export}) { ... on Purged { id } }": 8,
    "cancelJob(input: {id: $waiting}) { ... on Job { status progress } }": 7,
    "retryJob(input: {id: $failed}) { ... on Job { status error { code } } }": 9,
    "deleteTag(input: {id: $tag}) { ... on Tag { id } }": 7,
    "suspendQuestion(input: {id: $question}) { ... on Question { id } }": 10,
    "resumeQuestion(input: {id: $question}) { ... on Question { review { isDue } } }": 12,
    """postponeQuestion(input: {id: $question, until: null}) {
         ... on Question { tags { name } }
       }""": 8,
    """setReviewBaseline(input: {
         id: $question, stability: 9.0, difficulty: 5.0, reviewedAt: "2026-03-01T00:00:00Z"
       }) { ... on Question { id } }""": 15,
    "deleteQuestion(input: {id: $question}) { ... on Question { id } }": 7,
    'updateViewer(input: {displayName: "x"}) { ... on User { id } }': 7,
    "updateSettings(input: {newPerDay: 7}) { ... on UserSettings { timezone } }": 6,
    "updateSettings(input: {desiredRetention: 0.8}) { ... on UserSettings { timezone } }": 18,
    "restoreQuestion(input: {id: $question}) { ... on Question { tags { name } } }": 16,
    "restoreQuestionLog(input: {id: $log}) { ... on QuestionLog { question { title } } }": 18,
    "restoreTag(input: {id: $tag}) { ... on Tag { questionCount } }": 11,
    "mergeTags(input: {sources: [$other], target: $tag}) { ... on Tag { questionCount } }": 20,
    "purgeTag(input: {id: $other}) { ... on Purged { id } }": 10,
    "emptyTrash(input: {kinds: [QUESTION]}) { ... on EmptiedTrash { questions } }": 14,
    f"""signIn(input: {{email: "user@example.com", password: "{PASSWORD}"}}) {{
         ... on Session {{ accessToken }}
       }}""": 14,
    "signOut { endedAt }": 6,
}


@pytest.fixture(params=[1, 50], ids=["one row", "fifty rows"])
def ids(request, user: User) -> dict[str, str]:
    """Questions, each with three tags and two attempts; and ids to ask for."""
    tags = [TagFactory(owner=user, name=f"t{n}") for n in range(3)]
    questions = Question.objects.bulk_create(
        Question(
            owner=user, title=f"Apple pie {n}", slug=f"{n}", search_words="apple pie", log_count=2,
            solved_count=2, due_at=NOW - timedelta(minutes=n),
        )
        for n in range(request.param)
    )  # fmt: skip
    QuestionTag.objects.bulk_create(
        QuestionTag(owner=user, question=question, tag=tag)
        for question in questions
        for tag in tags
    )
    logs = QuestionLog.objects.bulk_create(
        QuestionLog(owner=user, question=question, outcome="SOLVED", attempted_at=NOW - day)
        for question in questions
        for day in (timedelta(1), timedelta(2))
    )
    ReviewState.objects.bulk_create(
        ReviewState(
            owner=user, question=question, state=2, stability=5.0, difficulty=5.0,
            due_at=question.due_at, last_review_at=NOW - timedelta(1), reps=2,
        )
        for question in questions
    )  # fmt: skip
    session = PracticeSessionFactory(owner=user, finished_at=NOW)
    PracticeSessionItem.objects.bulk_create(
        PracticeSessionItem(owner=user, session=session, question=question, position=position)
        for position, question in enumerate(questions)
    )
    lists = StudyListFactory.create_batch(2, owner=user)
    day = (datetime.now(UTC) + timedelta(days=300)).date()
    goals = GoalFactory.create_batch(min(request.param, 20), owner=user, date=day, company=tags[2])
    GoalTag.objects.bulk_create(GoalTag(owner=user, goal=goal, tag=tags[1]) for goal in goals)
    GoalList.objects.bulk_create(
        GoalList(owner=user, goal=goal, study_list=lists[0]) for goal in goals
    )
    ShareLinkFactory.create_batch(min(request.param, 19), owner=user)
    exports = ExportFactory.create_batch(min(request.param, 9), owner=user)
    batches = ImportBatchFactory.create_batch(
        min(request.param, 9), owner=user, job__finished_at=datetime.now(UTC)
    )
    for batch in batches:
        batch.revert_job = JobFactory(owner=user, kind=JobKind.REVERT, status="FAILED")
        batch.save()
    trashed = QuestionFactory(owner=user, deleted_at=NOW)
    for study_list, on_it in zip(lists, ([*questions, trashed], questions[:1]), strict=True):
        StudyListItem.objects.bulk_create(
            StudyListItem(owner=user, study_list=study_list, question=question, position=position)
            for position, question in enumerate(on_it)
        )
    return {
        "question": node_id(questions[0]),
        "tag": node_id(tags[0]),
        "other": node_id(tags[1]),
        "log": node_id(logs[0]),
        "list": node_id(lists[0]),
        "short": node_id(lists[1]),
        "goal": node_id(goals[0]),
        "export": node_id(exports[0]),
        "batch": node_id(batches[0]),
        "job": node_id(exports[0].job),
        "waiting": node_id(JobFactory(owner=user, status="PENDING", created_at=datetime.now(UTC))),
        "failed": node_id(JobFactory(owner=user, status="FAILED")),
    }


def counted(graphql, token, operation, ids) -> int:
    """The statements that an operation takes; it must succeed."""
    used = {name: id for name, id in ids.items() if f"${name}" in operation}
    kind, _, selections = (
        operation.partition("{") if operation[0] == "{" else ("mutation", "", operation)
    )
    declared = ", ".join(f"${name}: ID!" for name in used)
    head = f"{kind.strip() or 'query'} {f'({declared})' if declared else ''}"
    body = f"{head} {{ {selections}" + ("" if operation[0] == "{" else " }")
    with CaptureQueriesContext(connection) as captured:
        answer = graphql(body, token=token, **used)
    assert answer.codes == [], operation
    return len(captured)


def test_reading_costs_the_same_for_one_row_and_for_fifty(graphql, user, ids):
    token = access_token(user)

    assert {query: counted(graphql, token, query, ids) for query in QUERIES} == QUERIES


def test_writing_costs_the_same_beside_one_row_and_beside_fifty(graphql, user, ids):
    token = access_token(user)

    assert {field: counted(graphql, token, field, ids) for field in MUTATIONS} == MUTATIONS


def test_tags_of_a_new_question_are_looked_up_together(graphql, user):
    """By id in two statements; by name in one more and three for each that is created."""
    tags = [{"id": node_id(TagFactory(owner=user))} for _ in range(20)]
    operation = """mutation ($tags: [QuestionTagInput!]!) {
      createQuestion(input: {title: "x", tags: $tags}) { ... on Question { id } }
    }"""
    token = access_token(user)

    counts = []
    for given in (tags[:1], tags):
        with CaptureQueriesContext(connection) as captured:
            assert graphql(operation, token=token, tags=given).codes == []
        counts.append(len(captured))

    assert counts == [12, 12]


def test_nobody_costs_no_statement(graphql, user):
    for operation in ("{ viewer { id } }", "{ __typename }", "{ questions { totalCount } }", "{"):
        with CaptureQueriesContext(connection) as captured:
            graphql(operation)

        assert len(captured) == 0
    assert Tag.objects.count() == 0
