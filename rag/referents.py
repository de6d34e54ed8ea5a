"""What a follow-up's words stand for, said in words: "When did it expel Russia?" names the Council of Europe.

The question that this makes is shown to the person and read by the reader; the search does not hang on it. So it is
changed only where the matter is plain: a pronoun that nothing in its own question explains takes the last name of its
kind, and a question that says nothing by itself is told what the talk was about.
"""

# Lists of words read best as words, and news is full of curly apostrophes.
# ruff: noqa: RUF001, SIM905
from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from rag.lexical import Words
from rag.names import VERBS, WORD, Kind, Name, answered, names
from rag.schema import Answer

_TURNS = 3
"""How many turns back a name is looked for."""
_TOPIC_WORDS = 6
"""The most words of an earlier question that are repeated where it has no name."""

_CHOICE_WORDS = 8
"""The most words of a reply that only tells which reading is meant."""

_FIRST, _SECOND = frozenset(("former", "first")), frozenset(("latter", "second"))
"""What tells which of two readings is meant by its place."""

_PERSON = frozenset("he she him her his hers".split())
_THING = frozenset("it its".split())
_ANY = frozenset("they them their theirs".split())
_FITTING: Mapping[Kind, tuple[Kind, ...]] = {
    "person": ("person", "any"),
    "thing": ("thing", "place", "any"),
    "any": ("person", "thing", "any"),
}
"""The kinds of names that a pronoun of each kind can stand for."""
_POSSESSIVE = frozenset("his its their hers theirs".split())
_ASKING = frozenset(
    "what which who whom whose when where why how in on at by for with from to of since until after before".split()
)
"""What a question begins with, where it does not begin with its verb."""
_CLEFT = r"(?:\s+[\w'’-]+){1,3}?\s+(?:that|who|whom)\b"
_EMPTY_IT = re.compile(rf"(?:(?<=\bis )|(?<=\bwas ))it(?={_CLEFT})|\bit(?=\s+(?:is|was){_CLEFT})", re.IGNORECASE)
"""An "it" that stands for nothing said: "Is it true that ...?", "Was it Ruto who won?"."""
_STARTERS = frozenset("and but so or then also yes no ok okay well please thanks".split())
_SENTENCE_END = re.compile(r"(?<=[.?!])[\"”’)]*\s+")
_ASKED_OF, _TOLD_OF = 2, 3
"""How many words a question, or another sentence, has at least that say something, if it tells of something."""
_ABOUT = re.compile(
    r"^\s*(?:and|but|so|or|then|also|what about|how about|what else|who else|where else|why not)\b", re.IGNORECASE
)


def readings(question: str, history: Sequence[Answer], words: Words) -> tuple[str, ...]:
    """The question as it can be understood without the conversation: in one way, or in two that are equally good.

    Two are where one person or thing is meant and the last question named two of that kind, with no answer since that
    tells which: "Did Macron call Scholz?", "What did he say?".

    Args:
        question: as it was asked.
        history: the earlier answers, oldest first.
        words: tells the words that say something from those that hold sentences together.

    Returns:
        The question itself where nothing in it hangs on what was said, or nothing that was said fits it. The first
        reading takes the name that was said first.
    """
    pronoun = open_pronoun(question, words)
    mentioned = tuple(_names_of(history))
    if pronoun is not None:
        kind = _kind(pronoun.group().lower())
        fitting = [name for name in mentioned if name.kind in _FITTING[kind]]
        if fitting:
            meant = [fitting[0], *_rivals(fitting[0], kind, history)]
            return tuple(dict.fromkeys(_replaced(question, pronoun, name) for name in meant))
        if mentioned:
            return (question,)
    if pronoun is None and not _says_little(question, words):
        return (question,)
    topic = next((name.text for name in mentioned), None) or _topic(history, words)
    if not topic or topic.lower() in question.lower():
        return (question,)
    return (f"{question.rstrip()} ({topic})",)


def _without_topic(answer: Answer) -> str:
    """The question as it was understood, without what the talk was about behind it."""
    asked = answer.question
    return asked if answer.standalone.startswith(f"{asked.rstrip()} (") else answer.standalone


def leans(question: str, words: Words) -> bool:
    """Whether a question's own words leave open what it is about: by a pronoun, or by saying little."""
    return open_pronoun(question, words) is not None or _says_little(question, words)


def chosen(question: str, history: Sequence[Answer]) -> str | None:
    """The reading that a person chose by naming it, where the last answer asked which one is meant; else None.

    "Scholz", "I mean Scholz" or "the latter" chooses "What did Scholz say?", or "What was Scholz's reaction?".
    """
    offered = history[-1].readings if history else ()
    said = _unowned(question)
    if offered and said <= _FIRST | _SECOND | {"the", "one"} and bool(said & _FIRST) != bool(said & _SECOND):
        return offered[0] if said & _FIRST else offered[-1]
    terms = [_unowned(reading) for reading in offered]
    named = [
        reading
        for reading, own, other in zip(offered, terms, reversed(terms), strict=True)
        if said & (own - other) and not said & (other - own)
    ]
    return named[0] if len(named) == 1 and len(said) <= _CHOICE_WORDS else None


def _unowned(text: str) -> set[str]:
    """The words of a text in lower case, each without the ending that tells that something is somebody's."""
    return {re.sub(r"['’]s$", "", word.group().lower()) for word in WORD.finditer(text)}


def _rivals(first: Name, kind: Kind, history: Sequence[Answer]) -> list[Name]:
    """Another name that fits as well as the first: both of one kind, both from the last question, and none answered."""
    if kind == "any":  # "they" may be both
        return []
    named = list(names(_without_topic(history[-1])))
    mine = next((name for name in named if name.text == first.text), None)
    others = [name for name in named if mine is not None and name.kind == mine.kind and name.text != mine.text]
    return others if len(others) == 1 else []


def open_pronoun(question: str, words: Words) -> re.Match[str] | None:
    """The first pronoun, if no word of its own message can be what it stands for; else None."""
    empty = {match.start() for match in _EMPTY_IT.finditer(question)}
    pronouns = (word for word in WORD.finditer(question) if word.group().lower() in _PERSON | _THING | _ANY)
    first = next((word for word in pronouns if word.start() not in empty), None)
    return None if first is None or _explained(question[: first.start()], words) else first


def _explained(before: str, words: Words) -> bool:
    """Whether what stands before a pronoun can be what it stands for.

    What is asked for ("which countries") stands before the first verb and explains nothing; a word that says something
    between that verb and the pronoun does: "When did Ukraine say it would sign?". So does what a sentence before tells
    or asks of: "The mayor opened a bridge on Friday. What did she say?".
    """
    *earlier, own = _SENTENCE_END.split(before)
    if any(_tells_of_something(sentence, words) for sentence in earlier):
        return True
    found = [word for word in WORD.finditer(own) if word.group().lower() not in _STARTERS]
    asks = bool(found) and found[0].group().lower() in _ASKING | VERBS
    verb = next((word.end() for word in found if word.group().lower() in VERBS), 0)
    return bool(words.content(own[verb if asks else 0 :]))


def _tells_of_something(sentence: str, words: Words) -> bool:
    """Whether a sentence may be what a pronoun in the next one is explained by, as thanks or doubts are not."""
    enough = _ASKED_OF if sentence.rstrip().endswith("?") else _TOLD_OF
    return len(words.content(sentence)) >= enough or next(names(sentence), None) is not None


def _says_little(question: str, words: Words) -> bool:
    """Whether a question goes on from another by its form: "And in which city?", "What about the tribunal?"."""
    content = words.content(question)
    about = _ABOUT.search(question) is not None
    if len(content) <= 1:
        whole = any(word.group().lower() in VERBS for word in WORD.finditer(question))
        return about or not whole or next(names(question), None) is None  # "Who is Putin?" says enough, "Putin?" not
    return about and len(content) <= 2


def _kind(pronoun: str) -> Kind:
    return "person" if pronoun in _PERSON else "thing" if pronoun in _THING else "any"


def _names_of(history: Sequence[Answer]) -> Iterator[Name]:
    """Names of the conversation, the likeliest to be meant first: of the last turns, what was answered, then asked."""
    turns = [(answer, _answered(answer)) for answer in reversed(history[-_TURNS:])]
    known = [name for _, name in turns if name is not None and name.kind != "any"]
    for answer, short in turns:
        said = names(answer.standalone)
        for name in said if short is None else (short, *said):
            yield Name(name.text, next((other.kind for other in known if _of_one(name, other)), name.kind))


def _answered(answer: Answer) -> Name | None:
    return answered(answer.question, answer.short) if answer.short and not answer.refused else None


def _of_one(name: Name, other: Name) -> bool:
    """Whether a name is the other one, or a part of it: "Ruto" and "William Ruto"."""
    return set(name.text.split()) <= set(other.text.split())


def _topic(history: Sequence[Answer], words: Words) -> str:
    """The words that say something of the last question, each once, where it names nothing."""
    if not history:
        return ""
    said = [word.group() for word in WORD.finditer(history[-1].question) if words.content(word.group())]
    return " ".join([*{word.lower(): word for word in said}.values()][:_TOPIC_WORDS])


def _replaced(question: str, pronoun: re.Match[str], name: Name) -> str:
    said = pronoun.group().lower()
    owner = said in _POSSESSIVE or (said == "her" and re.match(r"\s+\w", question[pronoun.end() :]) is not None)
    text = re.sub(r"['’]s$", "", name.text)
    if owner:
        text += "'" if text.endswith("s") else "'s"
    if pronoun.start() == 0:
        text = text[0].upper() + text[1:]
    return question[: pronoun.start()] + text + question[pronoun.end() :]
