"""The devices of one person, which call the API at the same moment."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

from domain.accounts.models import User
from domain.questions.models import Question
from tests.client import Answer, GraphQLClient, access_token, node_id
from tests.factories import NOW

DAY = timedelta(days=1)
ROWS = "results { status messages { code } }"
BULK = {
    "createQuestions": "BulkQuestions",
    "updateQuestions": "BulkQuestions",
    "deleteQuestions": "BulkQuestions",
    "createQuestionLogs": "BulkQuestionLogs",
    "updateQuestionLogs": "BulkQuestionLogs",
    "deleteQuestionLogs": "BulkQuestionLogs",
}

SHARED_INPUTS = {
    f"{verb}{what}": f"{verb.title()}Input"
    for verb in ("restore", "purge")
    for what in ("Question", "QuestionLog", "Tag")
}


class Devices:
    """Those of one person. What they are told to do is done by ``at_once``."""

    def __init__(self, owner: User) -> None:
        self.token = access_token(owner)

    def calling(self, name: str, **input: Any) -> Callable[[], Answer]:
        """A call of a mutation by one of them."""
        shown = f"... on {BULK[name]} {{ {ROWS} }}" if name in BULK else "__typename"
        type_ = SHARED_INPUTS.get(name, f"{name[0].upper()}{name[1:]}Input")
        operation = f"""mutation ($input: {type_}!) {{
          {name}(input: $input) {{ {shown} ... on OperationInfo {{ messages {{ code }} }} }}
        }}"""
        return partial(GraphQLClient(), operation, token=self.token, input=input)


def codes_of(answers: list[Any]) -> list[list[str]]:
    """What each was refused with; anything else that went wrong is raised."""
    for answer in answers:
        if isinstance(answer, Exception):
            raise answer
    return [
        answer.codes
        + [
            message["code"]
            for value in answer.data.values()
            for row in value.get("results", [])
            for message in row["messages"]
        ]
        for answer in answers
    ]


def an_attempt(question: Question, days: int, **fields: Any) -> dict[str, Any]:
    """An input of ``createQuestionLog``: solved so many days ago."""
    return {
        "question": node_id(question),
        "outcome": "SOLVED",
        "attemptedAt": (NOW - days * DAY).isoformat(),
        **fields,
    }
