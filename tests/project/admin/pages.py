"""Reads the admin's pages as a browser does: what a form would send, what a list shows."""

from html.parser import HTMLParser
from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse


class _Form(HTMLParser):
    """What a page's form sends when nothing is changed."""

    def __init__(self) -> None:
        super().__init__()
        self.data: dict[str, list[str]] = {}
        self._select = self._textarea = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        name = given.get("name", "")
        if tag == "select":
            self._select = name
        elif tag == "option" and "selected" in given and self._select:
            self.data.setdefault(self._select, []).append(given["value"])
        elif tag == "textarea" and name:
            self._textarea = name
            self.data[name] = [""]
        elif tag == "input" and name and self._is_sent(given):
            ticked = "on" if given.get("type") == "checkbox" else ""
            self.data.setdefault(name, []).append(given.get("value", ticked))

    def _is_sent(self, given: dict[str, str]) -> bool:
        if given.get("type") in {"checkbox", "radio"}:
            return "checked" in given
        return given.get("type") not in {"submit", "file"}

    def handle_data(self, data: str) -> None:
        if self._textarea:
            self.data[self._textarea][0] += data.removeprefix("\r\n").removeprefix("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._textarea = ""
        elif tag == "select":
            self._select = ""


def address(row: Any, page: str = "change") -> str:
    """The address of a row's page, or of its model's list (``changelist``) or form (``add``)."""
    name = f"admin:{row._meta.app_label}_{row._meta.model_name}_{page}"
    return reverse(name, args=[] if page in {"changelist", "add"} else [row.pk])


def save(client: Client, path: str, **changes: Any) -> HttpResponse:
    """Open a form, change some fields and send it. A field changed to None is left out."""
    page = client.get(path)
    assert page.status_code == 200, page.status_code
    form = _Form()
    form.feed(page.content.decode())
    data: dict[str, Any] = form.data | changes
    sent = {name: value for name, value in data.items() if value is not None}
    return client.post(path, {name: sent[name] for name in sent if "__prefix__" not in name})


def act(client: Client, model: Any, action: str, rows: list[Any], **more: str) -> HttpResponse:
    """Run an action of a list on some rows."""
    ticked = [row.pk for row in rows]
    data = {"action": action, "index": "0", "_selected_action": ticked, **more}
    return client.post(address(model, "changelist"), data)


def found(client: Client, model: Any, **query: str) -> list[Any]:
    """The rows that a list shows."""
    page = client.get(address(model, "changelist"), query)
    assert page.status_code == 200, page.status_code
    return list(page.context["cl"].result_list)


def errors(page: HttpResponse) -> list[str]:
    """What a form was sent back with."""
    return [message for field in page.context["errors"] for message in field]


def messages(client: Client) -> list[str]:
    """What the admin says at the top of the next page."""
    return [str(message) for message in client.get(reverse("admin:index")).context["messages"]]
