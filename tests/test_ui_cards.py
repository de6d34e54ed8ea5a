"""The cards of sources: the exact words in their paragraph, and where they are from."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from rag import Article, Citation
from tests.page import FORTY, NEWS, Page, answered, cite
from ui.cards import paragraph_around, sources
from ui.render import conversation
from ui.text import seen
from ui.turn import Turn


def test_the_quote_is_marked_in_its_paragraph_with_the_short_answer_strong() -> None:
    page = Page(sources((Turn("How many?", FORTY),)))
    assert page.marked == ["About 40 people were aboard."]
    shown = "".join(page.words)
    assert "The ship left on Monday. About 40 people were aboard. It has not been seen since." in shown
    assert "First words" not in shown
    assert "<mark><strong>About 40</strong> people" in sources((Turn("How many?", FORTY),))
    assert "<strong>About 40</strong> people" in conversation((Turn("How many?", FORTY),))


def test_a_card_says_where_the_article_is_from() -> None:
    page = Page(sources((Turn("How many?", FORTY),)))
    links = [attrs for tag, attrs in page.tags if tag == "a" and attrs.get("target")]
    assert links == [{"href": NEWS.url, "target": "_blank", "rel": "noopener noreferrer"}]
    shown = "".join(page.words)
    for words in ("Ship missing", "The Gazette", "14 March 2025"):
        assert words in shown


def test_only_the_latest_answers_sources_are_shown() -> None:
    turns = (Turn("a", FORTY), Turn("b", FORTY), Turn("c", problem="too long"), Turn("d"))
    groups = Page(sources(turns)).having("fn-group")
    assert [(group["id"], "hidden" in group) for group in groups] == [("sources-0", True), ("sources-1", False)]
    ids = [attrs["id"] for _, attrs in Page(sources(turns) + conversation(turns)).tags if "id" in attrs]
    assert len(ids) == len(set(ids))


def test_a_long_paragraph_is_cut_around_the_quote() -> None:
    long = Article("l", "Long", "word " * 400 + "The point. " + "more " * 400)
    page = Page(sources((Turn("?", answered("The point. [1]", cite(1, "The point.", long))),)))
    shown = "".join(page.words)
    assert page.marked == ["The point."]
    assert len(shown) < 1100
    assert shown.count("…") == 2


def test_paragraphs_are_parted_by_blank_lines_or_else_by_lines() -> None:
    def around(text: str, quote: str) -> str:
        start, end = paragraph_around(text, text.index(quote), text.index(quote) + len(quote))
        return text[start:end]

    assert around("a b\nc d\n \ne f", "c") == "a b\nc d"
    assert around("a b\nc d\ne f", "c") == "c d"
    assert around("a b\n\nc d\n\ne f", "b\n\nc") == "a b\n\nc d"
    assert around("a", "a") == "a"


SPACE = st.text(" \t\n\x0b\u00a0\u2003\u2028", max_size=3).flatmap(lambda text: st.sampled_from((text, text * 300)))


@given(st.lists(st.tuples(SPACE, st.text("ab.", max_size=3)), min_size=1, max_size=6), st.data())
def test_any_quote_of_any_article_is_shown_and_marked(pieces: list[tuple[str, str]], data: st.DataObject) -> None:
    text = "".join(space + word for space, word in pieces) + "."
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    article = Article("w", "Wide", text)
    answer = answered(f"{text[start:end]} [1]", Citation(1, article, start, end))
    page = Page(sources((Turn("?", answer),)))
    assert page.marked == [seen(text[start:end])]
