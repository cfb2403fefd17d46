"""Audit events, to look at."""

from django.contrib import admin
from django.db.models import Q

from domain.audit.models import AuditEvent
from domain.base.admin import LargeTableAdmin, ReadOnly, Rows


@admin.register(AuditEvent)
class AuditEventAdmin(ReadOnly, LargeTableAdmin):
    """Searched by a person's whole address (as actor or owner), an event's id, or a verb."""

    list_display = ("at", "verb", "actor", "owner", "object_type", "object_uid", "request_id")
    list_filter = ("at",)
    list_select_related = ("actor", "owner")
    search_help_text = "An e-mail address, an event's id, or a verb such as question.deleted."

    def of_people(self, rows: Rows, people: list[int]) -> Rows:
        """What these people did, and what was done to their data."""
        return rows.filter(Q(actor__in=people) | Q(owner__in=people))

    def with_terms(self, rows: Rows, terms: list[str]) -> Rows:
        """The events with one of these verbs."""
        return rows.filter(verb__in=terms)
