"""Questions and tags are changed on the admin site as their services say."""

import pytest

from domain.audit.models import AuditEvent
from domain.questions.models import Question, QuestionTag, Tag, TagKind
from tests.factories import (
    NOW,
    QuestionFactory,
    QuestionLogFactory,
    QuestionTagFactory,
    TagFactory,
)
from tests.project.admin.pages import act, address, errors, messages, save

pytestmark = [pytest.mark.once, pytest.mark.django_db]


def test_a_new_question_is_made_by_the_service(site, user):
    url = "https://leetcode.com/problems/two-sum/"

    save(site, address(Question, "add"), belongs_to=user.pk, title=" Two Sum ", url=url)

    question = Question.objects.get()
    assert (question.owner, question.title, question.slug) == (user, "Two Sum", "two-sum")
    assert (question.platform, question.external_id) == ("LEETCODE", "two-sum")
    assert question.search_words == "two sum"
    assert AuditEvent.objects.get().verb == "question.created"


def test_a_changed_question_is_saved_by_the_service(site, superuser):
    question = QuestionFactory(title="Two Sum", slug="two-sum")

    answer = save(site, address(question), title="Three Sum", difficulty="2")

    assert answer.status_code == 302
    question.refresh_from_db()
    assert (question.title, question.difficulty, question.version) == ("Three Sum", 2, 2)
    assert question.search_words == "three sum"
    event = AuditEvent.objects.get()
    assert (event.verb, event.actor, event.owner) == ("question.updated", superuser, question.owner)
    assert event.fields == ["difficulty", "title"]


def test_saving_a_question_without_a_change_changes_nothing(site):
    log = QuestionLogFactory()
    QuestionTagFactory(question=log.question)

    save(site, address(log.question))

    assert Question.objects.get().version == 1
    assert not AuditEvent.objects.exists()


def test_a_slug_that_the_owner_uses_already_is_refused_at_the_form(site):
    question = QuestionFactory()
    other = QuestionFactory(owner=question.owner, slug="two-sum")

    answer = save(site, address(question), slug="two-sum")

    assert errors(answer) == ["Another question of yours has this slug. Choose another."]
    assert Question.objects.get(pk=question.pk).slug != other.slug


def test_the_tags_of_a_question_are_set_by_the_service(site):
    link = QuestionTagFactory(tag__kind=TagKind.TOPIC)
    company = TagFactory(owner=link.owner, kind=TagKind.COMPANY, name="Acme")
    links = {
        "tag_links-0-DELETE": "on",
        "tag_links-1-tag": company.pk,
        "tag_links-1-frequency": "12.5",
        "tag_links-1-window": "90D",
    }

    save(site, address(link.question), **links)

    kept = QuestionTag.objects.get()
    assert (kept.tag, kept.frequency, kept.window) == (company, 12.5, "90D")
    assert Question.objects.get().version == 2
    assert AuditEvent.objects.get().fields == ["tags"]


def test_a_question_is_offered_its_owners_live_tags_only(site, stranger):
    question = QuestionFactory()
    mine = TagFactory(owner=question.owner, name="Mine")
    TagFactory(owner=question.owner, name="Trashed", deleted_at=NOW)
    theirs = TagFactory(owner=stranger, name="Theirs")

    page = site.get(address(question)).content.decode()
    answer = save(site, address(question), **{"tag_links-0-tag": theirs.pk})

    assert f'<option value="{mine.pk}">Custom: Mine</option>' in page
    assert "Trashed" not in page
    assert "Theirs" not in page
    assert answer.status_code == 200
    assert not QuestionTag.objects.exists()


def test_what_a_service_refuses_is_said_and_not_written(site):
    link = QuestionTagFactory(tag__kind=TagKind.TOPIC)

    answer = save(site, address(link.question), title="New", **{"tag_links-0-frequency": "5"})

    assert answer.status_code == 302
    assert messages(site) == ["Only COMPANY tags take a frequency and a window."]
    assert Question.objects.get().title != "New"
    assert QuestionTag.objects.get().frequency is None


def test_a_tag_is_created_and_renamed_by_the_service(site, user, superuser):
    save(site, address(Tag, "add"), belongs_to=user.pk, name="Héap", kind="TOPIC")
    tag = Tag.objects.get()
    save(site, address(tag), name="Heaps")

    tag.refresh_from_db()
    assert (tag.owner, tag.name, tag.kind, tag.version) == (user, "Heaps", "TOPIC", 2)
    assert tag.search_words == "heaps"
    assert AuditEvent.objects.get(verb="tag.updated").actor == superuser


def test_deleting_puts_in_the_trash(site, superuser):
    link = QuestionTagFactory()

    for row in (link.tag, link.question):
        site.post(address(row, "delete"), {"post": "yes"})

    for row in (link.tag, link.question):
        row.refresh_from_db()
        assert (row.deleted_at, row.deleted_by, row.version) == (NOW, superuser, 2)
    assert QuestionTag.objects.count() == 1
    assert set(AuditEvent.objects.values_list("verb", flat=True)) == {
        "tag.deleted",
        "question.deleted",
    }


def test_what_is_in_the_trash_can_only_be_looked_at(site):
    question = QuestionFactory(deleted_at=NOW)

    assert site.get(address(question)).status_code == 200
    assert site.post(address(question), {"title": "New"}).status_code == 403
    assert site.post(address(question, "delete"), {"post": "yes"}).status_code == 403


def test_deleting_several_leaves_alone_what_is_in_the_trash(site, superuser):
    earlier = NOW.replace(year=2025)
    live, trashed = QuestionFactory(), QuestionFactory(title="Old", deleted_at=earlier)

    act(site, Question, "delete_selected", [live, trashed], post="yes")

    live.refresh_from_db()
    trashed.refresh_from_db()
    assert (live.deleted_at, trashed.deleted_at) == (NOW, earlier)
    assert "“Old” is in the trash already." in messages(site)


def test_an_action_reaches_only_the_rows_that_were_ticked(site):
    ticked, other = QuestionFactory(), QuestionFactory()

    act(site, Question, "delete_selected", [ticked], post="yes", select_across="1")

    assert Question.objects.live().get() == other
