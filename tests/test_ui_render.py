"""What is shown: the exact words, where they stand, and nothing of anyone's markup."""

from __future__ import annotations

import html
import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag import Answer, Article, Citation, Hit, Passage
from ui.cards import paragraph_around, sources
from ui.render import conversation, plain
from ui.text import inert, readable_date, seen, shortened, web_address
from ui.turn import Turn

TEXT = (
    "First words.\n\nThe ship left on Monday. About 40 people were aboard. It has not been seen since.\n\nLast words."
)
NEWS = Article("a1", "Ship missing", TEXT, "The Gazette", "https://gazette.example/ship?a=1&b=2", "2025-03-14T08:00Z")


def cite(number: int, quote: str, article: Article = NEWS) -> Citation:
    start = article.text.index(quote)
    return Citation(number, article, start, start + len(quote))


def answered(text: str, *citations: Citation, short: str | None = None, **other: object) -> Answer:
    fields: dict[str, object] = {
        "question": "How many?",
        "standalone": "How many?",
        "refused": False,
        "confidence": 0.93,
        **other,
    }
    return Answer(text=text, short=short, citations=citations, **fields)  # type: ignore[arg-type]  # given by name


FORTY = answered("About 40 people were aboard. [1]", cite(1, "About 40 people were aboard."), short="About 40")


class Page(HTMLParser):
    """The tags and the text of some HTML, and the text inside each ``mark``."""

    def __init__(self, source: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.marked: list[str] = []
        self._open: list[str] = []
        self.feed(source)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A tag opens."""
        self.tags.append((tag, dict(attrs)))
        if tag not in ("path",):
            self._open.append(tag)
        if tag == "mark":
            self.marked.append("")

    def handle_endtag(self, tag: str) -> None:
        """A tag closes, and it is the one that opened last."""
        assert self._open.pop() == tag

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A tag that holds nothing."""
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        """Text."""
        self.words.append(data)
        if "mark" in self._open:
            self.marked[-1] += data

    def having(self, name: str) -> list[dict[str, str | None]]:
        """The attributes of the tags of a class."""
        return [attrs for _, attrs in self.tags if name in (attrs.get("class") or "").split()]


def test_a_marker_leads_to_its_card_and_back() -> None:
    turns = (Turn("How many?", FORTY),)
    (marker,) = Page(conversation(turns)).having("fn-marker")
    cards = Page(sources(turns))
    (card,) = cards.having("fn-card")
    (back,) = cards.having("fn-back")
    assert marker["href"] == f"#{card['id']}"
    assert back["href"] == f"#{marker['id']}"
    assert "[1]" in str(marker["aria-label"])
    assert "Ship missing" in str(marker["aria-label"])


def test_a_second_source_of_a_sentence_has_its_marker_and_says_that_it_agrees() -> None:
    other = Article("a2", "Forty missing", "The harbour board said that about 40 people had sailed.", "The Herald")
    agreed = answered("About 40 people were aboard. [1] [2]", FORTY.citations[0], cite(2, other.text, other))
    said = Page(conversation([Turn("How many?", agreed)]))
    assert [attrs["href"] for tag, attrs in said.tags if attrs.get("class") == "fn-marker"] == [
        "#source-0-1",
        "#source-0-2",
    ]
    assert "2 sources" in "".join(said.words)
    cards = sources([Turn("How many?", agreed)])
    first, second = cards.split('id="source-0-2"')
    assert "Gives the same answer" in second and "Gives the same answer" not in first
    assert Page(cards).marked == ["About 40 people were aboard.", other.text]


def test_a_reference_that_the_quoted_article_wrote_makes_no_marker_and_no_agreement() -> None:
    ship = Article("s", "The ferry", "The ferry was large. It sank in 1931.[1] Others differ.", "The Gazette")
    quote = "It sank in 1931.[1]"
    for text in (f"{quote} [1]", f"{quote} [2] [1]"):
        citations = tuple(cite(number, quote, ship) for number in range(1, text.count(" [") + 1))
        turns = (Turn("When?", answered(text, *citations)),)
        assert len(Page(conversation(turns)).having("fn-marker")) == len(citations)
        assert sources(turns).count("Gives the same answer") == len(citations) - 1


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


def test_markers_that_an_article_wrote_itself_are_words() -> None:
    wiki = Article("w", "Wiki", "It sank in 1912.[1] Others [2] differ. It was new.[3]")
    answer = answered(
        "It sank in 1912.[1] [1] Others [2] differ. [2] Again. [1] [7]",
        cite(1, "It sank in 1912.[1]", wiki),
        cite(2, "Others [2] differ.", wiki),
    )
    source = conversation((Turn("?", answer),))
    page = Page(source)
    assert [marker["href"] for marker in page.having("fn-marker")] == ["#source-0-1", "#source-0-2", "#source-0-1"]
    assert [marker.get("id") for marker in page.having("fn-marker")] == ["marker-0-1", "marker-0-2", None]
    assert "It sank in 1912.[1]<a" in source
    assert "Others [2] differ.<a" in source
    assert "[7]" in source


def test_a_short_answer_that_is_not_in_the_text_has_a_line_of_its_own() -> None:
    other = answered("They were aboard. [1]", FORTY.citations[0], short="About 40")
    assert "In short: <strong>About 40</strong>" in conversation((Turn("?", other),))
    assert "In short" not in conversation((Turn("?", FORTY),))


def test_a_refusal_looks_like_one_and_offers_the_nearest_passages_folded() -> None:
    near = tuple(Hit(Passage(NEWS, 0, 12), 1.0 - number / 10) for number in range(5))
    refusal = answered("The articles do not answer this question.", refused=True, hits=near, confidence=0.06)
    turns = (Turn("Why?", refusal),)
    page = Page(conversation(turns))
    assert page.having("fn-refusal")
    assert not page.having("fn-marker")
    shown = "".join(page.words)
    assert "No answer in the articles" in shown
    assert "6 %" in shown
    cards = Page(sources(turns))
    assert len(cards.having("fn-card")) == 3
    (folded,) = [attrs for tag, attrs in cards.tags if tag == "details"]
    assert "open" not in folded
    assert cards.marked == []
    assert "3 nearest passages (none answers)" in "".join(cards.words)
    bare = Page(sources((Turn("Why?", answered("No.", refused=True)),)))
    assert "Nothing in the collection comes near" in "".join(bare.words)


def test_only_the_latest_answers_sources_are_shown() -> None:
    turns = (Turn("a", FORTY), Turn("b", FORTY), Turn("c", problem="too long"), Turn("d"))
    groups = Page(sources(turns)).having("fn-group")
    assert [(group["id"], "hidden" in group) for group in groups] == [("sources-0", True), ("sources-1", False)]
    ids = [attrs["id"] for _, attrs in Page(sources(turns) + conversation(turns)).tags if "id" in attrs]
    assert len(ids) == len(set(ids))


def test_a_follow_up_says_what_was_searched_for() -> None:
    followed = answered(FORTY.text, *FORTY.citations, question="And they?", standalone="How many people were aboard?")
    assert "Searched for: How many people were aboard?" in conversation((Turn("And they?", followed),))
    assert "Searched for" not in conversation((Turn("How many?", FORTY),))


@pytest.mark.parametrize(
    ("confidence", "words"),
    [
        (1.0, "High confidence (99 %)"),
        (0.85, "High confidence (85 %)"),
        (0.6, "Fair confidence (60 %)"),
        (0.3, "Low confidence (30 %)"),
        (0.0, "Low confidence (1 %)"),
    ],
)
def test_confidence_is_told_in_words_and_never_as_certainty(confidence: float, words: str) -> None:
    assert words in conversation((Turn("?", answered("It is. [1]", confidence=confidence)),))


def test_a_problem_and_a_waiting_question_are_told() -> None:
    shown = "".join(Page(conversation((Turn("?", problem="the question is too long"), Turn("And?")))).words)
    assert "the question is too long" in shown
    assert "Reading the articles" in shown
    assert "You asked" not in conversation((Turn("  ", problem="the question is empty"),))


def test_the_welcome_offers_questions_and_counts() -> None:
    page = Page(conversation((), ["Who is <b>?", "What is it?"], 2))
    assert [example["data-question"] for example in page.having("fn-example")] == ["Who is <b>?", "What is it?"]
    assert "Ask 2 articles" in "".join(page.words)
    assert "Ask 1 article<" in conversation((), (), 1)
    assert "Ask your articles" in conversation(())


def test_the_copied_text_names_the_sources() -> None:
    assert plain(FORTY) == (
        "About 40 people were aboard. [1]\n"
        "[1] Ship missing, The Gazette, 2025-03-14T08:00Z, https://gazette.example/ship?a=1&b=2"
    )


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


@given(st.text(), st.integers(1, 50))
def test_shortened_text_is_a_beginning_of_it(text: str, limit: int) -> None:
    short = shortened(text, limit)
    assert short == text or (text.startswith(short.removesuffix(" …")) and len(short) <= limit + 2)


def test_a_courtesy_is_neither_rated_nor_covers_the_sources_before_it() -> None:
    told = answered("Nothing was asked.", refused=True, question="Thanks!", standalone="Thanks!", confidence=0.0)
    turns = (Turn("How many?", FORTY), Turn("Thanks!", told))
    shown = Page(conversation(turns))
    assert "Nothing was asked." in shown.words
    assert sum(attrs.get("class") == "fn-rating" for _, attrs in shown.tags) == 1
    assert sources(turns) == sources(turns[:1])
