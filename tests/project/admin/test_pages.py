"""Which pages of the admin site there are, and who may open them."""

import pytest
from django.apps import apps
from django.contrib import admin as admin_site
from django.urls import reverse

from domain.accounts.models import (
    RecoveryCode,
    RefreshLink,
)
from domain.goals.models import GoalList, GoalTag
from domain.lists.models import StudyListItem
from domain.practice.models import PracticePause, PracticeSessionItem
from domain.questions.models import QuestionTag
from domain.transfer.models import ExportChunk, ImportedChange, ImportFile
from tests.factories import (
    PASSWORD,
)
from tests.project.admin.pages import address

pytestmark = [pytest.mark.django_db, pytest.mark.once]


ON_ANOTHERS_PAGE = {
    RefreshLink,
    RecoveryCode,
    QuestionTag,
    StudyListItem,
    GoalList,
    GoalTag,
    PracticePause,
    PracticeSessionItem,
    ExportChunk,
    ImportedChange,
    ImportFile,
}
OURS = [
    "accounts",
    "audit",
    "idempotency",
    "questions",
    "lists",
    "practice",
    "goals",
    "sharing",
    "jobs",
    "transfer",
]
PAGES = [
    ("user", {"changelist", "add", "change", "history"}),
    ("usersettings", {"changelist", "change", "history"}),
    ("authsession", {"changelist", "change", "history"}),
    ("apitoken", {"changelist", "change", "history"}),
    ("totpdevice", {"changelist", "change", "delete", "history"}),
    ("twofactorchallenge", {"changelist", "change", "history"}),
    ("auditevent", {"changelist", "change", "history"}),
    ("idempotencyrecord", {"changelist", "change", "history"}),
    ("job", {"changelist", "change", "history"}),
    ("question", {"changelist", "add", "change", "delete", "history"}),
    ("tag", {"changelist", "add", "change", "delete", "history"}),
    ("studylist", {"changelist", "add", "change", "delete", "history"}),
    ("questionlog", {"changelist", "add", "change", "delete", "history"}),
    ("practicesession", {"changelist", "change", "history"}),
    ("goal", {"changelist", "add", "change", "delete", "history"}),
    ("sharelink", {"changelist", "change", "history"}),
    ("export", {"changelist", "change", "history"}),
    ("importbatch", {"changelist", "change", "history"}),
    ("reviewstate", {"changelist", "change", "history"}),
    ("reviewbaseline", {"changelist", "add", "change", "delete", "history"}),
    ("group", {"changelist", "add", "change", "delete", "history"}),
]
EVERY_PAGE = ["changelist", "add", "change", "delete", "history"]


def test_every_model_of_ours_has_a_page():
    models = {model for label in OURS for model in apps.get_app_config(label).get_models()}

    without = {model for model in models if not admin_site.site.is_registered(model)}

    assert without == ON_ANOTHERS_PAGE


@pytest.mark.parametrize("page", EVERY_PAGE)
@pytest.mark.parametrize(("name", "pages"), PAGES, ids=[name for name, _ in PAGES])
def test_pages_open_for_a_superuser(name, pages, page, site, one_of_each):
    answer = site.get(address(one_of_each[name], page))

    assert answer.status_code == (200 if page in pages else 403)


@pytest.mark.parametrize("name", [name for name, _ in PAGES])
@pytest.mark.parametrize("page", EVERY_PAGE)
@pytest.mark.parametrize("caller", ["nobody", "owner", "manager"])
def test_others_are_sent_to_the_sign_in_page(caller, page, name, client, people, one_of_each):
    if people[caller]:
        client.force_login(people[caller])

    answer = client.get(address(one_of_each[name], page))

    assert answer.status_code == 302
    assert answer.url.startswith(reverse("admin:login"))


@pytest.mark.parametrize("name", [name for name, _ in PAGES])
def test_staff_without_permissions_see_nothing(name, client, admin, one_of_each):
    client.force_login(admin)

    assert client.get(address(one_of_each[name], "changelist")).status_code == 403
    assert client.get(address(one_of_each[name], "change")).status_code == 403


def test_signing_in_takes_an_email_address_in_any_case(client, superuser):
    path = reverse("admin:login")

    answer = client.post(path, {"username": "Root@Example.com", "password": PASSWORD})

    assert answer.status_code == 302
    assert client.get(reverse("admin:index")).context["user"] == superuser


@pytest.mark.parametrize("model", ["refreshtoken", "userstatus", "captcha"])
def test_tables_of_gqlauth_have_no_pages(model, site):
    assert site.get(f"/admin/gqlauth/{model}/").status_code == 404
