"""Questions that a collection answers, made from its own sentences, to show a newcomer what can be asked.

A sentence of a plain kind is turned into the question that it answers by moving its own words: "About 40 ships have
left the port since May" becomes "How many ships have left the port since May?". Only sentences whose grammar is beyond
doubt are turned, by rules for English and without a model; the rest are passed over. A collection in another language,
or one of unusual prose, gives few questions or none.
"""

# The rules are lists of words, which read best as words, and news is full of curly apostrophes.
# ruff: noqa: RUF001, SIM905
from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import zip_longest

from rag.dates import MONTHS, WEEKDAYS
from rag.schema import Article
from rag.sentences import sentence_spans

_ARTICLES = 200  # articles that are read at most
_CHARACTERS = 8000  # of an article that are read at most
_SHORTEST, _LONGEST = 12, 110  # characters of a question

Rule = tuple[str, Callable[[re.Match[str]], str]]


def suggest(articles: Sequence[Article], limit: int = 4) -> tuple[str, ...]:
    """Questions that the articles answer, the best of each article before the second best of any.

    Args:
        articles: the collection; notices are passed over, and so is all after the first few hundred articles.
        limit: how many questions at most.

    Returns:
        Different questions, the same ones for the same articles; none where no sentence can be turned into one.
    """
    news = [article for article in articles if article.kind == "article"][:_ARTICLES]
    ranked = zip_longest(*(_ranked(article) for article in news))
    found = dict.fromkeys(question for rank in ranked for question in rank if question is not None)
    return tuple(found)[: max(limit, 0)]


def _ranked(article: Article) -> list[str]:
    """The questions of one article, best first: those that name things, and the sooner told the better.

    Who or what something is comes last: a sentence tells it in passing, and others speak of the same thing at length.
    """
    return sorted(dict.fromkeys(_questions(article)), key=_worth, reverse=True)


def _worth(question: str) -> int:
    words = question.rstrip("?").split()
    names = sum(word[0].isupper() for word in words[1:])
    identity = question.startswith(("Who is ", "What is "))
    return min(names, 4) - (4 if identity else 0) - (2 if len(words) < 6 else 0) - (1 if len(words) > 16 else 0)


def _questions(article: Article) -> Iterator[str]:
    text = article.text[:_CHARACTERS]
    case = _Case(text)
    whole = sentence_spans(text)[: None if len(text) == len(article.text) else -1]  # the last may be cut off
    for start, end in whole:
        sentence = text[start:end]
        if _plain(sentence):
            question = next(_turned(sentence, case), None)
            if question is not None:
                yield question


def _turned(sentence: str, case: _Case) -> Iterator[str]:
    """What each rule makes of a sentence."""
    for pattern, turn in _RULES:
        match = re.match(pattern, sentence)
        if match is None:
            continue
        parts = match.groupdict()
        if not all(_sound(parts[part]) for part in ("subject", "matter", "name") if part in parts):
            continue
        question = turn(match)
        if "subject" in parts:
            subject = case.inside(parts["subject"])
            if subject is None:
                continue
            question = question.replace(parts["subject"], subject, 1)
        if _SHORTEST <= len(question) <= _LONGEST and re.search(_TWO_CLAUSES, question) is None:
            yield question


class _Case:
    """Which words of a text are names, told by how they are written where no sentence begins."""

    def __init__(self, text: str) -> None:
        self._small = frozenset(re.findall(r"(?<![\w.])[a-z][\w-]*", text))
        self._names = frozenset(re.findall(r"(?<=[\w,] )[A-Z][\w’'-]*", text))

    def inside(self, subject: str) -> str | None:
        """A sentence's subject as it is written inside a sentence; None where its first word may be a name or not."""
        first, *rest = subject.split()
        small = first[0].lower() + first[1:]
        named = bool(rest) and rest[0][0].isupper()
        if small in ("the", "a", "an") or (small in self._small and not any(word[0].isupper() for word in rest)):
            return " ".join([small, *rest])
        return subject if small not in self._small and (named or first in self._names) else None


def _plain(sentence: str) -> bool:
    """Whether a sentence is one of prose: on one line, ended, with no quotation, bracket or address in it."""
    return (
        30 <= len(sentence) <= 400
        and sentence.endswith(".")
        and sentence[0].isalnum()
        and re.search('[\n"“”„«»()\\[\\]{}|<>@*_=;:]|https?', sentence) is None
    )


def _sound(phrase: str) -> bool:
    """Whether a phrase says by itself what is meant: no pronoun, no verb, no word that leans on what came before."""
    words = phrase.split()
    leading = re.split("[’']", words[0].lower())[0]
    if len(words) > 8 or any(word in _NOT_IN_A_PHRASE for word in words):
        return False
    if leading in ("the", "a", "an"):
        return len(words) >= 2
    return leading not in _NOT_FIRST and (len(words) >= 2 or words[0][0].isupper() or words[0].endswith("s"))


_NOT_FIRST = frozenset(
    "a all also although amid an and another any as at because before both but by despite during each earlier either "
    "even every few finally first following for from he her hers here his however i if in instead it its last later "
    "like many meanwhile more moreover most my nearly neither new no none nor not now of on once one only or other "
    "others our out over she since so some still such than that the their them then there these they this those "
    "though through thus to today under until up we well what when where whereas whether which while who whose why "
    "with within without yet you your".split()
)
_NOT_IN_A_PHRASE = frozenset(
    "has have had is are was were will would both but who which that said told while whether".split()
)
_TWO_CLAUSES = r" (?:and|but) .*\b(?:is|are|was|were|has|have|had|will|would)\b"
_PARTLY = r" (?:in (?:large )?part|partly|largely|mainly|mostly|simply|only|just|precisely)$"
_SAY = {"said": "say", "warned": "warn", "wrote": "write"}


def _rest(match: re.Match[str]) -> str:
    return re.sub(_PARTLY, "", match["rest"]).strip()


def _inverted(asking: str) -> Callable[[re.Match[str]], str]:
    return lambda match: f"{asking} {match['verb']} {match['subject']} {_rest(match)}?"


def _straight(asking: str) -> Callable[[re.Match[str]], str]:
    """A question whose words keep the order of the sentence; ``asking`` may hold the names of the match's groups."""
    return lambda match: f"{asking.format_map(match.groupdict())} {match['verb']} {_rest(match)}?"


def _which(match: re.Match[str]) -> str:
    return f"Which {match['kind'].lower()} {match['verb']} {_rest(match)}?"


def _identity(asking: str) -> Callable[[re.Match[str]], str]:
    return lambda match: f"{asking} {match['name']}?"


def _what_said(match: re.Match[str]) -> str:
    return f"What did {match['subject']} {_SAY[match['verb']]} about {match['matter']}?"


_MONTH = f"(?:{'|'.join(MONTHS)})"
_DAY = f"(?:{'|'.join(WEEKDAYS)})"
_ON_A_DATE = rf" (?:on|in|by) (?:{_MONTH}|{_DAY}|\d{{1,2}} {_MONTH}|(?:1[5-9]|20)\d\d)\b(?![’'])[^,.]{{0,30}}"
_END = r"(?=, |\.$)"
_BE = "(?P<verb>is|are|was|were)"
_AUXILIARY = "(?P<verb>is|are|was|were|has|have|had|will|would|can|could)"
_EXPECTED = "(?:expected|due|scheduled|set|planned)"
_SUBJECT = "(?P<subject>[A-Z][^,.]{1,70}?)"
_REST = "(?P<rest>[a-z][^,.]{8,80})"
_BEFORE = "(?:[^,.]{1,80}? )??"
_LEAD = "(?:[^,.]{1,80}?, )?"
_AMOUNT = (
    "(?:(?:[Aa]pproximately|[Aa]bout|[Aa]round|[Nn]early|[Aa]lmost|[Ss]ome|[Oo]ver|[Aa]t least|[Mm]ore than) )?"
    r"\d[\d,.]*(?: (?:hundred|thousand|million|billion))?"
)
_THINGS = "(?P<things>(?:[a-z][a-z-]+ ){0,2}(?:[a-z][a-z-]+s|people|men|women|children|police))"
_PERSON_NAME = "[A-Z][\\w’'-]+(?: [A-Z][\\w’'-]+){1,2}"
_RANK = (
    "(?:President|Minister|Commissioner|Governor|Mayor|Secretary|Chancellor|Ambassador|Senator|Judge|Justice|General|"
    "Director|Chairman|Chairwoman|Chief|Coach|Captain|Professor|King|Queen|Prince|Princess|Pope|Bishop)"
)
_PROFESSION = (
    "(?:president|minister|mayor|governor|senator|leader|director|head|chief|founder|chairman|chairwoman|chair|author|"
    "professor|economist|analyst|lawyer|actor|actress|singer|writer|novelist|journalist|spokesman|spokeswoman|composer|"
    "spokesperson|scientist|researcher|historian|engineer|coach|player|activist|commissioner|secretary|general|painter)"
)
_INSTITUTION = (
    "(?:body|company|group|organi[sz]ation|agency|association|party|union|charity|movement|alliance|bank|firm|coalition|"
    "university|city|town|village|river|island|province|region|newspaper|website|museum|militia|think tank)"
)
_DEED = (
    "(?P<verb>met|announced|visited|signed|won|founded|launched|ordered|opened|wrote|led|approved|rejected|proposed|"
    "resigned|arrived|joined|appointed|published|discovered|invented|unveiled|pledged|became|received|defeated)"
)
_MADE = (
    "(?:founded|built|born|established|released|published|launched|opened|created|elected|appointed|arrested|signed|"
    "formed|introduced|completed|adopted|discovered|invented|abolished|dissolved|destroyed)"
)
_MODAL = "(?:would|will|could|can|must|should|may|might|has|have|had|is|are|was|were)"

_RULES: tuple[Rule, ...] = (
    (rf"{_LEAD}{_AMOUNT} {_THINGS} (?P<verb>have|were|are|will) {_REST}{_END}", _straight("How many {things}")),
    (rf"{_SUBJECT} {_BE} (?P<rest>(?:also )?{_EXPECTED} to [^,.]{{4,70}}?){_ON_A_DATE}{_END}", _inverted("When")),
    (rf"{_SUBJECT} (?P<verb>will) (?P<rest>[a-z][^,.]{{4,70}}?){_ON_A_DATE}{_END}", _inverted("When")),
    (rf"{_SUBJECT} {_BE} (?P<rest>(?:first )?{_MADE}(?: by [^,.]{{3,40}})?){_ON_A_DATE}{_END}", _inverted("When")),
    (
        rf"{_SUBJECT}(?:, which)? {_BE} (?P<rest>(?:{_EXPECTED} to be )?(?:based|located|held|born|buried)) "
        "(?:in|at) (?:the )?[A-Z]",
        _inverted("Where"),
    ),
    (rf"{_SUBJECT} {_AUXILIARY} (?P<rest>[^,.]{{3,70}}?) because ", _inverted("Why")),
    (rf"(?P<kind>[A-Z][a-z]+s) (?:such as|including) [A-Z][^.]{{3,90}}? (?P<verb>are|were|have|will) {_REST}", _which),
    (
        rf"{_SUBJECT} (?P<verb>said|warned|wrote)(?: (?:on )?{_DAY})? that "
        rf"(?P<matter>(?:[\w’'-]+ ){{0,5}}?[\w’'-]+) {_MODAL} ",
        _what_said,
    ),
    (rf"(?:[\w’'-]+ ){{0,5}}{_RANK} {_PERSON_NAME} {_DEED} {_REST}{_END}", _straight("Who")),
    (rf"{_BEFORE}(?P<name>{_PERSON_NAME}), (?:an?|the) (?:[a-z-]+ ){{0,4}}{_PROFESSION}\b", _identity("Who is")),
    (
        rf"{_BEFORE}(?P<name>the [A-Z]\w+(?: (?:of |for |and )?[A-Z]\w+){{1,4}}), "
        rf"an? (?:[\w-]+ ){{0,4}}{_INSTITUTION}\b",
        _identity("What is"),
    ),
)
