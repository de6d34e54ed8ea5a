"""A Chromium for the tests that need one, and the page of the seed articles.

Where there is no Chromium these tests are skipped and say so; with FOOTNOTE_REQUIRE_BROWSER=1 they fail instead, so
that a build that is meant to run them cannot pass without.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from rag import Assistant
from tests.browser.reading import Reader, reading
from tests.browser.serving import served

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.browser.test_waiting import Slow

HERE = Path(__file__).parent
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")


def chromium() -> str | None:
    """The path of a Chromium or Chrome of this machine, or None."""
    return next((path for path in map(shutil.which, NAMES) if path), None)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what lies in this folder: it drives a browser."""
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A Chromium without a window, which asks nothing of the network by itself."""
    path = chromium()
    if path is None:
        reason = f"no Chromium on the PATH ({', '.join(NAMES)}): install one to drive the chat in a real browser"
        if os.environ.get("FOOTNOTE_REQUIRE_BROWSER") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-background-networking", "--disable-component-update"]
        running = playwright.chromium.launch(executable_path=path, args=arguments, timeout=120_000)
        yield running
        running.close()


@pytest.fixture(scope="session")
def seed_page(browser: Browser, assistant: Assistant) -> Iterator[str]:
    """The address of the chat over the seed articles; asks for the browser first, so as not to serve in vain."""
    with served(assistant) as address:
        yield address


@pytest.fixture
def reader(browser: Browser, slow: Slow) -> Iterator[Reader]:
    """A reader of the page of the slow assistant that a test's file has."""
    with served(slow) as address:
        try:
            with reading(browser, address) as reader:
                yield reader
        finally:
            slow.free.set()
