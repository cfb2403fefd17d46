"""The menu of the admin site: its pages in the groups that operators think in."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse

# Each registered model, what its list is called here, and its symbol among Material Symbols.
GROUPS = {
    "People": {
        "accounts.User": ("People", "group"),
        "accounts.AuthSession": ("Sessions", "devices"),
        "accounts.ApiToken": ("API tokens", "key"),
        "accounts.TotpDevice": ("Authenticator apps", "phonelink_lock"),
        "accounts.TwoFactorChallenge": ("Waiting for a code", "pin"),
        "accounts.UserSettings": ("Settings", "tune"),
        "auth.Group": ("Groups of staff", "groups"),
    },
    "Content": {
        "questions.Question": ("Questions", "quiz"),
        "questions.Tag": ("Tags", "sell"),
        "lists.StudyList": ("Study lists", "format_list_numbered"),
        "goals.Goal": ("Goals", "flag"),
        "sharing.ShareLink": ("Share links", "share"),
    },
    "Practice": {
        "practice.QuestionLog": ("Question logs", "edit_note"),
        "practice.PracticeSession": ("Practice sessions", "timer"),
        "practice.ReviewState": ("Review states", "event_repeat"),
        "practice.ReviewBaseline": ("Review baselines", "start"),
    },
    "Background": {
        "jobs.Job": ("Jobs", "manufacturing"),
        "transfer.ImportBatch": ("Imports", "upload"),
        "transfer.Export": ("Exports", "download"),
        "idempotency.IdempotencyRecord": ("Calls with a key", "repeat_one"),
    },
    "Audit": {"audit.AuditEvent": ("Audit events", "history")},
}


def navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """The groups, each with the lists that the caller may open."""
    lists = {
        model["model"]._meta.label: model["admin_url"]
        for app in admin.site.get_app_list(request)
        for model in app["models"]
        if model["admin_url"]
    }
    overview = {"title": "Overview", "icon": "monitoring", "link": reverse("admin:index")}
    groups: list[dict[str, Any]] = [{"items": [overview]}]
    for title, group in GROUPS.items():
        items = [
            {"title": name, "icon": symbol, "link": lists[label]}
            for label, (name, symbol) in group.items()
            if label in lists
        ]
        if items:
            groups.append({"title": title, "separator": True, "items": items})
    return groups
