"""Whether articles tell the same thing with different figures, so that both are shown and it is said.

Only figures are compared, and only between sentences that are alike in all else: to call two differently worded
answers a contradiction takes more understanding than is at hand, and a false alarm costs trust.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.evidence import Candidate
from rag.numerals import numbers
from rag.schema import Article
from rag.units import unit

_DIGIT = re.compile(r"\d")
_MINUS = re.compile(r"(?<!\w)[-\u2212](?=\d)")
_WORD = re.compile(r"[^\W\d_]+")
_ALIKE = 0.5
"""The least share of words, figures aside, that two sentences about the same thing have in common."""


def dissent(candidates: Sequence[Candidate]) -> str | None:
    """What to say of candidates whose figures differ.

    Args:
        candidates: those that are shown, the likeliest first.

    Returns:
        One line that names each figure with its source and date, or None where the first one's figure stands
        undisputed.
    """
    first, *others = candidates
    rivals = [other for other in others if differ(first, other)]
    if not rivals:
        return None
    told = "; ".join(f"{candidate.answer} ({_origin(candidate.article)})" for candidate in (first, *rivals))
    return f"The articles give different figures: {told}."


def differ(one: Candidate, other: Candidate) -> bool:
    """Whether two articles give different figures in sentences that are alike in all else."""
    if one.article.id == other.article.id or one.short is None or other.short is None:
        return False
    mine, theirs = _figures(one.answer), _figures(other.answer)
    if not mine or not theirs or any(_agree(figure, figure_) for figure in mine for figure_ in theirs):
        return False
    words, others = set(_WORD.findall(one.text.lower())), set(_WORD.findall(other.text.lower()))
    return len(words & others) >= _ALIKE * len(words | others)


def _figures(answer: str) -> set[tuple[str, str]]:
    """The figures of an answer by their values, so that "1,500" is 1500, and what each counts; of digits alone."""
    below = {match.end() for match in _MINUS.finditer(answer)}
    facts = numbers(answer) if _DIGIT.search(answer) else ()
    signs = ("-" if fact.start in below else "" for fact in facts)
    return {
        (f"{sign}{fact.value}", unit(answer, fact.start, fact.end)) for sign, fact in zip(signs, facts, strict=True)
    }


def _agree(one: tuple[str, str], other: tuple[str, str]) -> bool:
    """Whether two figures may be one: of the same value, and of the same unit where both tell theirs."""
    return one[0] == other[0] and (one[1] == other[1] or not one[1] or not other[1])


def _origin(article: Article) -> str:
    day = article.published[:10] if article.published else "no date"
    return f"{article.source or article.title or 'untitled'}, {day}"
