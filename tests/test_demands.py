"""What is asked of an article's words before a model is."""

from __future__ import annotations

import pytest

from rag.demands import DEMANDS, fits, lacking, says
from rag.overlap import held
from rag.schema import Surety

_ALL: tuple[Surety, ...] = ("strict", "balanced", "lenient")


@pytest.mark.parametrize(
    ("text", "share"),
    [
        ("The lighthouse was loved by Nora.", 2 / 3),
        ("The lighthouses are Nora's.", 1),
        ("It is so.", 1),
        ("Long live the emperor of the moon.", 0),
    ],
)
def test_how_many_of_its_words_a_quote_has(text: str, share: float) -> None:
    assert held(text, "Nora keeps the lighthouse of Ardmore.") == pytest.approx(share)


@pytest.mark.parametrize(
    ("text", "sentence", "said"),
    [
        ("It rained. The hall opened late.", "The hall opened late", True),
        ("It rained. The hall opened late. Nobody came.", "The hall opened late. Nobody came.", True),
        ("It rained. The hall opened late.", "The hall opened", False),
        ("He denied that the hall opened late.", "The hall opened late.", False),
        ("It rose by 5% to $3.", "It rose by 5 to 3.", False),
        ("\u201cIt\u2019s late\u201d, he said.", '"It\'s  late", he said', True),
        ("Was it late?", "Was it late.", False),
        ("The far-off hall - a barn - opened.", "The far\u2011off hall\u2014a barn \u2013 opened.", True),
        ("It fell to -20 degrees.", "It fell to \u221220 degrees.", True),
        ("It fell to -20 degrees.", "It fell to 20 degrees.", False),
    ],
)
def test_only_whole_sentences_are_said_word_for_word(text: str, sentence: str, said: bool) -> None:
    assert says(text, sentence) is said


@pytest.mark.parametrize(
    ("sentence", "texts", "title", "by"),
    [
        ("The hall opened late.", ("The old hall opened late on Monday.",), "", _ALL),
        ("The hall opened late.", ("The old hall opened on Monday.", "It was late."), "", _ALL),
        ("The hall opened with a concert.", ("The hall opened.",), "", ("balanced", "lenient")),
        ("A choir sang all evening.", ("The hall opened.",), "", ()),
        ("A choir sang all evening.", ("The choir sang.",), "All evening", ("balanced", "lenient")),
        ("The hall opened", ("A choir sang in the hall that opened.",), "The hall opened: a report", ()),
        ("The hall opened.", ("The hall opened.",), "The hall opened: a report", _ALL),
        ("Ardmore Bay opened late.", ("The hall of Ardmore Bay opened late.",), "", ("balanced", "lenient")),
        ("The choir sang before it rained.", ("Before the choir sang, it rained.",), "", ("balanced", "lenient")),
        ("The hall opened late.", ("The hall might open late.",), "", ("balanced", "lenient")),
        ("About 20 people sang.", ("About 20 people sang in the hall.",), "", _ALL),
        ("The hall was shut.", ("The hall was open.",), "", ("balanced", "lenient")),
        ("The hall did open late.", ("The hall did not open late.",), "", ()),
        ("It was open from 1995 to 1990.", ("It was open from 1990 to 1995.",), "", ()),
        ("Then 20 people sang.", ("Then at least 20 people sang.",), "", ("balanced", "lenient")),
        ("Over 20 people sang.", ("Up to 20 people sang.",), "", ()),
    ],
)
def test_who_takes_which_words_for_enough(
    sentence: str, texts: tuple[str, ...], title: str, by: tuple[Surety, ...]
) -> None:
    assert tuple(name for name in _ALL if fits(sentence, texts, title, DEMANDS[name])) == by


def test_only_a_lenient_check_lets_a_name_stand_elsewhere_than_what_is_said_of_it() -> None:
    texts = ("Marn declared a disaster.", "Brenn measured rain.")
    gone = {name: lacking("It was Brenn who declared a disaster.", texts, "", DEMANDS[name]) for name in _ALL}
    assert gone == {"strict": ("Brenn",), "balanced": ("Brenn",), "lenient": ()}
    assert not lacking(" ".join(texts), texts, "", DEMANDS["strict"])


def test_what_is_said_word_for_word_lacks_nothing() -> None:
    texts = ("Two-thirds of the Marn-Brenn line lay idle.",)
    for name in _ALL:
        assert not lacking("Two\u2013thirds of the Marn\u2013Brenn line lay idle.", texts, "", DEMANDS[name])


def test_a_strict_check_wants_names_in_the_very_sentences() -> None:
    texts = ("Among its alumni is the chess player Nora Marn.",)
    sentence = "Brenn is a chess player."
    gone = {name: lacking(sentence, texts, "Brenn Academy", DEMANDS[name], {"brenn"}) for name in _ALL}
    assert gone == {"strict": ("Brenn",), "balanced": (), "lenient": ()}
