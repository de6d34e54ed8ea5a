"""The numbers and names of a sentence, and which of them its source lacks."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.facts import missing, names, openers, scattered
from rag.numerals import numbers


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("1,200 people", ["1200"]),
        ("five people, twenty-five dogs and thirty six cats", ["5", "25", "36"]),
        ("2.5 million, $3bn and 1.5m", ["2500000", "3000000000", "1500000"]),
        ("on 12 May 2022", ["12", "2022"]),
        ("two million", ["2000000"]),
        ("more than one hundred and twenty ships", ["120"]),
        ("two thousand five hundred and six ships", ["2506"]),
        ("one hundred and twenty thousand two hundred", ["120200"]),
        ("A million, one million and half a million", ["1000000", "1000000", "500000"]),
        ("two and a half million, two and a half years", ["2500000", "2.5"]),
        ("a thousand and a half, half a dozen, a half-million", ["1500", "6", "500000"]),
        ("It left two hundred two years ago.", ["200", "2"]),
        ("It cost five million and twenty ships sank.", ["5000000", "20"]),
        ("It had a thousand. Twenty sank.", ["1000", "20"]),
        ("a few hundred of the many thousand", []),
        ("two\u2011thirds, two-thirds, twenty\u2010five", ["2", "2", "25"]),
        ("no number at all", []),
    ],
)
def test_numbers_are_compared_by_value(text: str, values: list[str]) -> None:
    assert [fact.value for fact in numbers(text)] == values


def test_names_are_capitals_that_no_sentence_asks_for() -> None:
    text = "Officials of the United Nations met Olena Shevchenko's team. Vladimir Putin stayed away. NATO agreed."
    assert [fact.value for fact in names(text)] == [
        "united", "nations", "olena", "shevchenko", "vladimir", "putin", "nato",
    ]  # fmt: skip


@given(st.text())
def test_facts_stand_where_they_say(text: str) -> None:
    for fact in (*numbers(text), *names(text)):
        assert 0 <= fact.start < fact.end <= len(text)
        assert text[fact.start : fact.end].strip()


@given(st.text(alphabet=st.characters(codec="utf-8")))
def test_a_text_lacks_nothing_that_it_holds_itself(text: str) -> None:
    assert missing(text, text) == ()


@pytest.mark.parametrize(
    ("sentence", "evidence", "lacking"),
    [
        ("He paid 1,300 euros.", "He paid 1300 euros.", ()),
        ("He paid 1,300 euros.", "He paid 1,400 euros.", ("1,300",)),
        ("Nine ships left Odesa.", "9 ships left Odesa on Monday.", ()),
        ("Nine ships left Odesa.", "9 ships left Mykolaiv on Monday.", ("Odesa",)),
        ("The UN agreed.", "The United Nations agreed.", ()),
        ("The United Nations agreed.", "The UN agreed.", ()),
        ("A Russian ship sank.", "A ship of Russia sank.", ()),
        ("More than 20 ships left.", "In all, 23 ships left.", ()),
        ("More than 20 ships left.", "In all, 17 ships left.", ("20",)),
        ("Over 2 ships left.", "In all, 2,300 ships left.", ("2",)),
        ("More than 1919 people live there.", "In 2007, 805,400 people lived there.", ("1919",)),
        ("More than 1919 people live there.", "By then 2007 people lived there.", ()),
        ("It has over 1,850 users.", "It had 77 million users in October 2016.", ("1,850",)),
        ("It opened after 1990.", "It opened on September 25, 2007.", ()),
        ("It was built before 1900.", "It was built in 1874.", ()),
        ("It was built before 1800.", "It was built in 1874.", ("1800",)),
        ("He lived in the 1900s.", "He died in 1924.", ()),
        ("He lived in the 1990s.", "He died in 1989.", ("1990",)),
        ("It opened in the '90s.", "It opened in 1994.", ()),
        ("She is in her 30s.", "She is 34.", ()),
        ("It was built in the 20th century.", "It was built in 1910.", ()),
        ("It was built in the 19th century.", "It was built in 1910.", ("19",)),
        ("It sold 30s of them.", "It sold 45.", ("30",)),
        ("The Dutch king left.", "The king of the Netherlands left.", ()),
        ("A ship of the United States sank.", "An American ship sank.", ()),
        ("A U.S. ship sank.", "An American ship sank.", ()),
        ("An American ship sank.", "Then a ship of the U.S. sank.", ()),
        ("An American ship sank.", "He told us of a ship that sank.", ("American",)),
        ("A British ship sank.", "An American ship sank.", ("British",)),
        ("A ship of the United Kingdom sank.", "An American ship sank.", ("Kingdom",)),
        ("A dozen ships left.", "Twelve ships left.", ()),
        ("Two dozen ships left.", "24 ships left.", ()),
        ("He counted 53,879 people.", "He counted 53\u202f879 people.", ()),
        ("It left on January 5.", "It left on Jan. 5.", ()),
        ("It left on Feb. 5.", "It left on January 5.", ("Feb",)),
        ("A million ships left.", "1,000,000 ships left.", ()),
        ("A billion ships left.", "A million ships left.", ("A billion",)),
        ("20 ships left.", "One hundred and twenty ships left.", ("20",)),
        ("Two\u2011thirds of the west\u2011Marn ships left.", "Two-thirds of the west-Marn ships left.", ()),
        ("He makes TV films.", "He makes television films.", ()),
        ("It was T.J. Yates.", "It was T. J. Yates.", ()),
        ("It was T. J. Yates.", "It was T.J. Yates.", ()),
        ("A film of Chinese make.", "An American-Chinese film.", ()),
        ("An American-Chinese film.", "A film of America and of Chinese money.", ()),
        ("An American-Chinese film.", "An American film.", ("American-Chinese",)),
        ("Maximilian Wober left.", "Maximilian W\u00f6ber left.", ()),
        ("On Tuesday Boris Johnson left.", "Theresa May left on Tuesday.", ("Boris", "Johnson")),
    ],
)
def test_what_a_source_lacks_is_named(sentence: str, evidence: str, lacking: tuple[str, ...]) -> None:
    assert missing(sentence, evidence) == lacking


def test_a_first_word_is_a_name_where_the_texts_show_it() -> None:
    texts = ("The ferry of Mr Lavrov sank.", "Protesters gathered in the harbour.", "A ferry sank.")
    assert openers("Lavrov said so.", texts) == {"lavrov"}
    assert openers("Blinken said so.", texts) == {"blinken"}
    assert openers("Protesters said so. Harbours sank.", texts) == frozenset()
    assert missing("Blinken said so.", texts[0]) == ()
    assert missing("Blinken said so.", texts[0], {"blinken"}) == ("Blinken",)


_TEXTS = ("Marn declared a disaster on Monday.", "Two days later Brenn measured 90 mm of rain.")


@pytest.mark.parametrize(
    ("sentence", "heading", "apart"),
    [
        ("Marn declared a disaster.", "", ()),
        ("On Monday, Brenn measured rain.", "", ("Monday",)),
        ("Ivo Marn measured 90 mm of rain.", "", ("Ivo", "Marn")),
        ("Marn measured 90 mm of rain.", "The life of Ivo Marn", ()),
        ("Marn declared a disaster, and Brenn measured 90 mm of rain.", "", ()),
        ("Marn declared a disaster; on Monday Brenn measured rain.", "", ("Monday",)),
        ("Nobody came.", "", ()),
    ],
)
def test_a_name_stands_where_what_is_said_of_it_stands(sentence: str, heading: str, apart: tuple[str, ...]) -> None:
    assert scattered(sentence, _TEXTS, heading) == apart
    assert scattered(sentence, (" ".join(_TEXTS),), f"{heading}\nIvo") == ()
