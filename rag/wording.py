"""What a model writes -> plain sentences: cut from the stream as they end, without anything that is not prose.

A model's markers are hints that nobody asked for, its links and images would lead wherever an article told it to, and
characters that cannot be seen could carry what nobody reads. None of them is left.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator

from rag.control_tokens import CONTROL_TOKEN, without_control_tokens
from rag.overlap import content_words
from rag.prompt import without_invisible
from rag.sentences import FULL_STOPS, sentence_spans
from rag.thoughts import spoken

LONGEST = 600
"""Characters of a sentence; what is longer ends the reading, for it is no answer of one to three sentences."""

_STYLED = ("<font>", "<wide>", "<narrow>", "<circle>", "<square>", "<small>")
_IMAGE = re.compile(r"!\[[^\[\]]*\](?:\([^()]*\)?|\[[^\[\]]*\])?")
_LINK = re.compile(r"\[([^\[\]]*)\](?:\([^()]*\)?|\[[^\[\]]*\])")
_LINK_AFTER_STOP = re.compile(r"(?<=[.!?])\s*\[[^\[\]]*\]\([^()]*\)?")
_TURN = re.compile(r"<[|\uff5c][^<>|\uff5c]*[|\uff5c]>(?:\s*(?:system|assistant|user)\b)?", re.IGNORECASE)
_TAG = re.compile(r"<!--.*?(?:-->|$)|</?[A-Za-z!?][^<>]*>", re.DOTALL)
_OPEN_TAG = re.compile(r"</?[A-Za-z!?][^<>]*(?=<|$)")
_URL = re.compile(r"(?:\b[a-z][a-z0-9+.-]*://|\b(?:www\.|mailto:|data:|javascript:))\S*", re.IGNORECASE)
_STOPS = ".!?\u2026" + FULL_STOPS
_BRACKETS = (
    r"\[[\s\d,;^*\u2013-]*\](?:\([^()]*\)?)?|\u3010[^\u3010\u3011]*\u3011|\[(?:source|passage|ref)[^\[\]]*\]|\[/?inst\]"
)
_NUMBER = r"\(\s*[1-9](?:\s*[,;]\s*[1-9])*\s*\)"
"""One digit, for no more passages are sent: an age or a year in round brackets is none."""
_NOTE = r"(?:<sup>)?\d[\s\d,;]{0,20}</sup>"
_RAISED = rf"[\u00b9\u00b2\u00b3\u2070\u2074-\u2079]+|{_NOTE}"
_MARKER = re.compile(rf"\s*(?:{_BRACKETS})", re.IGNORECASE)
_BEFORE_STOP = re.compile(rf"(?:\s*{_NUMBER})+(?=\s*[{_STOPS}])")
_BEHIND_STOP = re.compile(
    rf"""(^|[{_STOPS}]["')\]\u2019\u201d*_`]*)((?:[\s,]*(?:{_BRACKETS}|{_NUMBER}|{_RAISED}))+)""", re.IGNORECASE
)
_DECORATION = re.compile(
    r"\*+|`+|~~+|(?<!\w)_+(?=\S)|(?<=\S)_+(?!\w)|^\s*(?:#{1,6}\s|>|[-+\u2022\u25cf]\s|\d{1,2}[.)]\s)|\|"
)
_SPACE_BEFORE_STOP = re.compile(r"\s+([.,;:!?])")
_NO_PROSE = re.compile(rf"{_TURN.pattern}|{CONTROL_TOKEN.pattern}|{_NOTE}|</?[A-Za-z][^<>]*>")
_FINISHED = re.compile(rf"\w[^\w\s]*[{_STOPS}]\W*$")
_ITEM = re.compile(r"\s*(?:[-*+\u2022\u25cf]|\d{1,2}[.)])\s")
"""A line of a list; models write them without a stop."""
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
_GOES_ON = (":", ";", ",", "-", "\u2013", "\u2014")
_HELPING = frozenset(
    "am are can could did do does had has have is may might must shall should was were will would".split()  # noqa: SIM905
)  # reads best as words
_RUN, _STUCK = 3, 3
"""Words of a run, and how often a sentence says it, or a longer word, that got stuck."""


def sentences(pieces: Iterable[str]) -> Iterator[str | None]:
    """Cut a stream of text into sentences, each given as soon as the word after it is there.

    Args:
        pieces: of the text; where they are cut makes no difference.

    Returns:
        The sentences as they were written, None wherever all that came before were thoughts (``spoken``), and an empty
        one for each empty piece, so that the reading can be ended there. What a model thinks aloud is left out, and so
        is an unfinished sentence at the end of a longer text. The last one is longer than ``LONGEST`` where the model
        would not stop.
    """
    held = before = ""
    for word in _words(spoken(pieces)):
        if not word:
            held, before = ("", "") if word is None else (held, before)
            yield word
            continue
        held += word
        spans = _spans(held)
        while len(spans) > 1 and re.search(r"\w\W", held[spans[1][0] :]):
            before = held[slice(*spans[0])]
            yield before
            held = held[spans[1][0] :]
            spans = _spans(held)
        if len(held) > LONGEST:
            break
    rest = [held[start:end] for start, end in _spans(held)]
    *_, before, last = (before, *rest) if rest else ("", "")
    if before and not _is_whole(last, before):
        rest.pop()
    yield from rest


def _words(pieces: Iterable[str | None]) -> Iterator[str | None]:
    """The text again in single words, each with what stands before it and one character behind it."""
    word = ""
    for piece in pieces:
        if not piece:
            word = "" if piece is None else word
            yield piece
            continue
        for character in piece:
            ends = word[-1:].isalnum() and not character.isalnum()
            word += character
            if ends or len(word) == LONGEST:
                yield word
                word = ""
    if word:
        yield word


def _spans(text: str) -> tuple[tuple[int, int], ...]:
    """The sentences of a text without the markers behind their stops: "It rained.[^1] It snowed." has two."""
    text = _NO_PROSE.sub(lambda found: _blank(found[0]), text)
    return sentence_spans(_BEHIND_STOP.sub(lambda found: found[1] + _blank(found[2]), text))


def _blank(text: str) -> str:
    """As many spaces; line breaks stay, for they end sentences."""
    return re.sub(r"\S", " ", text)


def _is_whole(last: str, before: str) -> bool:
    """Whether the last sentence of a text was not cut off; the lines of a list end as the one before them does."""
    if len(last) > LONGEST or _FINISHED.search(prose(last)):
        return True
    return _ITEM.match(last) is not None and not _FINISHED.search(prose(before))


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
    text = _BEHIND_STOP.sub(r"\1 ", _BEFORE_STOP.sub("", text))
    text = _TAG.sub(" ", without_control_tokens(_TURN.sub(" ", text)))
    if _TAG.search(text) is None:
        text = _OPEN_TAG.sub(" ", text)
    text = _IMAGE.sub(" ", _MARKER.sub("", text))
    text = _LINK.sub(r"\1", _LINK_AFTER_STOP.sub("", text))
    text = _URL.sub("", text)
    text = _EMPTY_BRACKETS.sub("", _DECORATION.sub("", text))
    return _SPACE_BEFORE_STOP.sub(r"\1", " ".join(text.split()))


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
    return not bare.endswith(tuple(_STOPS)) and not _HELPING.intersection(_TOKEN.findall(text.lower()))


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
