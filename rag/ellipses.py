"""What a question leaves out and takes over from the one before: "And in which city?", "What about the tribunal?"."""

# News is full of curly apostrophes.
# ruff: noqa: RUF001
from __future__ import annotations

import re
from collections.abc import Sequence

from rag.dates import MONTHS, WEEKDAYS
from rag.kinds import bare, parts_of
from rag.lexical import Words
from rag.names import VERBS, WORD, Name, names
from rag.pronouns import telling

_ABOUT = re.compile(
    r"^\s*(?:and|but|so|or|then|also|what about|how about|what else|who else|where else|why not)\b", re.IGNORECASE
)
_VERB = "|".join(sorted(VERBS))
_PREPOSITION = (
    "in|at|on|to|from|for|with|by|of|about|against|near|inside|outside|across|since|until|before|after|during|under"
)
_LONGEST = 120
"""Characters of a question that has one name and hardly anything beside it."""
_OPENING = re.compile(
    r"\W*(?:(?:and|but|so|or|then|also|ok|okay|oh|well|no|sorry|actually|rather|what about|how about|what of"
    r"|i mean|i meant|i was asking about|the same for)\b\W*)+",
    re.IGNORECASE,
)
_LEFT = re.compile(
    rf"(?:(?P<preposition>{_PREPOSITION})\s+)?(?P<said>.+?)(?:,?\s+(?:then|too|instead|though|as well))?[\s?.!]*$",
    re.IGNORECASE,
)
"""What is asked about instead, behind "And", "What about" or "No, I meant"."""
_ASIDE = re.compile(rf"\W*(?:(?:and|but|so|or|then)\s+)?(?P<verb>{_VERB})\s+(?P<said>.+?)[\s?.!]*$", re.IGNORECASE)
"""A verb that only goes with another, and who or what is asked about instead: "Did Scholz?"."""

_MONTH = f"(?:{'|'.join(MONTHS)})"
_NUMBERED = r"\d{1,2}(?:st|nd|rd|th)?"
_YEAR = r"(?<![\w.,])(?:1[5-9]|20)\d\d(?!\w|[.,]\d)"
TIMES = tuple(
    re.compile(pattern)
    for pattern in (
        rf"(?:\b{_NUMBERED} (?:of )?{_MONTH},?|\b{_MONTH}(?: {_NUMBERED},)?) {_YEAR}",
        rf"\b(?:{_NUMBERED} (?:of )?{_MONTH}|{_MONTH} {_NUMBERED})\b",
        rf"(?<!did )(?<!does )(?<!has )(?<!will )(?<!was )(?<!is )(?<!about )(?<!with )\b{_MONTH}\b",
        _YEAR,
        rf"\b(?:{'|'.join(WEEKDAYS)})\b",
    )
)
"""Days, months and years, each sort by itself."""
_OF_TIME = re.compile(r"\b(?:in|on|since|until|by|before|after|during)\s+$", re.IGNORECASE)

_PLACED = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"(?P<said>\bthe\s+(?P<which>former|latter|other)(?:\s+one\b|(?=['’]s\b|\s*(?:[?.!,;:]|$)|\s+(?:{_VERB})\b)))",
        r"\b(?:do|does|did|will|would|can|could|should|must)\s+(?P<said>the\s+(?P<which>former|latter))"
        rf"(?=\s+\w+\s*(?:[?.!,;]|$|\b(?:{_PREPOSITION})\b))",
        rf"\b(?:{_VERB})\s+(?P<said>the\s+(?P<which>latter))(?=\s+\w+(?:ed|en|rn|wn|ing)\b)",
    )
)
"""One of two that is told by its place: "the latter", "the other one", but not in "the former president"."""
_ONE_BEFORE = re.compile(r"\b(?:one|each)\b", re.IGNORECASE)


def says_little(question: str, words: Words) -> bool:
    """Whether a question goes on from another by its form: "And in which city?", "What about the tribunal?"."""
    if _instead(question) is not None or _aside(question) is not None or told_by_place(question) is not None:
        return True
    content = telling(question, words)
    about = _ABOUT.search(question) is not None
    if len(content) <= 1:
        whole = any(word.group().lower() in VERBS for word in WORD.finditer(question))
        return about or not whole or next(names(question), None) is None  # "Who is Putin?" says enough, "Putin?" not
    return about and len(content) <= 2


def named(question: str, turns: Sequence[tuple[str, str]]) -> str:
    """The question with a name for "the latter" or "the other one", where two were named and it is plain which.

    Args:
        question: as it was asked.
        turns: the earlier questions as they were understood, each with its short answer or "", oldest first.
    """
    place = told_by_place(question)
    pairs = [(ago, pair) for ago, (asked, _) in enumerate(reversed(turns)) if len(pair := _parts(asked)) == 2]
    if place is None or not pairs:
        return question
    ago, pair = pairs[0]
    which = place["which"].lower()
    if which == "other":
        since = turns[len(turns) - ago :]
        said = " ".join([turns[-1 - ago][1], *(f"{asked} {short}" for asked, short in since)])
        unused = [name for name in pair if _found(name, said) is None]
        if len(unused) != 1:
            return question
        name = unused[0]
    else:
        name = pair[which == "latter"]
    return _begun(question[: place.start("said")] + name + question[place.end("said") :])


def completed(question: str, earlier: str, short: str = "") -> str | None:
    """The question before, asked of what this one names instead; None where it is not plain what that replaces.

    "What about Scholz?" behind "What did Macron say?" is "What did Scholz say?", and "And in 2021?" takes the place of
    the one year that was said. What was answered takes no place: "And Paul Lind?" behind "Who leads Perm?".

    Args:
        question: as it was asked.
        earlier: the question before, as it was understood.
        short: its short answer, or "".
    """
    left = _instead(question)
    if left is not None and _found(left["said"], short) is None:
        preposition, said = left["preposition"] or "", left["said"]
        sort = next((sort for sort in TIMES if sort.fullmatch(said)), None)
        return _at_time(earlier, sort, preposition, said) if sort else _of_name(earlier, said, preposition)
    aside = _aside(question)
    if aside is None:
        return None
    told = (_found(name, earlier, aside["verb"]) for name in _others(earlier, aside["said"]))
    places = [place for place in told if place is not None]
    if len(places) != 1:
        return None
    return _begun(f"{earlier[places[0].start() : places[0].start('name')]}{aside['said']}{earlier[places[0].end() :]}")


def _at_time(earlier: str, sort: re.Pattern[str], preposition: str, said: str) -> str | None:
    """The question before, of another time: of that instead of its own, or of that where it has none."""
    times = list(sort.finditer(earlier))
    if preposition and earlier.endswith("?") and not any(other.search(earlier) for other in TIMES):
        return f"{earlier.rstrip('? ')} {preposition.lower()} {said}?"
    if len(times) != 1 or times[0].group() == said:
        return None
    start, end = times[0].span()
    if preposition and (before := _OF_TIME.search(earlier[:start])):
        start, said = before.start(), f"{preposition.lower()} {said}"
    return earlier[:start] + said + earlier[end:]


def _of_name(earlier: str, said: str, preposition: str) -> str | None:
    places = [_found(name, earlier, preposition) for name in _others(earlier, said)]
    plain = [place for place in places if place is not None]
    if len(plain) != 1:
        return None
    return _begun(earlier[: plain[0].start("name")] + said + earlier[plain[0].end("name") :])


def _others(earlier: str, said: str) -> list[str]:
    """The names of an earlier question that another may take the place of; none where it is one of them."""
    new = _only_name(said)
    told = {bare(name.text): name for name in names(earlier)}
    if new is None or any(_found(bare(said), text) for text in told):
        return []
    return [text for text, name in told.items() if _alike(new, name)]


def _alike(one: Name, other: Name) -> bool:
    """Whether two names may be of one sort: a person is no thing and no place."""
    return (one.kind == "person") == (other.kind == "person") or "any" in (one.kind, other.kind)


def _found(name: str, text: str, behind: str = "") -> re.Match[str] | None:
    """Where a text has a name, behind a word or anywhere."""
    lead = rf"\b{re.escape(behind)}\s+" if behind else r"(?<!\w)"
    return re.search(rf"{lead}(?P<name>{re.escape(name)})(?!\w)", text, re.IGNORECASE)


def _instead(question: str) -> re.Match[str] | None:
    """What is asked about instead of something said before, where it is one name or one day, month or year."""
    opening = _OPENING.match(question) if len(question) <= _LONGEST else None
    left = _LEFT.match(question, opening.end()) if opening else None
    if left is None:
        return None
    time = any(sort.fullmatch(left["said"]) for sort in TIMES)
    return left if time or _only_name(left["said"]) is not None else None


def _aside(question: str) -> re.Match[str] | None:
    """A question that is a verb and a name, "Did Scholz?": the rest of it was said before."""
    aside = _ASIDE.match(question) if len(question) <= _LONGEST else None
    return aside if aside is not None and _only_name(aside["said"]) is not None else None


def told_by_place(question: str) -> re.Match[str] | None:
    """The first "the latter" or "the other one" that the message's own words do not explain."""
    place = next((found for pattern in _PLACED if (found := pattern.search(question))), None)
    if place is None or len(_parts(before := question[: place.start("said")])) > 1 or _ONE_BEFORE.search(before):
        return None
    return place


def _only_name(said: str) -> Name | None:
    """The name that a text is and has nothing beside."""
    found = list(names(said))
    return found[0] if len(found) == 1 and found[0].text.lower() == said.lower() else None


def _parts(text: str) -> list[str]:
    """The names of a text, each once; of "Macron and Scholz", both."""
    told = list(dict.fromkeys(bare(name.text) for name in names(text)))
    return list(parts_of(told[0])) or told if len(told) == 1 else told


def _begun(question: str) -> str:
    return question[:1].upper() + question[1:]
