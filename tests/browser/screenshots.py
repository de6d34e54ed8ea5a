"""Take the pictures of the README again: ``python -m tests.browser.screenshots``.

An answer with one of its sources open, and a refusal with the nearest passages open; on a desktop and on a phone, light
and dark. The questions are put to the seed articles, and a picture is only taken of what the real assistant answers.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import sync_playwright

from rag import Assistant, Settings
from rag.assistant import seeds
from tests.browser.conftest import chromium
from tests.browser.reading import MOBILE, Reader, reading
from tests.browser.serving import served

if TYPE_CHECKING:
    from playwright.sync_api import Browser

FOLDER = Path(__file__).parent.parent.parent / "docs" / "screenshots"
SIZES = {"desktop": (1280, 800), "mobile": MOBILE}
ANSWERED = (
    "How many refugees have arrived in the Perm region from Syria since February?",
    "Which body will the tribunal operate under?",
)
REFUSED = ("Who won the presidential election in France?",)
MOST = 200 * 1024  # bytes of a picture


def take(browser: Browser, address: str) -> None:
    """All eight pictures."""
    for size, pixels in SIZES.items():
        for dark in (False, True):
            for name, questions in (("answer", ANSWERED), ("refusal", REFUSED)):
                with reading(browser, address, pixels, dark=dark, reduced_motion="reduce") as reader:
                    for question in questions:
                        reader.ask(question)
                    _look(reader, name)
                    file = FOLDER / f"{name}-{size}-{'dark' if dark else 'light'}.png"
                    reader.page.screenshot(path=file, full_page=size == "mobile")
                    if file.stat().st_size > MOST:
                        sys.exit(f"{file} has {file.stat().st_size:,} bytes, more than {MOST:,}")
                    print(f"{file}  {file.stat().st_size:,} bytes")


def _look(reader: Reader, name: str) -> None:
    page = reader.page
    page.locator(".fn-marker" if name == "answer" else ".fn-open").last.click()
    page.mouse.move(0, 0)
    page.evaluate("scrollTo(0, 0)")


def main() -> None:
    """Index the seeds in a folder of its own, serve them, and take the pictures."""
    path = chromium() or sys.exit("no Chromium on the PATH: install one to take the pictures")
    FOLDER.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp())
    try:
        assistant = Assistant(Settings(library=folder / "library"))
        assistant.index([seeds()])
        assistant.open()
        with sync_playwright() as playwright, served(assistant) as address:
            browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
            take(browser, address)
            browser.close()
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
