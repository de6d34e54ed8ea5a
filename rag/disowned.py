"""Whether a sentence tells as a fact what its source only lets somebody say, or says is not so.

"The bridge was sold" has every word of "It is a hoax that the bridge was sold", in its order, and a model that reads
both takes the one to follow from the other.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from rag.alignment import gaps, words
from rag.fidelity import SMALL

_UNTRUE = r"""
    hoax(?:es)?, myths?, untruths?, untrue, false(?:ly|hoods?)?, lied, lying, (?:an?|the) lie, wrongly,
    mistaken(?:ly)?, erroneous(?:ly)?, debunk\w*, unfounded, baseless, groundless, fabricat\w+, fictitious,
    misconceptions?, misinformation, disinformation, conspiracy theor(?:y|ies), rumou?r(?:s|ed)?, no
    (?:evidence|proof|sign|truth), no reason, den(?:y|ies|ied|ying), denials?, reject(?:s|ed|ing)?, refut\w+,
    dismiss(?:es|ed|ing)?, disput(?:e[sd]?|ing), doubt(?:s|ed|ful)?, acquit\w*, cleared, exonerat\w+, nobody, no
    one, none, dream(?:s|ed|t)?, imagin(?:e[sd]?|ing), pretend(?:s|ed|ing)?
"""
_CLAIMED = r"""
    alleg\w+, claim(?:s|ed|ing)?, accus(?:e[sd]?|ing|ations?), insist(?:s|ed|ing)?, assert(?:s|ed|ing|ions?)?,
    argu(?:e[sd]?|ing), believ(?:e[sd]?|ing), fear(?:s|ed|ing)?, boast(?:s|ed)?, suggest(?:s|ed|ing)?,
    suspect(?:s|ed|ing)?
"""
_TOLD = r"""
    say(?:s|ing)?, said, tell(?:s|ing)?, told, according to, thinks?, thought, warn(?:s|ed|ing)?, report(?:s|ed|edly)?,
    call(?:s|ed|ing)?, wr(?:ites?|ote|iting), declar(?:e[sd]?|ing), testif(?:y|ies|ied), tweet(?:s|ed)?,
    predict(?:s|ed|ing)?, estimat(?:e[sd]?|ing), in the (?:book|film|game|novel|play|series|story|video)
"""


def _any(*lists: str) -> str:
    """A pattern of any word or phrase of comma-parted lists."""
    return rf"\b(?:{'|'.join(' '.join(each.split()) for some in lists for each in some.split(','))})\b"


_DENIES_NEXT = re.compile(
    rf"{_any(_UNTRUE)}(?:\W+\w+){{0,6}}?\W+(?:that|saying|claiming|suggesting|alleging|how|whether|if)"
    rf"(?:\W+(?:{'|'.join(sorted(SMALL - {'that'}))}))*\W*$",
    re.IGNORECASE,
)
_DENIED = re.compile(
    rf"^\W*(?:(?:which|that|this|it)\s+)?(?:is|was|are|were|(?:has|have|had) been|proved|turned out)\b"
    rf"(?:\s+\w+){{0,4}}?\s+{_any(_UNTRUE)}",
    re.IGNORECASE,
)
_DENIAL = re.compile(_any(_UNTRUE), re.IGNORECASE)
_DISOWNED = re.compile(_any(_UNTRUE, _CLAIMED), re.IGNORECASE)
_SAID = re.compile(_any(_TOLD), re.IGNORECASE)
_ENDS = re.compile(r"[.!?][\"'\u2019\u201d)\]]*(?=\s|$)")
_IN_MARKS = re.compile(r"\"[^\"]+\"|\u201c[^\u201c\u201d]+\u201d")


def denied(sentence: str, text: str) -> bool:
    """Whether a text says that what a sentence says is not so: "It is a hoax that", "That ... was debunked".

    A sentence that says so in another word leaves nothing out; one that has a "none" of what is denied does.

    Args:
        sentence: plain prose.
        text: the neighbouring sentences that it is said to rest on.
    """
    there = text.lower()
    if any(word.lower() not in there for word in _DENIAL.findall(sentence)):
        return False
    return any(_DENIES_NEXT.search(before) or _DENIED.search(behind) for before, behind in _beside(sentence, text))


def unowned(sentence: str, text: str) -> bool:
    """Whether a sentence leaves out that somebody claims, or doubts, what it says, or that somebody's words are quoted.

    Args:
        sentence: plain prose.
        text: as for ``denied``.
    """
    return _drops(_DISOWNED, sentence, text) or (not _DISOWNED.search(sentence) and _unquoted(sentence, text))


def unattributed(sentence: str, text: str) -> bool:
    """Whether a sentence leaves out that it is somebody who says so: "according to", "the mayor said".

    Args:
        sentence: plain prose.
        text: as for ``denied``.
    """
    return _drops(_SAID, sentence, text)


def _drops(frame: re.Pattern[str], sentence: str, text: str) -> bool:
    if _SAID.search(sentence) or _DISOWNED.search(sentence):
        return False
    return any(frame.search(part) for parts in _beside(sentence, text) for part in parts)


def _beside(sentence: str, text: str) -> Iterator[tuple[str, str]]:
    """What a text has before and behind words that a sentence keeps, within one sentence, and that it leaves out."""
    for (start, end), _ in gaps(text, sentence):
        parts = _ENDS.split(text[start:end])
        yield parts[-1] if end < len(text) else "", parts[0] if start else ""


def _unquoted(sentence: str, text: str) -> bool:
    """Whether all of a sentence stands in quotation marks in a text, and it has neither them nor who speaks."""
    if _SAID.search(sentence) or _IN_MARKS.search(sentence):
        return False
    said = set(words(sentence))
    return any(said <= set(words(quoted)) for quoted in _IN_MARKS.findall(text))
