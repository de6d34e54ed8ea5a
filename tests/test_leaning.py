"""A sentence that leans on the one before it stands only where its source goes on so, too."""

from __future__ import annotations

import pytest

from rag import Article
from rag.leaning import Told, goes_on, leans

TEXT = (
    "Nora Quill keeps the lamp of Ardmore. She came from Cork in 1987. Forty boats lie at the quay. The inn is old. "
    "He was jailed for theft in 1999. Quill has two dogs. Mr. Reed has none."
)
ARTICLE = Article("lamp", "The lamp", TEXT)
FIRST = "Nora Quill keeps the lamp of Ardmore."


def told(quote: str, article: Article = ARTICLE, text: str | None = None) -> Told:
    start = article.text.index(quote)
    return Told(text or quote, article, (start, start + len(quote)))


@pytest.mark.parametrize(
    ("sentence", "leaning"),
    [
        ("He was jailed.", True),
        ("\u201cThey left,\u201d she said.", True),
        ("Its keeper left.", True),
        ("It opened in 1998.", True),
        ("The latter won.", True),
        ("Italy won.", False),
        ("It was said that the keeper left.", False),
        ("That the keeper left is known.", False),
        ("Heather won.", False),
        ("The keeper says that he left.", False),
    ],
)
def test_a_word_that_stands_for_another_leans(sentence: str, leaning: bool) -> None:
    assert leans(sentence) is leaning


@pytest.mark.parametrize(
    ("quote", "goes"),
    [
        ("She came from Cork in 1987.", True),
        ("Forty boats lie at the quay.", True),
        (FIRST, True),
        ("The inn is old.", False),
        ("He was jailed for theft in 1999.", False),
        ("Quill has two dogs.", True),
        ("Mr. Reed has none.", False),
    ],
)
def test_it_stands_where_its_source_follows_or_begins_with_the_same(quote: str, goes: bool) -> None:
    assert goes_on(told(quote, text="She did."), told(FIRST)) is goes


def test_what_another_article_says_of_somebody_is_said_of_somebody_else() -> None:
    other = Article("theft", "A theft", "He was jailed for theft in 1999.")
    assert not goes_on(told(other.text, other), told(FIRST))


def test_what_comes_before_in_the_article_does_not_follow() -> None:
    assert not goes_on(told(FIRST, text="She keeps it."), told("Forty boats lie at the quay."))
