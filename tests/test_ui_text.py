"""Text as it is shown: the exact words, and nothing of anyone's markup."""

from __future__ import annotations

import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag import Article, Citation, Hit, Passage
from tests.page import Page, answered, cite
from ui.cards import sources
from ui.render import conversation
from ui.text import inert, readable_date, seen, shortened, web_address
from ui.turn import Turn


@pytest.mark.parametrize(
    "url",
    [
        None,
        "",
        "javascript:alert(1)",
        "JAVASCRIPT:alert(1)",
        "java\nscript:alert(1)",
        " https://a.example",
        "data:text/html,x",
        "//a.example",
        "ftp://a.example",
        "https://",
        "http://[",
        "https://a.example/\x00",
        "https://a.example/ b",
        "file:///etc",
    ],
)
def test_only_addresses_of_the_web_are_linked(url: str | None) -> None:
    assert web_address(url) is None
    nowhere = Article("a2", "T", "Some words.", url=url)
    page = Page(sources((Turn("?", answered("Some words. [1]", cite(1, "Some words.", nowhere))),)))
    assert all((attrs.get("href") or "#").startswith("#") for _, attrs in page.tags)


@pytest.mark.parametrize(
    ("published", "shown"),
    [
        ("2025-03-04", "4 March 2025"),
        ("2025-03-04T23:59:59+09:00", "4 March 2025"),
        ("2025-13-40", "2025-13-40"),
        ("yesterday", "yesterday"),
        ("2025", "2025"),
        ("", ""),
    ],
)
def test_dates_are_readable(published: str, shown: str) -> None:
    assert readable_date(published) == shown


NASTY = (
    "<script>alert(1)</script>",
    "<style>body{display:none}</style>",
    "<img src=x onerror=alert(1)>",
    "</div></section>",
    "${alert(1)}",
    "{{constructor.constructor('alert(1)')()}}",
    "`code` **bold** $x^2$ \\(y\\) # head",
    "&lt;b&gt; &amp;",
    '" onmouseover=alert(1) x="',
    "' onfocus=alert(1) '",
    "\x00\x07\x1b[31m\x7f\x85",
    "\u202egnp.exe\u202d",
    "😀🏳️‍🌈",
    "שלום עולם",
    "مرحبا",
    "\ud800",
    "\ufffe",
    "a\r\nb\rc",
    '__i18n__{"key":"x"}',
    "<!--",
    "]]>",
    "x" * 5000,
)


@pytest.mark.parametrize("nasty", NASTY)
def test_nothing_of_a_question_or_an_article_is_markup(nasty: str) -> None:
    nasty_article = Article(
        nasty, nasty, f"Before {nasty}\n\n{nasty} here. After {nasty}", nasty, nasty, nasty, "notice"
    )
    plain_article = Article("p", "p", "Before p\n\np here. After p", "p", "p", "p", "notice")

    def shapes(text: str, article: Article) -> tuple[list[tuple[str, list[str]]], Page]:
        quote = f"{text} here."
        start = article.text.index(quote)
        citation = Citation(1, article, start, start + len(quote))
        hit = Hit(Passage(article, 0, len(article.text)), 1.0)
        turns = (
            Turn(text, answered(f"{quote} [1]", citation, short=text, question=text, standalone=f"{text} then")),
            Turn(text, answered(text, refused=True, hits=(hit,), question=text)),
            Turn(text, problem=text),
        )
        page = Page(conversation(turns) + conversation((), [text], 3) + sources(turns))
        return [(tag, sorted(attrs)) for tag, attrs in page.tags], page

    shape, page = shapes(nasty, nasty_article)
    assert shape == shapes("p", plain_article)[0]
    assert page.marked == [seen(f"{nasty} here.")]


@given(st.text(st.characters(codec=None, exclude_categories=())))
def test_inert_text_reads_back_as_it_was_and_can_be_sent(text: str) -> None:
    shown = inert(text)
    assert not re.search("[<>\"']", shown)
    assert html.unescape(shown) == seen(text)
    shown.encode("utf-8")
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202d\u202e]", shown)


@given(st.text(), st.integers(1, 50))
def test_shortened_text_is_a_beginning_of_it(text: str, limit: int) -> None:
    short = shortened(text, limit)
    assert short == text or (text.startswith(short.removesuffix(" …")) and len(short) <= limit + 2)
