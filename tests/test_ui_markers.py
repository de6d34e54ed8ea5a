"""Markers stand where the answer cites, lead to their cards, and are no words of an article."""

from __future__ import annotations

from rag import Article
from tests.page import FORTY, Page, answered, cite
from ui.cards import sources
from ui.render import conversation
from ui.turn import Turn


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
