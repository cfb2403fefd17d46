"""The theme: the menu, what its pages may load, and what its Alpine.js needs."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib import admin as admin_site
from django.contrib.auth.models import Permission
from django.contrib.staticfiles import finders
from django.test import Client
from django.urls import reverse

from project import admin_navigation
from project.explorer import page as explorer

pytestmark = [pytest.mark.django_db, pytest.mark.once]

PAGE = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'self'; frame-src 'self'"
)
ALPINE = explorer.ALPINE
STANDARD_BUILD = "unfold/js/alpine/alpine.js"


def menu(client: Client) -> dict[str, list[str]]:
    groups = client.get(reverse("admin:index")).context["sidebar_navigation"]
    return {group.get("title", ""): [item["title"] for item in group["items"]] for group in groups}


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(explorer, "VENDOR", tmp_path)
    (tmp_path / ALPINE.name).touch()


@pytest.fixture
def not_installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(explorer, "VENDOR", tmp_path)


def test_every_list_has_its_place_in_the_menu():
    placed = [label for group in admin_navigation.GROUPS.values() for label in group]

    assert sorted(placed) == sorted(model._meta.label for model in admin_site.site._registry)


def test_the_menu_has_what_the_caller_may_open(client, admin, site):
    admin.user_permissions.set(Permission.objects.filter(codename="view_job"))
    client.force_login(admin)

    assert menu(client) == {"": ["Overview"], "Background": ["Jobs"]}
    assert list(menu(site)) == ["", "People", "Content", "Practice", "Background", "Audit"]


@pytest.mark.usefixtures("installed")
@pytest.mark.parametrize("name", ["index", "accounts_user_changelist", "password_change"])
def test_a_page_may_load_our_own_files_and_be_our_own_dialog(name, site):
    answer = site.get(reverse(f"admin:{name}"))

    assert answer.headers["Content-Security-Policy"] == PAGE
    assert f'src="{ALPINE.own_url}" defer' in answer.text


@pytest.mark.usefixtures("installed")
def test_the_sign_in_page_may_not_be_framed(client):
    policy = client.get(reverse("admin:login")).headers["Content-Security-Policy"]

    assert policy == PAGE.replace(
        "frame-ancestors 'self'; frame-src 'self'", "frame-ancestors 'none'"
    )


@pytest.mark.usefixtures("not_installed")
@pytest.mark.parametrize("name", ["index", "login"])
def test_without_npm_one_pinned_file_comes_from_the_cdn(name, site, client):
    answer = (client if name == "login" else site).get(reverse(f"admin:{name}"))

    policy = answer.headers["Content-Security-Policy"]
    assert f"script-src 'self' {ALPINE.cdn_url};" in policy
    assert policy.count("https://") == 1
    assert "unsafe" not in policy
    link = f'src="{ALPINE.cdn_url}" integrity="{ALPINE.integrity}" crossorigin="anonymous" defer'
    assert link in answer.text


@pytest.mark.parametrize("name", ["index", "login", "accounts_user_add", "questions_question_add"])
def test_no_page_has_a_style_or_a_script_of_its_own(name, site, client):
    page = (client if name == "login" else site).get(reverse(f"admin:{name}")).text

    assert not re.search(r"<style|\sstyle=|\son\w+=|<script>|javascript:", page)


def test_the_build_that_needs_eval_is_replaced():
    ours = Path(finders.find(STANDARD_BUILD)).resolve()

    assert ours.is_relative_to(settings.ROOT / "project" / "static")
    assert "Alpine.data(" in ours.read_text()


def test_what_is_said_anew_is_still_said():
    """An upgrade of unfold that says something else shows up here, not in an operator's browser."""
    import unfold

    templates = Path(unfold.__file__).parent / "templates"
    said = " ".join(file.read_text() for file in templates.rglob("*.html"))
    said = said.replace("{% if command_show_history %}true{% else %}false{% endif %}", "false")

    replaced = re.findall(
        r'^  "(.*?)":', Path(finders.find(STANDARD_BUILD)).read_text(), re.MULTILINE
    )

    assert len(replaced) == 6
    assert [expression for expression in replaced if f'"{expression}"' not in said] == []
