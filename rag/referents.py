"""What a follow-up's words stand for, said in words: "When did it expel Russia?" names the Council of Europe.

The question that this makes is shown to the person and read by the reader; the search does not hang on it. So it is
changed only where the matter is plain: a pronoun that nothing in its own question explains takes the last name of its
kind, and a question that says nothing by itself is told what the talk was about.
"""

# Lists of words read best as words.
# ruff: noqa: SIM905
from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from rag.asked_back import undecided, unowned
from rag.ellipses import TIMES, completed, named, says_little, told_by_place
from rag.kinds import Kind, bare
from rag.lexical import Words
from rag.names import WORD, Name, apart, names
from rag.pointing import Pointed, pointed
from rag.pronouns import PERSON, THING, explained, happens, open_pronoun
from rag.schema import Answer
from rag.short_answers import answered

_TURNS = 3
"""How many turns back a name is looked for."""
_TOPIC_WORDS = 6
"""The most words of an earlier question that are repeated where it has no name."""

_FITTING: Mapping[Kind, tuple[Kind, ...]] = {
    "person": ("person", "any"),
    "thing": ("thing", "place", "any"),
    "any": ("person", "thing", "several", "any"),
}
"""The kinds of names that a pronoun of each kind can stand for."""
_PLACES: tuple[tuple[Kind, ...], ...] = (("place",), ("thing", "any"))
"""The kinds of names that "there" can stand for, the likeliest first."""
_HAPPENING = re.compile(
    r"\b(?:elections?|vote|referendum|war|battle|invasion|attacks?|coup|revolution|uprising|crisis|strikes?|protests?"
    r"|games|olympics|cup|championships?|tournament|final|race|festival|concert|summit|conference|congress|meeting|talks"
    r"|trial|earthquake|storm|flood|fire|holocaust|brexit)$",
    re.IGNORECASE,
)
"""Names of what happens, as a person, a state or a company does not."""
_POSSESSIVE = frozenset("his its their hers theirs".split())


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
    if again := undecided(question, history):
        return again
    if history:
        question = named(question, [(answer.standalone, answer.short or "") for answer in history[-_TURNS:]])
        if (whole := completed(question, history[-1].standalone, history[-1].short or "")) is not None:
            return (whole,)
    pronoun = open_pronoun(question, words)
    if pronoun is not None and (replaced := _with_names(question, pronoun, history, words)):
        return replaced
    at = pointed(question, words) if pronoun is None else None
    if told_by_place(question):
        at = "matter"
    little = pronoun is not None or says_little(question, words)
    return (_told(question, _meant(at, little, tuple(_names_of(history)), history, words)),)


def _with_names(question: str, pronoun: re.Match[str], history: Sequence[Answer], words: Words) -> tuple[str, ...]:
    """The question with the names that its pronoun may stand for; () where nothing was named.

    What something is done to may be all that the last question tells of, and no name. That is told behind a question
    that says little, "Who signed it?", and no other, "Which judge signed it?": evidence of what was talked of would
    pass for evidence of what is asked.
    """
    kind = _kind(pronoun.group().lower())
    if kind != "person" and explained(question[: pronoun.start()], words):
        return (_told(question, _topic(history, words)) if says_little(question, words) else question,)
    mentioned = tuple(_names_of(history))
    own = tuple(names(question))  # "Did Bo like him?" asks of another than Bo
    fitting = [name for name in mentioned if name.kind in _FITTING[kind] and not _any_of(name, own)]
    if kind == "thing" and happens(question, pronoun):
        fitting = [name for name in fitting if _HAPPENING.search(name.text)]
        if not fitting:
            return (_told(question, _topic(history, words)),)
    if fitting:
        meant = [fitting[0], *(name for name in _rivals(fitting[0], kind, history) if not _any_of(name, own))]
        return tuple(dict.fromkeys(_replaced(question, pronoun, name) for name in meant))
    if mentioned and kind == "any":  # "they" are whoever that was: "How many people fled to Perm?"
        return (_told(question, _topic(history, words)),)
    return (question,) if mentioned else ()


def _told(question: str, topic: str) -> str:
    """The question with what it is about behind it, unless it says so."""
    return question if not topic or topic.lower() in question.lower() else f"{question.rstrip()} ({topic})"


def _meant(at: Pointed | None, little: bool, mentioned: Sequence[Name], history: Sequence[Answer], words: Words) -> str:
    """What a question that points back or says little is about: a name, or what the last question says; "" for none."""
    subject = next((bare(name.text) for name in mentioned), "") or _topic(history, words)
    if at == "time":
        time = _time(history)
        return " ".join(filter(None, (subject, time))) if little else time
    if at == "matter":
        return _topic(history, words) if little else ""
    if at == "place":
        places = [name for kind in _PLACES for name in mentioned if name.kind in kind]
        return bare(places[0].text) if places else _topic(history, words)
    return subject if little else ""


def _time(history: Sequence[Answer]) -> str:
    """The last day, month or year that was answered or asked about, or ""."""
    for answer in reversed(history[-_TURNS:]):
        short = "" if answer.refused else answer.short or ""
        for text in (short, answer.standalone):
            told = [found for sort in TIMES for found in sort.finditer(text)]
            if told:
                return max(told, key=lambda found: (found.end(), -found.start())).group()
    return ""


def _without_topic(answer: Answer) -> str:
    """The question as it was understood, without what the talk was about behind it."""
    asked = answer.question
    return asked if answer.standalone.startswith(f"{asked.rstrip()} (") else answer.standalone


def leans(question: str, words: Words) -> bool:
    """Whether a question's own words leave open what it is about: by a pronoun or "there", or by saying little."""
    open_word = open_pronoun(question, words) is not None or pointed(question, words) is not None
    return open_word or says_little(question, words)


def _rivals(first: Name, kind: Kind, history: Sequence[Answer]) -> list[Name]:
    """Another name that fits as well as the first: both of one kind, both from the last question, and none answered."""
    if kind == "any":  # "they" may be both
        return []
    named = list(apart(names(_without_topic(history[-1]))))
    mine = next((name for name in named if name.text == first.text), None)
    if mine is None:
        return []
    alike = ("person", "any") if kind == "person" else (mine.kind,)
    others = [name for name in named if name.kind in alike and name.text != mine.text]
    return others if len(others) == 1 else []


def _kind(pronoun: str) -> Kind:
    return "person" if pronoun in PERSON else "thing" if pronoun in THING else "any"


def _names_of(history: Sequence[Answer]) -> Iterator[Name]:
    """Names of the conversation, the likeliest to be meant first: of the last turns, what was answered, then asked."""
    turns = [(answer, _answered(answer)) for answer in reversed(history[-_TURNS:])]
    known = [name for name in apart(short for _, short in turns if short) if name.kind not in ("any", "several")]
    for answer, short in turns:
        said = names(answer.standalone)
        for name in apart(said if short is None else (short, *said)):
            yield Name(name.text, next((other.kind for other in known if _of_one(name, other)), name.kind))


def _answered(answer: Answer) -> Name | None:
    return answered(answer.question, answer.short) if answer.short and not answer.refused else None


def _any_of(name: Name, others: Sequence[Name]) -> bool:
    return any(_of_one(name, other) or _of_one(other, name) for other in others)


def _of_one(name: Name, other: Name) -> bool:
    """Whether a name is the other one, or a part of it: "Ruto" and "William Ruto"."""
    return unowned(name.text) <= unowned(other.text)


def _topic(history: Sequence[Answer], words: Words) -> str:
    """What the last question says, as it was understood: its words that say something, each once, and names whole."""
    if not history:
        return ""
    text = history[-1].standalone
    spans: list[tuple[int, int]] = []
    for name in names(text):
        start = text.lower().find(name.text.lower(), spans[-1][1] if spans else 0)
        spans += [(start, start + len(name.text))] if start >= 0 else []
    outside = [word.span() for word in WORD.finditer(text) if not any(a <= word.start() < b for a, b in spans)]
    spans += [(start, end) for start, end in outside if words.content(text[start:end])]
    told = {text[start:end].lower(): (start, end) for start, end in sorted(spans, reverse=True)}
    topic, last = "", 0
    for start, end in sorted(told.values()):
        if len(topic.split()) >= _TOPIC_WORDS:
            break
        apart = topic and text[last:start].strip() and text[start].isupper() and topic.split()[-1][0].isupper()
        topic = f"{topic}{',' if apart else ''} {text[start:end]}"
        last = end
    return topic.strip()


def _replaced(question: str, pronoun: re.Match[str], name: Name) -> str:
    said = pronoun.group().lower()
    owner = said in _POSSESSIVE or (said == "her" and re.match(r"\s+\w", question[pronoun.end() :]) is not None)
    text = bare(name.text)
    if owner:
        text += "'" if text.endswith("s") else "'s"
    if pronoun.start() == 0:
        text = text[0].upper() + text[1:]
    return question[: pronoun.start()] + text + question[pronoun.end() :]
