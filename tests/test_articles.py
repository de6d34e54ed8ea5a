"""Splitting: every character has a name, dumps fall into their articles, and one article stays one."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.articles import Split, split
from rag.documents import Document

ROOT = Path(__file__).parent.parent
SEED = next((ROOT / "seeds").glob("*.txt"))
DUMPS = Path(__file__).parent / "dumps"
NEWS = ROOT.parent / "shared" / "data" / "news-2022-small" / "corpus.jsonl"
PAGES = ROOT.parent / "shared" / "data" / "pages" / "truth.json"

LINES = st.sampled_from(
    [
        "Read more",
        "Support The Daily!",
        "A Message from The Daily:",
        "Dear readers,",
        "We need your help to keep our journalism free; please support us.",
        "Council Votes to Close the Old Harbor Terminal",
        "By Jane Doe",
        "April 5, 2022",
        "Jane Doe / agency.example",
        "The council voted on Tuesday to close the terminal, ending a century of crossings. dailypics.example",
        "$10 / month",
        "Sign up for our newsletter",
        "",
        "   ",
    ]
)
ANY_TEXT = st.text() | st.lists(LINES, max_size=25).map("\n".join) | st.lists(st.text(max_size=60)).map("\n\n".join)


def read(path: Path) -> Split:
    return split(Document(text=path.read_text(encoding="utf-8"), origin=path.name))


def check_tiling(result: Split, text: str) -> None:
    assert "".join(text[piece.start : piece.end] for piece in result.pieces) == text
    for upper, lower in pairwise(result.pieces):
        assert upper.end == lower.start < lower.end
    for piece in result.pieces:
        assert (piece.article is None) == (piece.kind == "furniture")
        assert piece.name
    for place, article in enumerate(result.articles):
        mine = [text[p.start : p.end] for p in result.pieces if p.article == place and p.kind == "text"]
        assert "".join("".join(mine).split()) == "".join(article.text.split())
        assert article.text == article.text.strip() != ""
        for part in (piece.strip() for piece in mine):
            assert part in article.text


@given(ANY_TEXT, st.booleans())
def test_every_character_belongs_to_an_article_or_a_named_piece(text: str, whole: bool) -> None:
    result = split(Document(text=text, origin="x", whole=whole))
    check_tiling(result, text)
    json.dumps(result.to_dict())


@given(ANY_TEXT.filter(str.strip))
def test_a_record_is_one_article_with_its_own_id(text: str) -> None:
    result = split(
        Document(text=text, origin="x", title="T", id="r1", source="S", url="u", published="2022-04-05", whole=True)
    )
    (article,) = result.articles
    assert (article.id, article.source, article.url, article.published) == ("r1", "S", "u", "2022-04-05")
    assert article.kind == "article"


def test_the_seeds() -> None:
    result = read(SEED)
    first, notice, second = result.articles
    assert first.title == "Syrian Alawites Take Refuge in Russia’s Perm Region"  # noqa: RUF001
    assert first.source == "bne IntelliNews"
    assert "A steady flow of Syrian refugees" in first.text
    assert "Sapko met with refugees at a temporary accommodation center on Thursday." in first.text
    assert "beyond the Golan Heights." in first.text
    assert "ombudsman.perm.ru" not in first.text
    assert notice.kind == "notice"
    assert notice.title == "A Message from The Moscow Times"
    assert notice.text.startswith("Dear readers,") and notice.text.endswith("Thank you for standing with us.")
    assert second.title == "Putin Will Not Face Prosecution for War Crimes While President – Euronews"  # noqa: RUF001
    assert second.text.startswith("President Vladimir Putin and other top Russian officials")
    assert second.text.endswith("Russia is not a party to the ICC’s founding treaty.")  # noqa: RUF001
    furniture = " ".join(piece["text"] for piece in result.to_dict()["furniture"])
    for words in ("Support The Moscow Times!", "Sign up for our free", "every Friday", "Privacy Policy", "$10 / month"):
        assert words in furniture
    for words in ("paiment methods", "Remind me later.", "Read more", "ombudsman.perm.ru", "Maxim Bogodvid"):
        assert words in furniture


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (
            "harbor",
            [
                ("article", "Harbor Council Votes to Close the Old Ferry Terminal", "Coastline Weekly", None),
                ("notice", "A letter from the editors of The Harbor Courier", None, None),
                ("article", "Island School Will Get a New Roof Before Winter, Builders Promise", None, None),
            ],
        ),
        (
            "plateau",
            [
                ("article", "Parliament Passes Water Law After All-Night Debate", "Reuters", "2024-03-03"),
                (
                    "article",
                    "Central Bank Keeps Rates at 8 Percent for a Fifth Month",
                    "Plateau Press Agency",
                    "2024-03-02",
                ),
            ],
        ),
        ("valley", [("article", "Rare Heron Returns to the Upper Valley After Sixty Years", None, None)]),
        (
            "ridge",
            [
                ("article", "Miners at North Ridge Return to Work After Nine-Day Strike", None, None),
                ("notice", "Dear listeners", None, None),
                ("article", "Court Orders Halden Metals to Pay for Poisoned Wells", None, None),
                ("article", "President Signs Decree Moving Elections to the Autumn", None, None),
            ],
        ),
    ],
)
def test_dumps_of_other_publishers(name: str, expected: list[tuple[str, str, str | None, str | None]]) -> None:
    result = read(DUMPS / f"{name}.txt")
    assert [(a.kind, a.title, a.source, a.published) for a in result.articles] == expected
    check_tiling(result, result.text)
    for words in ("Sign up", "Read more", "Maybe later", "Log in", "/ month", "Subscribe"):
        assert not any(words in article.text for article in result.articles)


def test_ids_follow_content_and_nothing_else() -> None:
    text = "A headline about something\n\nThe council voted on Tuesday to close the old terminal for good."
    one, other = (split(Document(text=text, origin=origin)).articles[0] for origin in ("a.txt", "b.txt"))
    changed = split(Document(text=text + " Indeed.", origin="a.txt")).articles[0]
    assert one.id == other.id != changed.id
    assert len(one.id) == 16


def test_a_title_is_one_line_whatever_it_stood_in() -> None:
    """And its article has the id that it had when titles were kept as they stood."""
    text = "The council voted on Tuesday to close the old terminal for good."
    (dumped,) = split(Document(text=f"The  Ferry\u00a0of Ardmore Is to Close\n\n{text}", origin="a.txt")).articles
    (whole,) = split(Document(text=text, origin="b.xml", title="The ferry\n\nis to  close ", whole=True)).articles
    assert (dumped.title, whole.title) == ("The Ferry of Ardmore Is to Close", "The ferry is to close")
    assert (dumped.id, whole.id) == ("a902c768d33fc0df", "f6c2941608d68b18")


def test_a_text_without_a_headline_has_no_title() -> None:
    (article,) = split(Document(text="The council voted on Tuesday to close the old terminal.", origin="x")).articles
    assert article.title == ""
    assert article.published is None


@pytest.mark.skipif(not NEWS.exists(), reason="the news texts are not beside the checkout")
def test_one_article_is_not_split() -> None:
    with NEWS.open(encoding="utf-8") as stream:
        rows = [json.loads(line) for line, _ in zip(stream, range(150), strict=False)]
    texts = [f"{row['title']}\n\n{row['text']}" for row in rows]
    counts = [sum(a.kind == "article" for a in split(Document(text=text, origin="x")).articles) for text in texts]
    assert sum(count != 1 for count in counts) <= 0.01 * len(rows)


@pytest.mark.skipif(not PAGES.exists(), reason="the pages are not beside the checkout")
def test_real_pages_are_tiled() -> None:
    for page in list(json.loads(PAGES.read_text(encoding="utf-8")).values())[:25]:
        check_tiling(split(Document(text=page["text"], origin="x")), page["text"])
