"""The page as a reader uses it: type, wait, look; and what the browser did meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

DESKTOP = (1280, 860)
MOBILE = (380, 800)
_WAIT = 120_000  # milliseconds: a busy machine answers slowly, and slowness is not what these tests are about
_WATCH = """(selector) => {
  globalThis.watched = [];
  const look = () => {
    const text = document.querySelector(selector)?.textContent;
    if (text && text !== watched.at(-1)) watched.push(text);
  };
  look();
  new MutationObserver(look).observe(document.body, { characterData: true, childList: true, subtree: true });
}"""


@dataclass
class Reader:
    """A page in a browser of its own, and the addresses, errors and dialogs that it led to."""

    page: Page
    address: str
    requested: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    turns: int = 0

    def ask(self, question: str) -> str:
        """Type a question into the focused box, send it with Enter, and give the id of the finished turn."""
        self.page.keyboard.insert_text(question)
        self.page.keyboard.press("Enter")
        return self.answered()

    def answered(self) -> str:
        """The id of the next turn, once it is finished."""
        turn = f"turn-{self.turns}"
        self.page.wait_for_selector(f"#{turn} :is(.fn-reply, .fn-problem)")
        self.turns += 1
        return turn

    def watch(self, selector: str) -> None:
        """Keep every text that an element has from now on; one may be gone before a busy machine looks for it."""
        self.page.evaluate(_WATCH, selector)

    def shown(self, text: str) -> list[str]:
        """The texts that what is watched has had, in their order, once this was among them."""
        self.page.wait_for_function("text => watched.includes(text)", arg=text)
        return list(self.page.evaluate("watched"))

    def focused(self) -> str:
        """The id of the element that has the focus, or the name of its tag."""
        return str(self.page.evaluate("document.activeElement.id || document.activeElement.tagName"))

    def box_focused(self) -> bool:
        """Whether typing goes into the question box."""
        return bool(self.page.evaluate("document.activeElement.matches('#fn-box textarea')"))

    def tab_to(self, selector: str, backwards: bool = False) -> None:
        """Press Tab until what the selector means has the focus, as a reader without a mouse does."""
        for _ in range(60):
            self.page.keyboard.press("Shift+Tab" if backwards else "Tab")
            if self.page.evaluate("selector => document.activeElement.matches(selector)", selector):
                return
        raise AssertionError(f"{selector} cannot be reached with Tab")

    def foreign(self) -> list[str]:
        """Everything that was asked of another origin."""
        return [url for url in self.requested if not url.startswith((self.address + "/", "data:", "blob:"))]


@contextmanager
def reading(
    browser: Browser, address: str, size: tuple[int, int] = DESKTOP, *, dark: bool = False, **options: Any
) -> Iterator[Reader]:
    """Open the page in a fresh context; at its end, no error and no request to elsewhere may have happened."""
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]}, color_scheme="dark" if dark else "light", **options
    )
    context.set_default_timeout(_WAIT)
    page = context.new_page()
    reader = Reader(page, address)
    page.on("request", lambda request: reader.requested.append(request.url))
    page.on("pageerror", lambda error: reader.errors.append(str(error)))
    page.on("console", lambda line: reader.errors.append(line.text) if line.type == "error" else None)
    page.on("dialog", lambda dialog: reader.errors.append(f"dialog: {dialog.message}"))
    page.goto(address)
    page.wait_for_selector(".fn-welcome")
    page.wait_for_function("document.activeElement.matches('#fn-box textarea')")
    try:
        yield reader
    finally:
        context.close()
    assert reader.errors == []
    assert reader.foreign() == []
