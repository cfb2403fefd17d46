"""No id leads to a row that is not the caller's own, whoever takes the id and whatever it is."""

from collections.abc import Iterator
from copy import deepcopy
from datetime import UTC, datetime, timedelta

import pytest
from graphql import (
    GraphQLInputObjectType,
    GraphQLList,
    get_named_type,
    get_nullable_type,
    is_object_type,
)

from domain.accounts.models import User
from domain.base.models import new_uid
from schema.root import NODES, schema
from tests.client import node_id
from tests.schema.isolation.conftest import Rows
from tests.schema.isolation.trash_places import TRASH_PLACES
from tests.schema.tables import nothing_changes

pytestmark = pytest.mark.once

SOON = (datetime.now(UTC) + timedelta(days=30)).date()
REFUSED = "... on OperationInfo { messages { kind field code message } }"


def change(field: str, *, variables: str = "$id: ID!") -> str:
    """A mutation that is refused with messages."""
    return f"mutation ({variables}) {{ {field} {{ {REFUSED} }} }}"


def many(name: str, items: str, *, variables: str = "$id: ID!") -> str:
    """A mutation of several rows, of which none is stored if one is refused."""
    type_ = "BulkQuestionLogs" if name.endswith("Logs") else "BulkQuestions"
    shown = f"... on {type_} {{ results {{ messages {{ kind field code message }} }} }}"
    return f"mutation ({variables}) {{ {name}(input: {{items: [{items}]}}) {{ {shown} }} }}"


# Where a client may name a row: the type that is expected there, and an operation that names it.
PLACES = {
    "node(id)": ("Question", "query ($id: ID!) { node(id: $id) { id } }"),
    "question(id)": ("Question", "query ($id: ID!) { question(id: $id) { id title } }"),
    "tag(id)": ("Tag", "query ($id: ID!) { tag(id: $id) { id name } }"),
    "questionLog(id)": ("QuestionLog", "query ($id: ID!) { questionLog(id: $id) { id notes } }"),
    "questions(filter.tagsAny)": (
        "Tag",
        "query ($id: ID!) { questions(filter: {tagsAny: [$id]}) { totalCount } }",
    ),
    "questions(filter.tagsAll)": (
        "Tag",
        "query ($id: ID!) { questions(filter: {tagsAll: [$id]}) { totalCount } }",
    ),
    "questionLogs(filter.question)": (
        "Question",
        "query ($id: ID!) { questionLogs(filter: {question: $id}) { totalCount } }",
    ),
    "Question.logs(filter.question)": (
        "Question",
        "query ($id: ID!) { questions { edges { node {"
        " logs(filter: {question: $id}) { totalCount } } } } }",
    ),
    "User.statistics(filter.tagsAny)": (
        "Tag",
        "query ($id: ID!) { viewer { statistics(filter: {tagsAny: [$id]}) { attempts } } }",
    ),
    "User.statistics(filter.tagsAll)": (
        "Tag",
        "query ($id: ID!) { viewer { statistics(filter: {tagsAll: [$id]}) { attempts } } }",
    ),
    "User.statistics(filter.studyList)": (
        "StudyList",
        "query ($id: ID!) { viewer { statistics(filter: {studyList: $id}) { attempts } } }",
    ),
    "User.statistics(logFilter.question)": (
        "Question",
        "query ($id: ID!) { viewer { statistics(logFilter: {question: $id}) { attempts } } }",
    ),
    "createQuestion(input.tags.id)": (
        "Tag",
        change('createQuestion(input: {title: "New", tags: [{name: "new"}, {id: $id}]})'),
    ),
    "updateQuestion(input.id)": (
        "Question",
        change('updateQuestion(input: {id: $id, title: "New"})'),
    ),
    "updateQuestion(input.tags.id)": (
        "Tag",
        change(
            'updateQuestion(input: {id: $mine, title: "New", tags: [{id: $id}]})',
            variables="$id: ID!, $mine: ID!",
        ),
    ),
    "deleteQuestion(input.id)": (
        "Question",
        change("deleteQuestion(input: {id: $id})"),
    ),
    "createQuestions(input.items.tags.id)": (
        "Tag",
        many("createQuestions", '{title: "A"}, {title: "B", tags: [{name: "new"}, {id: $id}]}'),
    ),
    "updateQuestions(input.items.id)": (
        "Question",
        many("updateQuestions", '{id: $id, title: "New"}'),
    ),
    "updateQuestions(input.items.tags.id)": (
        "Tag",
        many(
            "updateQuestions",
            '{id: $mine, title: "New", tags: [{id: $id}]}',
            variables="$id: ID!, $mine: ID!",
        ),
    ),
    "deleteQuestions(input.items.id)": (
        "Question",
        many("deleteQuestions", "{id: $id}"),
    ),
    "createQuestionLogs(input.items.question)": (
        "Question",
        many("createQuestionLogs", "{question: $id, outcome: SOLVED}"),
    ),
    "updateQuestionLogs(input.items.id)": (
        "QuestionLog",
        many("updateQuestionLogs", '{id: $id, notes: "x"}'),
    ),
    "deleteQuestionLogs(input.items.id)": (
        "QuestionLog",
        many("deleteQuestionLogs", "{id: $id}"),
    ),
    "updateTag(input.id)": (
        "Tag",
        change('updateTag(input: {id: $id, name: "New"})'),
    ),
    "deleteTag(input.id)": (
        "Tag",
        change("deleteTag(input: {id: $id})"),
    ),
    "createQuestionLog(input.question)": (
        "Question",
        change("createQuestionLog(input: {question: $id, outcome: SOLVED})"),
    ),
    "updateQuestionLog(input.id)": (
        "QuestionLog",
        change('updateQuestionLog(input: {id: $id, notes: "x"})'),
    ),
    "deleteQuestionLog(input.id)": (
        "QuestionLog",
        change("deleteQuestionLog(input: {id: $id})"),
    ),
    "suspendQuestion(input.id)": (
        "Question",
        change("suspendQuestion(input: {id: $id})"),
    ),
    "resumeQuestion(input.id)": (
        "Question",
        change("resumeQuestion(input: {id: $id})"),
    ),
    "postponeQuestion(input.id)": (
        "Question",
        change("postponeQuestion(input: {id: $id, until: null})"),
    ),
    "setReviewBaseline(input.id)": (
        "Question",
        change(
            "setReviewBaseline(input: {id: $id, stability: 9.0, difficulty: 5.0, "
            'reviewedAt: "2026-03-01T00:00:00Z"})'
        ),
    ),
    "removeReviewBaseline(input.id)": (
        "Question",
        change("removeReviewBaseline(input: {id: $id})"),
    ),
    "goal(id)": ("Goal", "query ($id: ID!) { goal(id: $id) { id name } }"),
    "createGoal(input.company)": (
        "Tag",
        change(f'createGoal(input: {{name: "New", date: "{SOON}", company: $id}})'),
    ),
    "createGoal(input.lists)": (
        "StudyList",
        change(f'createGoal(input: {{name: "New", date: "{SOON}", lists: [$id]}})'),
    ),
    "createGoal(input.tags)": (
        "Tag",
        change(f'createGoal(input: {{name: "New", date: "{SOON}", tags: [$id]}})'),
    ),
    "updateGoal(input.id)": (
        "Goal",
        change('updateGoal(input: {id: $id, name: "New"})'),
    ),
    "updateGoal(input.company)": (
        "Tag",
        change(
            'updateGoal(input: {id: $goal, name: "New", company: $id})',
            variables="$id: ID!, $goal: ID!",
        ),
    ),
    "updateGoal(input.lists)": (
        "StudyList",
        change(
            'updateGoal(input: {id: $goal, name: "New", lists: [$id]})',
            variables="$id: ID!, $goal: ID!",
        ),
    ),
    "updateGoal(input.tags)": (
        "Tag",
        change(
            'updateGoal(input: {id: $goal, name: "New", tags: [$id]})',
            variables="$id: ID!, $goal: ID!",
        ),
    ),
    "deleteGoal(input.id)": (
        "Goal",
        change("deleteGoal(input: {id: $id})"),
    ),
    "revokeShareLink(input.id)": (
        "ShareLink",
        change("revokeShareLink(input: {id: $id})"),
    ),
    "export(id)": ("Export", "query ($id: ID!) { export(id: $id) { id fileName downloadUrl } }"),
    "importBatch(id)": (
        "ImportBatch",
        "query ($id: ID!) { importBatch(id: $id) { id fileName report { total } } }",
    ),
    "revertImport(input.id)": (
        "ImportBatch",
        change("revertImport(input: {id: $id})"),
    ),
    "importQuestions(input.options.studyList)": (
        "StudyList",
        change('importQuestions(input: {content: "[]", options: {studyList: $id}})'),
    ),
    "previewImport(input.options.studyList)": (
        "StudyList",
        change('previewImport(input: {content: "[]", options: {studyList: $id}})'),
    ),
    "startImport(input.options.studyList)": (
        "StudyList",
        change('startImport(input: {content: "[]", options: {studyList: $id}})'),
    ),
    "deleteExport(input.id)": (
        "Export",
        change("deleteExport(input: {id: $id})"),
    ),
    "job(id)": ("Job", "query ($id: ID!) { job(id: $id) { id status } }"),
    "jobProgress(id)": ("Job", "subscription ($id: ID!) { jobProgress(id: $id) { id status } }"),
    "cancelJob(input.id)": (
        "Job",
        change("cancelJob(input: {id: $id})"),
    ),
    "retryJob(input.id)": (
        "Job",
        change("retryJob(input: {id: $id})"),
    ),
    "studyList(id)": ("StudyList", "query ($id: ID!) { studyList(id: $id) { id name } }"),
    "questions(filter.studyList)": (
        "StudyList",
        "query ($id: ID!) { questions(filter: {studyList: $id}) { totalCount } }",
    ),
    "updateStudyList(input.id)": (
        "StudyList",
        change('updateStudyList(input: {id: $id, name: "New"})'),
    ),
    "deleteStudyList(input.id)": (
        "StudyList",
        change("deleteStudyList(input: {id: $id})"),
    ),
    "addToStudyList(input.id)": (
        "StudyList",
        change(
            "addToStudyList(input: {id: $id, questions: [$mine]})",
            variables="$id: ID!, $mine: ID!",
        ),
    ),
    "addToStudyList(input.questions)": (
        "Question",
        change(
            "addToStudyList(input: {id: $list, questions: [$id]})",
            variables="$id: ID!, $list: ID!",
        ),
    ),
    "removeFromStudyList(input.id)": (
        "StudyList",
        change(
            "removeFromStudyList(input: {id: $id, questions: [$mine]})",
            variables="$id: ID!, $mine: ID!",
        ),
    ),
    "removeFromStudyList(input.questions)": (
        "Question",
        change(
            "removeFromStudyList(input: {id: $list, questions: [$id]})",
            variables="$id: ID!, $list: ID!",
        ),
    ),
    "reorderStudyList(input.id)": (
        "StudyList",
        change(
            "reorderStudyList(input: {id: $id, order: [{question: $mine}]})",
            variables="$id: ID!, $mine: ID!",
        ),
    ),
    "reorderStudyList(input.order.question)": (
        "Question",
        change(
            "reorderStudyList(input: {id: $list, order: [{question: $id}]})",
            variables="$id: ID!, $list: ID!",
        ),
    ),
    "startPracticeSession(input.studyList)": (
        "StudyList",
        change("startPracticeSession(input: {studyList: $id})"),
    ),
    "startPracticeSession(input.questions)": (
        "Question",
        change("startPracticeSession(input: {questions: [$id]})"),
    ),
    "pausePracticeSession(input.id)": (
        "PracticeSession",
        change("pausePracticeSession(input: {id: $id})"),
    ),
    "resumePracticeSession(input.id)": (
        "PracticeSession",
        change("resumePracticeSession(input: {id: $id})"),
    ),
    "nextPracticeQuestion(input.id)": (
        "PracticeSession",
        change("nextPracticeQuestion(input: {id: $id, skip: 0})"),
    ),
    "finishPracticeSession(input.id)": (
        "PracticeSession",
        change("finishPracticeSession(input: {id: $id})"),
    ),
    "nextQuestions(studyList)": (
        "StudyList",
        "query ($id: ID!) { nextQuestions(studyList: $id) { reason } }",
    ),
    # The one tag is named for both, so that nothing else is missing.
    "mergeTags(input.sources)": (
        "Tag",
        change("mergeTags(input: {sources: [$id], target: $id})"),
    ),
    "mergeTags(input.target)": (
        "Tag",
        change("mergeTags(input: {sources: [], target: $id})"),
    ),
    "user(id)": ("Person", "query ($id: ID!) { user(id: $id) { id email } }"),
    "updateUser(input.id)": (
        "Person",
        change('updateUser(input: {id: $id, displayName: "x"})'),
    ),
    "revokeSession(input.id)": (
        "AuthSession",
        change("revokeSession(input: {id: $id})"),
    ),
    "revokeApiToken(input.id)": (
        "ApiToken",
        change("revokeApiToken(input: {id: $id})"),
    ),
}
# Every other field that takes the filter of questions.
for field, found in (
    ("reviewQueue(filter: {%s})", "dueCount"),
    ("reviewForecast(days: 1, filter: {%s})", "total"),
    ("nextQuestions(filter: {%s})", "reason"),
):
    for name, expected, value in (
        ("tagsAny", "Tag", "[$id]"),
        ("tagsAll", "Tag", "[$id]"),
        ("studyList", "StudyList", "$id"),
    ):
        PLACES[f"{field.split('(')[0]}(filter.{name})"] = (
            expected,
            f"query ($id: ID!) {{ {field % f'{name}: {value}'} {{ {found} }} }}",
        )
# The question is on the list already; a session is open, and runs.
FOUND_BUT_REFUSED = {
    "importQuestions(input.options.studyList)": ["unknown_format"],
    "previewImport(input.options.studyList)": ["unknown_format"],
    "mergeTags(input.sources)": ["target_among_sources"],
    "mergeTags(input.target)": ["bad_number_of_sources"],
    "startPracticeSession(input.studyList)": ["session_open"],
    "startPracticeSession(input.questions)": ["session_open"],
    "resumePracticeSession(input.id)": ["not_paused"],
    "addToStudyList(input.id)": ["question_taken"],
    "addToStudyList(input.questions)": ["question_taken"],
    "cancelJob(input.id)": ["job_is_over"],
    "retryJob(input.id)": ["nothing_to_retry"],
}
# Where staff may name anybody: the role that is needed, and an operation that names a Person.
STAFF_PLACES = {
    "allAuditEvents(person)": (
        "MANAGER",
        "query ($id: ID!) { allAuditEvents(person: $id) { totalCount } }",
    ),
    "unlockUser(input.id)": (
        "MANAGER",
        change("unlockUser(input: {id: $id})"),
    ),
    "setRole(input.id)": (
        "ADMIN",
        change("setRole(input: {id: $id, role: MANAGER})"),
    ),
    "deactivateUser(input.id)": (
        "ADMIN",
        change("deactivateUser(input: {id: $id})"),
    ),
    "activateUser(input.id)": (
        "ADMIN",
        change("activateUser(input: {id: $id})"),
    ),
    "deleteUser(input.id)": (
        "ADMIN",
        change("deleteUser(input: {id: $id})"),
    ),
}
OTHER_TYPES = sorted({*NODES, "QuestionTag", "UserSettings", "TwoFactorDevice", "__Schema"})
# Of accounts, staff may see and change those of others.
ACCOUNTS = {"node(id)", "user(id)", "updateUser(input.id)"}
# All mutations but those whose input may be empty.
NEEDS_INPUT = sorted(
    name
    for name, field in schema._schema.mutation_type.fields.items()
    if "input" in field.args
    and name not in ("updateSettings", "importQuestions", "startPracticeSession", "emptyTrash")
)
UNREADABLE = ["", " ", "1", 1, "not base64", "é😀", "Question"]
NO_IDS = [None, [], {}, 1.5, True]


@pytest.fixture
def both(made_once: tuple[Rows, Rows], db: None) -> tuple[Rows, Rows]:
    """The same, for one test to change."""
    return deepcopy(made_once)


@pytest.fixture
def mine(both: tuple[Rows, Rows]) -> Rows:
    """The caller's rows."""
    return both[0]


@pytest.fixture
def theirs(both: tuple[Rows, Rows]) -> Rows:
    """The stranger's rows."""
    return both[1]


@pytest.fixture
def user(mine: Rows) -> User:
    """Whose rows ``mine`` are."""
    return mine.owner


@pytest.fixture
def stranger(theirs: Rows) -> User:
    """Whose rows ``theirs`` are."""
    return theirs.owner


def own_ids(mine: Rows) -> dict[str, str]:
    """The caller's rows that operations name beside the one in question."""
    return {
        "mine": node_id(mine.question),
        "list": node_id(mine.study_list),
        "goal": node_id(mine.goal),
    }


def places_in_the_schema() -> Iterator[str]:
    """Every argument and input field that takes an id, with the field it belongs to."""
    served = schema._schema
    roots = [served.query_type, served.mutation_type, served.subscription_type]
    for type_ in filter(is_object_type, schema._schema.type_map.values()):
        for name, field in type_.fields.items():
            place = name if type_ in roots else f"{type_.name}.{name}"
            for argument_name, argument in field.args.items():
                for path in _id_paths(argument.type, argument_name):
                    yield f"{place}({path})"


def _id_paths(type_: object, path: str) -> Iterator[str]:
    named = get_named_type(type_)
    if named.name == "ID":
        yield path
    elif isinstance(named, GraphQLInputObjectType):
        for name, field in named.fields.items():
            yield from _id_paths(field.type, f"{path}.{name}")


def test_every_place_that_takes_an_id_is_tested_here():
    assert set(places_in_the_schema()) == {*PLACES, *STAFF_PLACES, *TRASH_PLACES}


@pytest.mark.parametrize("place", sorted(PLACES))
def test_own_row_is_found(place, graphql, mine, theirs):
    expected, operation = PLACES[place]

    answer = graphql(operation, as_user=mine.owner, id=mine.id_of(expected), **own_ids(mine))

    assert answer.codes == FOUND_BUT_REFUSED.get(place, [])


@pytest.mark.parametrize("type_name", sorted(NODES))
def test_node_finds_own_rows_of_every_type_and_no_others(type_name, graphql, token, mine, theirs):
    operation = PLACES["node(id)"][1]
    hidden = [node_id(row) for person in (mine, theirs) for row in person.hidden(type_name)]
    others = [theirs.id_of(type_name), node_id(type_name=type_name, uid=new_uid()), *hidden]

    found = graphql(operation, token=token, id=mine.id_of(type_name))
    refused = [graphql(operation, token=token, id=id) for id in others]

    assert found.only == {"id": mine.id_of(type_name)}
    assert {answer.anonymous for answer in refused} == {refused[0].anonymous}
    assert refused[0].codes == ["NOT_FOUND"]


@pytest.mark.parametrize("place", sorted(PLACES))
def test_other_rows_are_alike_not_found_and_nothing_happens(place, graphql, token, mine, theirs):
    expected, operation = PLACES[place]
    own, foreign = mine.live(expected), theirs.live(expected)
    # `node` takes the ids of all types; that it mixes none up is shown above.
    others = [name for name in OTHER_TYPES if name != expected and place != "node(id)"]
    unlike = [name for name in ("Question", "Tag", "QuestionLog") if name != expected]
    ids = [
        node_id(type_name=expected, uid=new_uid()),
        theirs.id_of(expected),
        *[node_id(row) for row in (*theirs.hidden(expected), *mine.hidden(expected))],
        # An id made for another type, or a number of the database.
        *[node_id(type_name=name, uid=own.uid) for name in others],
        *[node_id(type_name=name, uid=foreign.uid) for name in unlike if name in others],
        *[node_id(type_name=expected, uid=mine.live(name).uid) for name in unlike],
        node_id(type_name=expected, uid=foreign.pk),
        node_id(type_name=expected, uid=own.pk),
        node_id(theirs.owner),
        node_id(type_name="QuestionTag", uid=theirs.link.pk),
        node_id(type_name="UserSettings", uid=theirs.owner.settings.pk),
        node_id(type_name=expected.lower(), uid=own.uid),
        node_id(type_name=f" {expected}", uid=own.uid),
    ]

    with nothing_changes():
        answers = [graphql(operation, token=token, id=id, **own_ids(mine)) for id in ids]

    assert {answer.codes[0] for answer in answers} <= {"NOT_FOUND", "not_found"}
    assert len({(answer.status, answer.anonymous) for answer in answers}) == 1


@pytest.mark.parametrize("place", sorted(PLACES))
def test_other_spellings_are_not_found_and_no_ids_are_bad_input(
    place, graphql, token, mine, theirs
):
    expected, operation = PLACES[place]
    own, uid = own_ids(mine), theirs.live(expected).uid
    spellings = [f"urn:uuid:{uid}", f"{{{uid}}}", uid.hex, str(uid).upper(), f"{uid}\n", f" {uid}"]
    spelt = [node_id(type_name=expected, uid=spelling) for spelling in spellings]

    with nothing_changes():
        answers = [graphql(operation, token=token, id=id, **own) for id in spelt]
        no_ids = [graphql(operation, token=token, id=id, **own) for id in NO_IDS]
        no_ids.append(graphql(operation, token=token, **own))
        unreadable = [graphql(operation, token=token, id=id, **own) for id in UNREADABLE]

    assert {answer.codes[0].upper() for answer in answers} == {"NOT_FOUND"}
    assert {tuple(answer.codes) for answer in no_ids} == {("BAD_USER_INPUT",)}
    if operation.startswith("mutation"):
        assert {answer.anonymous for answer in unreadable} == {answers[0].anonymous}
    else:
        assert {tuple(answer.codes) for answer in unreadable} == {("BAD_USER_INPUT",)}


@pytest.mark.parametrize("name", NEEDS_INPUT)
def test_mutation_without_its_row_changes_none(name, graphql, token, mine, theirs):
    field = schema._schema.mutation_type.fields[name]
    type_ = get_named_type(field.args["input"].type).name
    operation = f"mutation ($input: {type_}!) {{ {name}(input: $input) {{ __typename }} }}"
    inputs = [{}, {"id": None}, {"ids": []}, {"filter": {}}, {"id": []}, {"pk": 1}]

    with nothing_changes():
        answers = [graphql(operation, token=token, input=input) for input in inputs]

    assert {code for answer in answers for code in answer.codes} == {"BAD_USER_INPUT"}


@pytest.mark.parametrize("field", ["tagsAny", "tagsAll"])
def test_a_foreign_tag_among_own_ones_is_not_found(field, graphql, mine, theirs):
    operation = f"query ($ids: [ID!]!) {{ questions(filter: {{{field}: $ids}}) {{ totalCount }} }}"

    answer = graphql(operation, as_user=mine.owner, ids=[node_id(mine.tag), node_id(theirs.tag)])

    assert answer.codes == ["NOT_FOUND"]


@pytest.mark.parametrize("place", sorted(STAFF_PLACES))
def test_members_are_refused_whoever_they_name(place, graphql, token, mine, theirs):
    nobody = node_id(type_name="Person", uid=new_uid())

    with nothing_changes():
        answers = [
            graphql(STAFF_PLACES[place][1], token=token, id=id)
            for id in (mine.id_of("Person"), theirs.id_of("Person"), nobody)
        ]

    assert {answer.anonymous for answer in answers} == {answers[0].anonymous}
    assert answers[0].codes == ["FORBIDDEN"]


@pytest.mark.parametrize("place", sorted(STAFF_PLACES))
def test_staff_name_people_and_nothing_else(place, graphql, token, mine, theirs):
    role, operation = STAFF_PLACES[place]
    User.objects.filter(pk=mine.owner.pk).update(role=role)
    uids = [new_uid(), theirs.question.uid, theirs.owner.pk]
    ids = [
        *[node_id(type_name="Person", uid=uid) for uid in uids],
        *[node_id(type_name=n, uid=theirs.owner.uid) for n in OTHER_TYPES if n != "Person"],
        theirs.id_of("Question"),
    ]

    with nothing_changes():
        answers = [graphql(operation, token=token, id=id) for id in ids]

    assert {answer.anonymous for answer in answers} == {answers[0].anonymous}
    assert answers[0].codes[0].upper() == "NOT_FOUND"
    assert graphql(operation, token=token, id=theirs.id_of("Person")).codes == []


@pytest.mark.parametrize("place", sorted(set(PLACES) - ACCOUNTS))
def test_a_role_finds_no_rows_of_others(place, graphql, token, mine, theirs):
    expected, operation = PLACES[place]

    for role in ("MANAGER", "ADMIN"):
        User.objects.filter(pk=mine.owner.pk).update(role=role, is_staff=True, is_superuser=True)
        with nothing_changes():
            answer = graphql(operation, token=token, id=theirs.id_of(expected), **own_ids(mine))
        assert answer.codes[0].upper() == "NOT_FOUND", role


def test_lists_of_ids_are_inputs_only():
    served = schema._schema
    roots = [served.query_type, served.mutation_type, served.subscription_type]
    arguments = [
        arg for root in roots for field in root.fields.values() for arg in field.args.values()
    ]

    assert not [arg for arg in arguments if isinstance(get_nullable_type(arg.type), GraphQLList)]
