"""What a model writes -> plain sentences: cut from the stream as they end, without anything that is not prose.

A model's markers are hints that nobody asked for, its links and images would lead wherever an article told it to, and
characters that cannot be seen could carry what nobody reads. None of them is left.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator

from rag.overlap import content_words
from rag.prompt import without_invisible
from rag.sentences import sentence_spans
from rag.thoughts import spoken

LONGEST = 600
"""Characters of a sentence; what is longer ends the reading, for it is no answer of one to three sentences."""

_STYLED = ("<font>", "<wide>", "<narrow>", "<circle>", "<square>", "<small>")
_IMAGE = re.compile(r"!\[[^\[\]]*\](?:\([^()]*\)?|\[[^\[\]]*\])?")
_LINK = re.compile(r"\[([^\[\]]*)\](?:\([^()]*\)?|\[[^\[\]]*\])")
_LINK_AFTER_STOP = re.compile(r"(?<=[.!?])\s*\[[^\[\]]*\]\([^()]*\)?")
_TURN = re.compile(r"<\|[^<>|]*\|>(?:\s*(?:system|assistant|user)\b)?", re.IGNORECASE)
_TAG = re.compile(r"<!--.*?(?:-->|$)|</?[A-Za-z!?][^<>]*>", re.DOTALL)
_OPEN_TAG = re.compile(r"</?[A-Za-z!?][^<>]*(?=<|$)")
_URL = re.compile(r"(?:\b[a-z][a-z0-9+.-]*://|\b(?:www\.|mailto:|data:|javascript:))\S*", re.IGNORECASE)
_MARKER = re.compile(
    r"\s*(?:\[[\s\d,;^*\u2013-]*\](?:\([^()]*\)?)?|\u3010[^\u3010\u3011]*\u3011|\[(?:source|passage|ref)[^\[\]]*\]|\[/?inst\])",
    re.I,
)
_DECORATION = re.compile(
    r"\*+|`+|~~+|(?<!\w)_+(?=\S)|(?<=\S)_+(?!\w)|^\s*(?:#{1,6}\s|>|[-+\u2022\u25cf]\s|\d{1,2}[.)]\s)|\|"
)
_BEFORE_STOP = re.compile(r"\s+([.,;:!?])")
_EMPTY_BRACKETS = re.compile(r"\(\s*\)|\[\s*\]|<\W*>")
_ADDRESS = re.compile(r"\S*@\S+|\b[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}\b(?:[/:?#]\S*)?")
_WORD = re.compile(r"[^\W\d_]+")
_TOKEN = re.compile(r"\w+")
_BEGUN_BEFORE = re.compile(r"[^\w\s]*(?!(?:[a-z]+[ '\u2019-]){1,2}[A-Z])[a-z]+\b")
"""A first word in small letters throughout; "eBay" is none, nor does "von der Leyen" or "al-Assad" begin with one."""
_IN_MARKS = re.compile(
    r"[\"\u201c\u201d\u201e\u00ab]([^\"\u201c-\u201e\u00ab\u00bb]+)[\"\u201c\u201d\u00bb]"
    r"|(?<!\w)['\u2018\u201a](?=\S)((?:[^'\u2018\u2019]|(?<=\w)['\u2019](?=\w))+)['\u2018\u2019](?!\w)"
)
"""Words in double, low, pointed or single marks; the apostrophe of "its owner's" is none."""

_SMALL = frozenset("a an and at by da de del der di du en for in la le of on or s the to van von y".split())  # noqa: SIM905  # reads best as words
"""Words in small letters that stand within names."""
_CLOSING = "\"')]\u2019\u201d "
_STOPS = (".", "!", "?", "\u2026")
_GOES_ON = (":", ";", ",", "-", "\u2013", "\u2014")
_HELPING = frozenset(
    "am are can could did do does had has have is may might must shall should was were will would".split()  # noqa: SIM905
)  # reads best as words
_RUN, _STUCK = 3, 3
"""Words of a run, and how often a sentence says it, or a longer word, that got stuck."""


def sentences(pieces: Iterable[str]) -> Iterator[str | None]:
    """Cut a stream of text into sentences, each given as soon as the word after it is there.

    Args:
        pieces: of the text, cut anywhere.

    Returns:
        The sentences as they were written, and None wherever all that came before were thoughts (``spoken``). What a
        model thinks aloud is left out, and so is an unfinished sentence at the end of a longer text. The last one is
        longer than ``LONGEST`` where the model would not stop.
    """
    held = ""
    whole = 0
    for piece in spoken(pieces):
        if piece is None:
            held, whole = "", 0
            yield None
            continue
        held += piece
        spans = sentence_spans(held)
        while len(spans) > 1 and re.search(r"\w\W", held[spans[1][0] :]):
            yield held[slice(*spans[0])]
            whole += 1
            held = held[spans[1][0] :]
            spans = sentence_spans(held)
        if len(held) > LONGEST:
            yield held[: 2 * LONGEST]
            return
    rest = [held[start:end] for start, end in sentence_spans(held)]
    if rest and whole + len(rest) > 1 and not re.search(r"\w[^\w\s]*[.!?\u2026][^\w]*$", rest[-1]):
        rest.pop()
    yield from rest


def prose(sentence: str) -> str:
    """A sentence without markers, links, images, markup, decoration and characters that cannot be seen.

    The words of a link stay, its address goes; an image, and a link behind the sentence, go whole. Letters in dress
    (full-width, circled, of mathematics) become plain ones, so that what is checked is what is read.
    """
    text = without_invisible("".join(_undressed(character) for character in sentence))
    while (cleaner := _cleaner(text)) != text:  # what is taken out may bring together what stood round it
        text = cleaner
    return text


def _undressed(character: str) -> str:
    dressed = unicodedata.decomposition(character).startswith(_STYLED)
    return unicodedata.normalize("NFKC", character) if dressed else character


def _cleaner(text: str) -> str:
    text = _TAG.sub(" ", _TURN.sub(" ", text))
    if _TAG.search(text) is None:
        text = _OPEN_TAG.sub(" ", text)
    text = _IMAGE.sub(" ", _MARKER.sub("", text))
    text = _LINK.sub(r"\1", _LINK_AFTER_STOP.sub("", text))
    text = _URL.sub("", text)
    text = _EMPTY_BRACKETS.sub("", _DECORATION.sub("", text))
    return _BEFORE_STOP.sub(r"\1", " ".join(text.split()))


def says_something(text: str) -> bool:
    """Whether a text has a word."""
    return _WORD.search(text) is not None


def names_only(text: str) -> bool:
    """Whether a text has no word in small letters that states anything: a name by itself, or several."""
    return not any(word[0].islower() and word not in _SMALL for word in _TOKEN.findall(text))


def is_piece(text: str) -> bool:
    """Whether a text is a piece of a list, a headline or a sentence, and states nothing by itself.

    It is where it announces what is to follow, begins in the middle of a sentence, or has neither stop nor verb. Only
    verbs that help others are known: whatever else might be a verb needs a stop behind it to be taken for one.
    """
    bare = text.rstrip(_CLOSING)
    if bare.endswith(_GOES_ON) or _BEGUN_BEFORE.match(text):
        return True
    return not bare.endswith(_STOPS) and not _HELPING.intersection(_TOKEN.findall(text.lower()))


def alien(text: str, quote: str) -> tuple[str, ...]:
    """What no paraphrase brings in: addresses, and words of a script or of mixed scripts that the quote has not.

    Letters of other scripts that look like Latin ones make a word that a reader takes for another than it is.

    Args:
        text: plain prose.
        quote: what it is said to follow from.
    """
    found = [address for address in _ADDRESS.findall(text) if address.rstrip(".,;:!?)") not in quote]
    known = set(_WORD.findall(quote))
    scripts = {script for word in known for script in _scripts(word)}
    for word in _WORD.findall(text):
        own = _scripts(word)
        if word not in known and (len(own) > 1 or not own <= scripts):
            found.append(word)
    return tuple(found)


def stutters(text: str, quote: str) -> bool:
    """Whether a text says some word or run of words thrice and its quote does not: a model that got stuck, no writer.

    Of the pairs that people wrote to be supported it loses one in five hundred (VitaminC, FEVER, MNLI, SNLI).
    """
    return any(
        count >= _STUCK and said_there[part] < count
        for said, said_there in (
            (_runs(text), Counter(_runs(quote))),
            (content_words(text), Counter(content_words(quote))),
        )
        for part, count in Counter(said).items()
    )


def _runs(text: str) -> list[str]:
    words = _WORD.findall(text.lower())
    return [" ".join(words[n : n + _RUN]) for n in range(len(words) - _RUN + 1)]


def misquotes(text: str, quote: str) -> bool:
    """Whether a text puts words in quotation marks that the quote does not have one after another.

    Args:
        text: plain prose.
        quote: what it is said to follow from.
    """
    there = f" {' '.join(_TOKEN.findall(quote.lower()))} "
    said = (" ".join(_TOKEN.findall(f"{double}{single}".lower())) for double, single in _IN_MARKS.findall(text))
    return any(words and f" {words} " not in there for words in said)


def _scripts(word: str) -> frozenset[str]:
    """The scripts of a word's letters by the first word of their Unicode names; marks and letters without one aside."""
    names = (unicodedata.name(letter, "").partition(" ")[0] for letter in word if not letter.isascii())
    latin = {"LATIN"} if any(letter.isascii() for letter in word) else set()
    aside = ("", "COMBINING", "MODIFIER", "MASCULINE", "FEMININE", "MICRO")
    return frozenset(latin | {name for name in names if name not in aside})
