"""Every step of ``Person`` with any arguments: strategies for histories."""

from uuid import UUID

import fsrs
from hypothesis import strategies as st

from domain.base.bulk import ErrorPolicy
from domain.trash.kinds import TrashKind
from tests.domain.practice.test_settling import lapses, moments, more, outcome

KINDS = [TrashKind.QUESTION, TrashKind.TAG, TrashKind.QUESTION_LOG]
UIDS = [UUID(int=number) for number in (1, 2)]

number = st.integers(0, 5)
numbers = st.lists(number, min_size=1, max_size=3)
kind = st.sampled_from(KINDS)
letter = st.sampled_from("ABC")
# "math" and "brute force" are what the imported problems have.
tag_name = st.sampled_from(["math", "MATH", "brute force", "dp"])
tag_names = st.lists(tag_name, max_size=2)
uid = st.sampled_from([None, None, *UIDS])
policy = st.sampled_from(ErrorPolicy)
new_log = st.fixed_dictionaries(outcome, optional=more)
wrong_log = st.just({"outcome": "SOLVED", "duration_seconds": 86_401})
log_change = st.fixed_dictionaries({}, optional=outcome | more)
question_change = st.fixed_dictionaries(
    {}, optional={"slug": st.sampled_from(["", "b", "c"]), "is_archived": st.booleans()}
)
submission_row = st.tuples(
    st.integers(1, 6), letter, st.sampled_from(["OK", "WRONG_ANSWER"]), st.integers(0, 80)
)
a_settings_change = st.fixed_dictionaries(
    {},
    optional={
        "desired_retention": st.floats(0.7, 0.97),
        "maximum_interval_days": st.integers(1, 36_500),
        "fsrs_parameters": st.sampled_from(
            [None, [each * 1.01 for each in fsrs.scheduler.DEFAULT_PARAMETERS]]
        ),
        "timezone": st.sampled_from(["Pacific/Auckland", "America/New_York", "Asia/Kathmandu"]),
        "day_start_hour": st.sampled_from([0, 4, 23]),
    },
)
a_baseline = st.fixed_dictionaries(
    {
        "stability": st.floats(0.001, 36_500),
        "difficulty": st.floats(1, 10),
        "reviewed_at": moments,
    },
    optional={"state": st.integers(1, 3), "reps": st.integers(1, 9), "lapses": lapses},
)
STEPS = {
    "create_question": (letter, tag_names, uid),
    "update_question": (number, question_change, tag_names),
    "create_log": (number, new_log, uid),
    "update_log": (number, log_change),
    "delete": (kind, number),
    "restore": (kind, number),
    "purge": (kind, number),
    "empty_trash": (st.lists(kind, min_size=1, unique=True),),
    "create_tag": (tag_name, st.sampled_from(["TOPIC", "COMPANY"])),
    "rename_tag": (number, tag_name),
    "merge_tags": (number, numbers),
    "import_submissions": (st.lists(submission_row, min_size=1, unique_by=lambda row: row[0]),),
    "import_list": (st.lists(letter, min_size=1, unique=True),),
    "import_backup": (
        st.lists(letter, min_size=1, unique=True),
        st.booleans(),
        st.integers(0, 90),
    ),
    "create_logs": (
        st.lists(st.tuples(number, new_log | wrong_log), min_size=1, max_size=3),
        policy,
    ),
    "update_logs": (st.lists(st.tuples(number, log_change), min_size=1, max_size=3), policy),
    "delete_logs": (numbers, policy),
    "create_questions": (st.lists(st.tuples(letter, tag_names), min_size=1, max_size=2), policy),
    "update_questions": (
        st.lists(st.tuples(number, question_change, tag_names), min_size=1, max_size=3),
        policy,
    ),
    "delete_questions": (numbers, policy),
    "change_settings": (a_settings_change,),
    "suspend": (number,),
    "resume": (number,),
    "postpone": (number, st.none() | st.integers(1, 365)),
    "set_baseline": (number, a_baseline),
    "remove_baseline": (number,),
}
steps = st.one_of(*[st.tuples(st.just(name), *given) for name, given in STEPS.items()])
