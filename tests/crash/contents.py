"""What somebody has, without ids and times: the same for everybody who imported the same file."""

import hashlib
import json
import re
from collections.abc import Iterator

from domain.accounts.models import User
from domain.archive import documents
from domain.practice.models import ReviewState
from domain.practice.rebuilding import rebuild
from domain.practice.settling import COUNTERS, REVIEWED
from domain.questions.models import Question
from domain.transfer.models import ImportedChange

NOTHING = "nothing"
STAMPS = {"createdAt", "updatedAt", "deletedAt"}
_ID = re.compile(r'"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"')


def digest(user: User) -> str:
    """All that a person has as one short text; ``NOTHING`` for who has no object at all."""
    lines = sorted(_lines(user))
    journal = ImportedChange.objects.filter(owner=user).count()
    if not lines and not journal:
        return NOTHING
    text = "\n".join([*lines, f"journal {journal}", *sorted(_derived(user))])
    return f"{len(lines)} objects {hashlib.sha256(text.encode()).hexdigest()[:12]}"


def is_settled(user: User) -> bool:
    """Whether what is derived from attempts is a replay of them."""
    return not any(batch.differing for batch in rebuild(user, correct=False))


def _lines(user: User) -> Iterator[str]:
    names: dict[str, str] = {}
    for line in documents.lines(user.pk):
        told = json.loads(line)
        if "record" not in told or told["entity"] == "SETTINGS":
            continue
        record = told["record"]
        # Each comes after those that it refers to.
        names[record.pop("id")] = f"{record.get('externalId')} {record.get('name')}"
        for stamp in STAMPS:
            record.pop(stamp, None)
        text = json.dumps([told["entity"], record], sort_keys=True)
        yield _ID.sub(lambda found: json.dumps(names[found[0].strip('"')]), text)


def _derived(user: User) -> Iterator[str]:
    counters = Question.objects.filter(owner=user).values_list("external_id", *COUNTERS)
    states = ReviewState.objects.filter(owner=user)
    for row in [*counters, *states.values_list("question__external_id", *REVIEWED)]:
        yield repr(row)
