"""Take the pictures of the README again: ``python -m tests.browser.screenshots``.

An answer with one of its sources open, and a refusal with the nearest passages open; on a desktop and on a phone, light
and dark. And an answer that a model wrote, of which a sentence was removed. The questions are put to the seed articles,
and a picture is only taken of what the real assistant answers; what the model writes stands here, and the check that
comes with Footnote decides which of it is shown.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import sync_playwright

from rag import Assistant, Hit, Settings
from rag.opening import seeds
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
WRITTEN = (
    "Some 150 Syrian refugees have arrived in the Perm region since February.",
    "Another 400 are expected to follow them by the summer.",
    "Igor Sapko met with them at a temporary accommodation center on Thursday.",
)
"""What the model writes to the first question; the articles tell nothing of its second sentence."""
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
                    _keep(reader, f"{name}-{size}-{'dark' if dark else 'light'}", whole=size == "mobile")


def take_written(browser: Browser, address: str) -> None:
    """The picture of an answer that lost a sentence."""
    with reading(browser, address, SIZES["desktop"], reduced_motion="reduce") as reader:
        turn = reader.ask(ANSWERED[0])
        removed = reader.page.locator(f"#{turn} .fn-removed")
        said = reader.page.locator(f"#{turn} .fn-answer").inner_text()
        if removed.locator("li").all_text_contents() != [WRITTEN[1]] or not said.startswith(WRITTEN[0]):
            sys.exit(f"not one sentence was removed, but the answer is {said!r}: what the check does has changed")
        _look(reader, "answer")
        removed.locator("summary").click()
        reader.page.mouse.move(0, 0)
        _keep(reader, "removed-desktop-light")


def _keep(reader: Reader, name: str, *, whole: bool = False) -> None:
    """The picture of what is seen, or of the whole page, as a file."""
    file = FOLDER / f"{name}.png"
    reader.page.screenshot(path=file, full_page=whole)
    if file.stat().st_size > MOST:
        sys.exit(f"{file} has {file.stat().st_size:,} bytes, more than {MOST:,}")
    print(f"{file}  {file.stat().st_size:,} bytes")


def _writes(question: str, hits: Sequence[Hit]) -> Iterator[str]:
    """The sentences of ``WRITTEN``, a word at a time, as a model's server sends them."""
    for word in " ".join(WRITTEN).split():
        yield f"{word} "


def _look(reader: Reader, name: str) -> None:
    page = reader.page
    page.locator(".fn-marker" if name == "answer" else ".fn-open").last.click()
    page.mouse.move(0, 0)
    page.evaluate("scrollTo(0, 0)")


def main() -> None:
    """Index the seeds in a folder of its own, serve them, and take the pictures.

    ``--written`` takes the one of a written answer alone.
    """
    path = chromium() or sys.exit("no Chromium on the PATH: install one to take the pictures")
    FOLDER.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp())
    try:
        settings = Settings(library=folder / "library")
        assistant, written = Assistant(settings), Assistant(settings, writer=_writes)
        assistant.index([seeds()])
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
            for taking, answering in ((take, assistant), (take_written, written)):
                if taking is take_written or "--written" not in sys.argv:
                    answering.open()
                    with served(answering) as address:
                        taking(browser, address)
            browser.close()
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
