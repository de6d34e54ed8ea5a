"""The facts of a sentence that can be checked word by word: its numbers and its names.

A sentence that states a number or a name which its source does not hold is not supported by it, however alike the two
are in all else; and a model that reads both is easily fooled by exactly that (VitaminC, arXiv 2103.08541).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Sequence

from rag.countries import other_names
from rag.dates import MONTHS
from rag.numerals import APOSTROPHES, NUMBER_WORDS, PLAIN_HYPHENS, WORD, Fact, missing_numbers
from rag.overlap import nearest

_OPENERS = " \n\t\"'([\u201c\u2018"
_RUN_WORD = re.compile(rf"[\w{APOSTROPHES}-]+")
_CAPITALISED_RUN = re.compile(rf"(?:[A-Z][\w{APOSTROPHES}-]+(?: of| for| the| and)* ?){{2,6}}")
_LETTERS = re.compile(r"\b(?:[A-Z]\.? ?){2,4}(?=\W|$)")
_WHOLE = {month[:3].lower(): month.lower() for month in MONTHS} | {"sept": "september", "tv": "television"}
"""What short forms that are no beginning or no name by themselves stand for."""
_PARTICLE = 2
"""Letters of the longest part of a name with hyphens that may be missing: the one of "al-Assad"."""
_STATEMENTS = re.compile(r", (?:and|but|while|whereas|yet) |; ")
# Words that open a sentence or a title in capitals and name nothing.
_COMMON = frozenset(re.findall(r"\w+", """
    a about above according after again all almost already also although always among an and another any anyone are
    around as at based be because been before being below between both but by can could despite did do does during
    each either even every few following for from further had has have having he her here him his how however i if
    in including instead into is it its just last later less like many may me meanwhile might more most much must my
    near nearly next no none nor not nothing now of off officials on once one only or other others our out over
    people per perhaps rather same several she should since so some someone soon still such than that the their them
    then there these they this those though through thus to today together too toward under until up upon us very
    was we were what when where whether which while who whom whose why will with within without would yes yet you
    your
"""))  # fmt: skip


def names(text: str, known: Collection[str] = ()) -> tuple[Fact, ...]:
    """The words of a text that name something, in order: those in capitals that are no common word.

    A sentence's first word counts where it is more than a capital: with a capital inside (``NATO``), or followed by
    another name (``Vladimir Putin``). Whether ``Lavrov said`` begins with a name cannot be told from it.

    Args:
        text: to look in.
        known: values of words that are names at the beginning of a sentence too.

    Returns:
        Each word of a name by itself, its value in lower case without a possessive ending.
    """
    text = text.translate(PLAIN_HYPHENS)
    words = [match for match in WORD.finditer(text) if len(match.group()) > 1 or match.group().isupper()]
    found = []
    for n, word in enumerate(words):
        name = word.group()
        value = _plain(name)
        if not name[0].isupper() or value in _COMMON or value in NUMBER_WORDS:
            continue
        if value not in known and _opens(text, word.start()) and not any(letter.isupper() for letter in name[1:]):
            follows = words[n + 1] if n + 1 < len(words) else None
            if follows is None or text[word.end() : follows.start()] != " " or not follows.group()[0].isupper():
                continue
        found.append(Fact(word.start(), word.start() + len(name.rstrip(".")), value))
    return tuple(found)


def _opens(text: str, start: int) -> bool:
    before = text[:start].rstrip(_OPENERS)
    return not before or before[-1] in ".!?:"


def _plain(name: str) -> str:
    """In lower case, without accents, a possessive ending or a full stop."""
    letters = unicodedata.normalize("NFKD", name.lower().rstrip("."))
    return re.sub(rf"[{APOSTROPHES}]s?$", "", "".join(each for each in letters if not unicodedata.combining(each)))


def openers(sentence: str, texts: Sequence[str]) -> frozenset[str]:
    """The first words of a sentence that must be names, to judge by the texts that it is said to rest on.

    One that is a name elsewhere in the texts is a name; and so is one that stands nowhere in them: it would bring in
    something of its own.
    """
    first = [word.group() for word in WORD.finditer(sentence) if _opens(sentence, word.start())]
    values = {_plain(word) for word in first if word[0].isupper()} - _COMMON - NUMBER_WORDS
    if not values:
        return frozenset()
    named = {fact.value for text in texts for fact in names(text)}
    words = {_plain(word.group()) for text in texts for word in WORD.finditer(text)}
    return frozenset(value for value in values if value in named or not (value in words or _alike(value, words)))


def missing(sentence: str, evidence: str, known: Collection[str] = ()) -> tuple[str, ...]:
    """The numbers and names that a sentence states and its evidence does not.

    A name is held where the evidence has it in another form, too: a longer or shorter one of the same beginning
    (``Russia``, ``Russian``), another name of the country (``Dutch``), its initials, or the words that it is the
    initials of. Numbers are held as in ``missing_numbers``.

    Args:
        sentence: what is to be supported.
        evidence: the text that it is said to rest on.
        known: as for ``names``.

    Returns:
        Each as the sentence writes it, in order; empty where nothing is missing.
    """
    evidence = evidence.translate(PLAIN_HYPHENS)
    words = {_whole(word.group()) for word in WORD.finditer(evidence)}
    words |= {part for word in words for part in re.split(r"[.-]", word)}
    countries = other_names(evidence)
    words |= countries
    short = {*countries, *_initials(evidence), *(re.sub(r"\W", "", run).lower() for run in _LETTERS.findall(evidence))}
    lacking = list(missing_numbers(sentence, evidence))
    own = _initials(sentence)
    for fact in names(sentence, known):
        initials = fact.value.replace(".", "")
        parts = [part for part in fact.value.split("-") if len(part) > _PARTICLE] or [fact.value]
        found = initials in short or all(_whole(part) in words or _alike(part, words) for part in parts)
        spelled_out = any(fact.value in name and initials_ in words for initials_, name in own.items())
        if not found and not spelled_out:
            lacking.append(sentence[fact.start : fact.end])
    return tuple(lacking)


def scattered(sentence: str, texts: Sequence[str], heading: str, known: Collection[str] = ()) -> tuple[str, ...]:
    """The numbers and names that stand elsewhere in a text than what the sentence says of them.

    Each statement of the sentence is laid beside the one text that shares most words with it. "The Weather Service
    declared a disaster" takes all its words from "The governor declared a disaster. The Weather Service warned of
    floods.", and yet nothing there says so.

    Args:
        sentence: what is to be supported; statements joined by "and", "but" or a semicolon are taken one by one.
        texts: the sentences that it is said to rest on.
        heading: of them all; what it holds may be said of each.
        known: as for ``names``.

    Returns:
        Each as the sentence writes it, in order; empty where nothing is scattered.
    """
    apart: list[str] = []
    for statement in _STATEMENTS.split(sentence):
        apart += missing(statement, f"{nearest(statement, texts)}\n{heading}", known)
    return tuple(apart)


def _whole(word: str) -> str:
    """A word in its plain form, a short form of a month written out."""
    plain = _plain(word)
    return _WHOLE.get(plain, plain)


def _alike(name: str, words: set[str]) -> bool:
    stem = name[:-1] if len(name) > 5 else name
    return (
        any(word.startswith(stem) or (len(word) >= 4 and name.startswith(word)) for word in words if len(word) >= 4)
        and len(name) >= 4
    )


def _initials(text: str) -> dict[str, tuple[str, ...]]:
    """Runs of two to five capitalised words by their first letters in lower case."""
    runs: dict[str, tuple[str, ...]] = {}
    for match in _CAPITALISED_RUN.finditer(text):
        parts = [part for part in _RUN_WORD.findall(match.group()) if part[0].isupper()]
        for first in range(len(parts)):
            for stop in range(first + 2, min(len(parts), first + 5) + 1):
                some = parts[first:stop]
                runs["".join(part[0] for part in some).lower()] = tuple(_plain(part) for part in some)
    return runs
