"""Who works on the admin site, and on what."""

from collections.abc import Iterator

import pytest
import time_machine
from django.contrib.auth.models import Group, Permission

from domain.accounts.models import (
    TotpDevice,
    TwoFactorChallenge,
    User,
)
from domain.audit import services as audit
from domain.practice.models import ReviewState
from domain.questions.models import Tag
from tests.factories import (
    NOW,
    ApiTokenFactory,
    AuthSessionFactory,
    ExportFactory,
    GoalFactory,
    IdempotencyRecordFactory,
    ImportBatchFactory,
    JobFactory,
    PracticeSessionItemFactory,
    QuestionLogFactory,
    QuestionTagFactory,
    ReviewBaselineFactory,
    ShareLinkFactory,
    StudyListItemFactory,
    UserFactory,
)


@pytest.fixture(autouse=True)
def at_a_fixed_time() -> Iterator[None]:
    """It is always the moment at which factories stamp their rows."""
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def support(db: None) -> User:
    """Somebody of the staff who may see and change everything except give rights."""
    user = UserFactory(email="support@example.com", is_staff=True)
    user.user_permissions.set(Permission.objects.all())
    return user


@pytest.fixture
def device(user: User) -> TotpDevice:
    """The user's authenticator app."""
    return TotpDevice.objects.create(user=user, secret=b"secret", confirmed=True, created_at=NOW)


@pytest.fixture
def one_of_each(user: User, device: TotpDevice) -> dict[str, object]:
    """A row of each model that has pages, by the name in their addresses."""
    log = QuestionLogFactory(question__owner=user, question__title="Two Sum")
    QuestionTagFactory(question=log.question)
    return {
        "user": user,
        "usersettings": user.settings,
        "authsession": AuthSessionFactory(user=user),
        "apitoken": ApiTokenFactory(owner=user),
        "totpdevice": device,
        "twofactorchallenge": TwoFactorChallenge.objects.create(
            user=user, created_at=NOW, expires_at=NOW
        ),
        "auditevent": audit.record(verb="question.created", at=NOW, actor=user, row=log.question),
        "idempotencyrecord": IdempotencyRecordFactory(owner=user),
        "goal": GoalFactory(owner=user),
        "sharelink": ShareLinkFactory(owner=user),
        "job": JobFactory(owner=user),
        "export": ExportFactory(owner=user),
        "importbatch": ImportBatchFactory(owner=user),
        "question": log.question,
        "tag": Tag.objects.get(),
        "questionlog": log,
        "studylist": StudyListItemFactory(
            question=log.question, owner=user, study_list__owner=user
        ).study_list,
        "practicesession": PracticeSessionItemFactory(
            question=log.question, owner=user, session__owner=user
        ).session,
        "reviewstate": ReviewState.objects.get(question=log.question),
        "reviewbaseline": ReviewBaselineFactory(question=log.question),
        "group": Group.objects.create(name="support"),
    }
