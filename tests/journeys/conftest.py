"""A real browser for the tests of pages, and what it needs on this machine."""

import os
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from project.explorer.page import ASSETS

SWITCHES = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


def needed(found: object, missing: str) -> None:
    """Skip the test on a machine that lacks something; where ``CI`` is set, fail instead."""
    if not found:
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(missing)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium; each test opens a context of its own, which shares nothing with others."""
    chromium = shutil.which("chromium")
    needed(chromium, "chromium is not installed")
    needed(all(asset.is_installed for asset in ASSETS), "run `make explorer` first")
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        # Playwright's event loop runs in this thread, and waits while a test asks the database.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        launched = playwright.chromium.launch(executable_path=chromium, args=SWITCHES)
        yield launched
        launched.close()
