"""What the words of an article must have before a model is asked whether a written sentence follows from them.

A small model that reads two texts is fooled by what looks alike. What can be told by comparing words is told here.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from rag.disowned import denied, unattributed, unowned
from rag.facts import missing, scattered
from rag.fidelity import in_order, sharpened, untempered
from rag.hedges import opposed, rehedged
from rag.opposites import opposite_words
from rag.overlap import held
from rag.reversal import strays, turns_round
from rag.schema import Surety
from rag.sentences import sentence_spans
from rag.subject import is_beside

MOST_NEIGHBOURS = 3
"""The most neighbouring sentences that one written sentence may rest on."""

_PLAIN_MARKS = str.maketrans("\u2018\u2019\u201c\u201d\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "''\"\"-------")
_DASH = re.compile(r"\s*-+\s*")


@dataclass(frozen=True, slots=True)
class Demand:
    """What is asked of the neighbouring sentences that a written sentence rests on.

    Attributes:
        held: the least share of its longer words that they and their title have, in 0..1.
        together: whether a number or a name must stand where what is said of it stands (``rag.facts.scattered``).
        headed: whether a number or a name may stand in the title or the outlet alone.
        central: whether a name that it begins with must be what they speak of, too (``rag.subject.is_beside``).
        ordered: the least share of its words that they have in its order, in 0..1 (``rag.fidelity.in_order``).
        tempered: whether it must keep what tempers them, as "may" and "if" do, and bring in nothing that makes them say
            more, as "only" does (``untempered`` and ``sharpened`` of ``rag.fidelity``), whether before a number
            "about" or "at least" must stand where it stands there (``rag.hedges.rehedged``), and whether who says so
            there must be told (``rag.disowned.unattributed``).
        owned: whether what somebody only claims there, or says in quotation marks, must be told as such
            (``rag.disowned.unowned``).
        close: whether none of the small changes may be in it by which alike texts say the reverse of each other
            (``rag.reversal.strays``).
    """

    held: float
    together: bool
    headed: bool
    central: bool
    ordered: float
    tempered: bool
    owned: bool
    close: bool


DEMANDS: dict[Surety, Demand] = {
    "strict": Demand(
        0.75, together=True, headed=False, central=True, ordered=0.8, tempered=True, owned=True, close=True
    ),
    "balanced": Demand(
        0.25, together=True, headed=True, central=False, ordered=0.0, tempered=False, owned=True, close=False
    ),
    "lenient": Demand(
        0.25, together=False, headed=True, central=False, ordered=0.0, tempered=False, owned=False, close=False
    ),
}
"""By the setting's name.

A share of .25 loses one in thirty of the supported pairs (VitaminC, FEVER), and catches 19 in 20 claims beside a text
on something else. Strict is for weak writers, few of whose sentences are true: what passes must be all but certain.
Such a writer joins what stands apart, takes the headline's name, or the question's mistake, for part of whatever it
reads, leaves out a "may", and changes the order of two events. So strict lets through what shortens its source or
changes few words of it: all 118 held-apart pairs that it lets through are supported, .12 of the supported. Without what
`rag.reversal`, `rag.hedges` and `rag.disowned` want of it they would be 130; with the words' order and tempering words
left aside, too, .984 are supported, and .18 get through.
"""


def lacking(
    sentence: str, texts: Sequence[str], heading: str, demand: Demand, known: Collection[str] = ()
) -> tuple[str, ...]:
    """The numbers and names for which neighbouring sentences do not support another one, whatever else they say.

    Args:
        sentence: what somebody wrote.
        texts: the neighbouring sentences.
        heading: of them all: the title and the outlet.
        demand: what is asked of them.
        known: as for ``rag.facts.names``.
    """
    text = " ".join(texts)
    heading = heading if demand.headed else ""
    gone = missing(sentence, f"{text}\n{heading}", known)
    if says(text, sentence):
        return ()
    if gone or not demand.together or len(texts) == 1:
        return gone
    return scattered(sentence, texts, heading, known)


def fits(sentence: str, texts: Sequence[str], title: str, demand: Demand, known: Collection[str] = ()) -> bool:
    """Whether neighbouring sentences say a sentence's words as the demand wants them, and more than their title does.

    A model takes a title, or a piece of it, to follow from whatever stands below it.

    Args:
        sentence: what somebody wrote.
        texts: the neighbouring sentences.
        title: of them all.
        demand: what is asked of them.
        known: as for ``rag.facts.names``.
    """
    text = " ".join(texts)
    if says(text, sentence):
        return True
    if any(reverses(sentence, text) for reverses in (opposed, turns_round, opposite_words, denied)):
        return False
    if demand.owned and unowned(sentence, text):
        return False
    if demand.central and is_beside(sentence, texts, known):
        return False
    if held(sentence, f"{title}\n{text}") < demand.held or _bare(sentence) in _bare(title):
        return False
    if demand.tempered and (untempered(sentence, texts) or sharpened(sentence, texts) or rehedged(sentence, text)):
        return False
    if demand.tempered and unattributed(sentence, text):
        return False
    if demand.ordered and in_order(sentence, texts) < demand.ordered:
        return False
    return not demand.close or not strays(sentence, text, known)


def says(text: str, sentence: str) -> bool:
    """Whether a text says a sentence word for word, as one or more sentences of its own: nobody need judge that."""
    spans = sentence_spans(text)
    quoted = _as_quoted(sentence)
    return any(
        _as_quoted(text[start:end]) == quoted
        for number, (start, _) in enumerate(spans)
        for _, end in spans[number : number + MOST_NEIGHBOURS]
    )


def _bare(text: str) -> str:
    words = re.findall(r"\w+", text.lower())
    return f" {' '.join(words)} "


def _as_quoted(text: str) -> str:
    """A text by which it is known again: without its last stop, quotation marks and dashes plain, single spaces."""
    return _DASH.sub("-", " ".join(text.translate(_PLAIN_MARKS).split())).rstrip(" .!")
