"""``/share/<token>/picture.svg``: for anybody who has the address, for as long as it works."""

from datetime import timedelta
from xml.etree import ElementTree

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from domain.accounts.models import User
from domain.accounts.services.deletion import delete_user
from domain.base.models import new_uid
from domain.questions.models import Outcome
from domain.sharing.links import token_of
from domain.sharing.models import PictureKind, ShareLink
from domain.sharing.services import revoke_share_link
from project import sharing
from project.logging import LineFormatter, Redact
from tests.factories import NOW, QuestionLogFactory, ShareLinkFactory

pytestmark = pytest.mark.once

KINDS = list(PictureKind)


@pytest.fixture(autouse=True)
def at_a_fixed_time():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture(params=KINDS, ids=str)
def link(request, user):
    return ShareLinkFactory(owner=user, kind=request.param, name="My README")


def address(link, theme=""):
    return f"/share/{token_of(link)}/picture.svg" + (f"?theme={theme}" if theme else "")


def alike(answer):
    """What an answer says, but for the id of its request."""
    headers = {k: v for k, v in answer.headers.items() if k != "X-Request-ID"}
    return answer.status_code, answer.content, headers


def practise(user, days=5, questions=1):
    for _ in range(questions):
        question = None
        for day in range(days, 0, -1):
            log = QuestionLogFactory(
                **({"question": question} if question else {"question__owner": user}),
                attempted_at=NOW - timedelta(days=day),
                outcome=Outcome.FAILED if day == 2 else Outcome.SOLVED,
            )
            question = log.question


def said(answer):
    texts = ElementTree.fromstring(answer.content).iter("{http://www.w3.org/2000/svg}text")  # noqa: S314  # our own
    return [element.text for element in texts]


def test_has_exactly_these_headers(link, client):
    answer = client.get(address(link))

    assert answer.status_code == 200
    assert alike(answer)[2] == {
        "Cache-Control": "no-cache",
        "Content-Length": str(len(answer.content)),
        "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
        "Content-Type": "image/svg+xml; charset=utf-8",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "cross-origin",
        "ETag": answer.headers["ETag"],
        "Referrer-Policy": "same-origin",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
    }
    assert answer.cookies == {}


def test_a_session_makes_no_difference_and_is_not_touched(link, admin):
    browser = Client()
    browser.force_login(admin)
    before = dict(browser.session)

    answer = browser.get(address(link))

    assert alike(answer) == alike(Client().get(address(link)))
    assert answer.cookies == {}
    assert dict(browser.session) == before


def test_is_for_whoever_has_not_got_the_same_one(link, client, user):
    first = client.get(address(link))
    headers = {"If-None-Match": first.headers["ETag"]}

    same = client.get(address(link), headers=headers)
    practise(user)
    other = client.get(address(link), headers=headers)

    assert (same.status_code, same.content) == (304, b"")
    assert (same.headers["ETag"], same.headers["Cache-Control"]) == (first["ETag"], "no-cache")
    assert other.status_code == 200
    assert other.headers["ETag"] != first.headers["ETag"]


def test_head_is_get_without_a_body(link, client):
    got, head = client.get(address(link)), client.head(address(link))

    assert (head.status_code, head.content) == (200, b"")
    assert alike(head)[2] == alike(got)[2]


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "options"])
def test_other_methods_are_not_allowed(method, link):
    answer = getattr(Client(enforce_csrf_checks=True), method)(address(link))

    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET, HEAD")
    assert answer.content == b""


def test_themes_differ_in_colours_alone(link, client, user):
    practise(user)
    light, dark = (client.get(address(link, theme)) for theme in ("light", "dark"))

    assert client.get(address(link)).content == light.content
    assert light.content != dark.content
    assert said(light) == said(dark)
    assert b"#0d1117" in dark.content


@pytest.mark.parametrize("theme", ["DARK", "<script>", "light dark", "%00"])
def test_other_themes_are_refused(theme, link, client):
    answer = client.get(address(link, theme))

    assert answer.status_code == 400
    assert answer.content == b"Send theme=light or theme=dark.\n"


def test_heatmap_shows_the_owners_attempts_and_nobody_elses(user, stranger, client):
    practise(user, days=3)
    practise(stranger, days=9)
    link = ShareLinkFactory(owner=user)

    assert said(client.get(address(link)))[-2:] == [
        "3 attempts on 3 days in the last 53 weeks.",
        "Current streak: 3 days, longest: 3 days",
    ]


def test_retention_shows_the_owners_reviews_and_nobody_elses(user, stranger, client):
    practise(user, days=5)
    practise(stranger, days=9, questions=3)
    link = ShareLinkFactory(owner=user, kind=PictureKind.RETENTION_CURVE)

    texts = said(client.get(address(link)))

    # Four reviews, each a day after the attempt before, and one of them in vain.
    samples = dict(zip(texts[5:19:2], texts[6:19:2], strict=True))
    assert samples == {
        "1": "4",
        "2–3": "0",
        "4–7": "0",
        "8–15": "0",
        "16–30": "0",
        "31–60": "0",
        "61+": "0",
    }
    assert texts[-1] == "75%"


def test_says_nothing_but_numbers(link, client, user):
    User.objects.update(display_name="Ada Lovelace")
    practise(user)

    content = client.get(address(link)).content.decode().lower()

    for word in ("ada", "lovelace", "user@example.com", "example", "question 0", "readme", "utc"):
        assert word not in content, word
    assert str(user.uid) not in content


def gone(link, admin):
    """Ways in which a link stops working."""
    return {
        "revoked": lambda: revoke_share_link(share_link=link, actor=link.owner, at=NOW),
        "deactivated": lambda: User.objects.filter(pk=link.owner.pk).update(is_active=False),
        "leaving": lambda: delete_user(user=link.owner, actor=admin, at=NOW),
        "erased": lambda: link.owner.delete(),
    }


@pytest.mark.parametrize("way", ["revoked", "deactivated", "leaving", "erased"])
def test_stops_at_once_and_says_the_same_as_for_what_never_was(way, link, client, admin):
    path = address(link)
    never = client.get(address(ShareLink(uid=new_uid())))
    etag = client.get(path).headers["ETag"]

    gone(link, admin)[way]()

    assert alike(never)[:2] == (404, b"There is no picture at this address.\n")
    assert alike(client.get(path)) == alike(never)
    assert alike(client.get(path, headers={"If-None-Match": etag})) == alike(never)
    assert alike(client.get(path, headers={"If-None-Match": "*"})) == alike(never)
    assert alike(client.get(path.replace("dbs_", "dbk_"))) == alike(never)
    assert alike(client.get("/share/x/picture.svg")) == alike(never)
    assert never.cookies == {}


def test_is_limited_by_address(link, client, monkeypatch):
    monkeypatch.setattr(sharing, "PICTURES_A_MINUTE", 2)
    path, other = address(link), {"REMOTE_ADDR": "203.0.113.9"}

    statuses = [client.get(one).status_code for one in (path, "/share/x/picture.svg")]
    limited = [client.get(one) for one in (path, "/share/x/picture.svg")]

    assert statuses == [200, 404]
    assert alike(limited[0]) == alike(limited[1])
    assert (limited[0].status_code, limited[0].headers["Retry-After"]) == (429, "60")
    assert limited[0].content.decode() == (
        "Shared pictures can be asked for 2 times in 60 seconds from one network, and were. "
        "Wait 60 seconds and try again.\n"
    )
    assert client.get(path, **other).status_code == 200
    with time_machine.travel(NOW + timedelta(minutes=1), tick=False):
        assert client.get(path).status_code == 200


def test_takes_as_many_statements_whatever_there_is(link, client, user):
    practise(user, days=2)
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address(link)).status_code == 200
        counts.append(len(captured))
        practise(user, days=8, questions=5)

    assert counts == [{PictureKind.HEATMAP: 4, PictureKind.RETENTION_CURVE: 2}[link.kind]] * 2


def test_what_is_no_token_takes_no_statement(db, client, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert client.get("/share/dbs_x/picture.svg").status_code == 404


def test_its_address_is_not_in_the_log(link, client, caplog):
    client.get(address(link))

    (record,) = [one for one in caplog.records if one.name == "drillbook.access"]
    Redact().filter(record)
    assert record.path == "/share/[redacted]/picture.svg"
    assert token_of(link)[4:] not in LineFormatter().format(record)
