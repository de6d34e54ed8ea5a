"""Claims made of questions that people asked of a passage, with the right answer in the question's place, or another.

They say in other words than the passage what it says, or what it says of something else: both are what an answer in
free words is made of (the idea is of Demszky, Guu and Liang, arXiv 1809.02922; here a few plain forms are enough).
"""

# Lists of words read best as words.
# ruff: noqa: SIM905
from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Sequence

from rag.overlap import telling_words
from rag.sentences import sentence_spans
from rag.training.claims import MOST_BESIDE, Claim
from rag.training.data import UNFIT, Row

MOST_ANSWER = 12
"""Words of an answer that is put into a statement."""

_AUXILIARIES = "is|are|was|were|has|have|had|will|would|can|could|did|does|do|should|may|might|must"
_SUBJECT = re.compile(rf"(?:Who|What) (?!(?:{_AUXILIARIES}|else|kind|type|sort|year)\b)(?=[a-z]+(?:s|ed|t|d|w|e|n)\b)")
_BECAME = re.compile(
    rf"(?:Who|What|(?:Which|What)(?: [a-z]+){{1,3}}) "
    rf"(?=(?:{_AUXILIARIES}) (?:(?:also|not|first|later|once|now) )?(?:been )?[a-z]+(?:ed|en|wn|ght|ld|nt)\b)"
)
_DEFINED = re.compile(r"(?:Who|What) (?=(?:is|are|was|were) (?:the|a|an|one|another|\w+['\u2019]s) )")
_COUNTED = re.compile(r"How many (?=[a-z]+ (?:\w+ )?(?:was|were|are|have|had|will) [a-z]+(?:ed|en|wn|ld)\b)")
_LAST = re.compile(
    r"\b(?:what|who|whom|where|when|how many|(?:what|which) (?:year|decade|century|month|city|country|person|state))$"
)
_DANGLING = frozenset(
    "of to in on for with from about like as by at into called named known made used considered doing going do "
    "become after before than under over between against through during mean stand".split()
)


def stated(question: str, answer: str) -> str | None:
    """A question as a statement with an answer in its place, or None where its form does not allow it.

    Args:
        question: as somebody asked it, "Who won the cup?".
        answer: what stands in a passage, "Spain"; the statement is "Spain won the cup."
    """
    asked = " ".join(question.split()).rstrip(" ?.")
    words = asked.split()
    if len(words) < 4 or len(answer.split()) > MOST_ANSWER or re.search(r"\bsome(?:one|thing|where)\b", asked):
        return None
    asked = asked[0].upper() + asked[1:]
    end = _LAST.search(asked)
    if end:
        return f"{asked[: end.start()]}{answer}."
    if words[-1].lower() in _DANGLING or re.search(r"\b(?:what|who|which|whom)\b", asked[1:]):
        return None
    for form in (_SUBJECT, _BECAME, _DEFINED, _COUNTED):
        start = form.match(asked)
        if start and not (form is _DEFINED and words[-1].endswith(("ing", "ed"))):
            rest = asked[start.end() :]
            if form is _COUNTED and not re.fullmatch(r"[\d.,]+|[a-z-]+", answer):
                return None
            return f"{answer[0].upper()}{answer[1:]} {rest}."
    return None


class Statements:
    """Draws claims from questions with their passages.

    Args:
        rows: questions; those whose form allows no statement, and those about fragments, are left out.
    """

    def __init__(self, rows: Sequence[Row]) -> None:
        fit = [row for row in rows if row.source not in UNFIT]
        self._answers: dict[str, list[str]] = defaultdict(list)
        for row in fit:
            if row.answer:
                self._answers[row.context].append(row.answer)
        self._rows = [row for row in fit if stated(row.question, row.answer or "Something")]

    def draw(self, rng: random.Random) -> Claim | None:
        """A claim that the sentences beside it support, or one with a wrong answer, or beside other sentences."""
        row = rng.choice(self._rows)
        chance = rng.random()
        if not row.answer or chance < 0.4:
            return self._wrong(row, rng)
        claim = stated(row.question, row.answer)
        if claim is None:
            return None
        if chance < 0.5:
            return self._elsewhere(row, claim, rng)
        evidence = round_about(row.context, row.start, len(row.answer), rng)
        return Claim(row.source, row.document, claim, evidence, "supported", "stated", row.title)

    def _wrong(self, row: Row, rng: random.Random) -> Claim | None:
        """The answer to another question of the passage, beside what is said of it or of what was asked."""
        golds = [telling_words(gold) or set(gold.lower().split()) for gold in (row.answer, *row.golds) if gold]
        rivals = [
            answer
            for answer in self._answers[row.context]
            if (not row.answer or kind(answer) == kind(row.answer))
            and not any((telling_words(answer) or set(answer.lower().split())) & gold for gold in golds)
        ]
        if not rivals:
            return None
        answer = rng.choice(rivals)
        claim = stated(row.question, answer)
        if claim is None:
            return None
        own = row.answer if row.answer and rng.random() < 0.5 else answer
        start = row.start if own is row.answer else row.context.find(own)
        evidence = round_about(row.context, start, len(own), rng)
        label = "refuted" if row.answer in evidence and row.answer else "not_enough"
        return Claim(row.source, row.document, claim, evidence, label, "misstated", row.title)  # type: ignore[arg-type]  # of two labels

    def _elsewhere(self, row: Row, claim: str, rng: random.Random) -> Claim | None:
        """The right answer beside sentences of the passage that do not have it."""
        spans = [span for span in sentence_spans(row.context) if row.answer not in row.context[slice(*span)]]
        if not spans:
            return None
        start, end = rng.choice(spans)
        return Claim(row.source, row.document, claim, row.context[start:end], "not_enough", "unstated", row.title)


def kind(answer: str) -> str:
    """What an answer looks like: a number, a name, or words."""
    if any(letter.isdigit() for letter in answer):
        return "number"
    return "name" if answer[:1].isupper() else "words"


def round_about(text: str, start: int, length: int, rng: random.Random) -> str:
    """One to ``MOST_BESIDE`` neighbouring sentences of a text with the characters of an answer among them."""
    cuts = sentence_spans(text)
    inside = [n for n, (a, b) in enumerate(cuts) if a < start + length and start < b]
    if not inside:
        return text
    first = max(0, inside[0] - rng.randint(0, 1))
    last = min(len(cuts) - 1, max(inside[-1], first + rng.randint(0, MOST_BESIDE - 1)))
    return text[cuts[first][0] : cuts[last][1]]
