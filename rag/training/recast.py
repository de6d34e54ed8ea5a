"""Claims made of their evidence's own words, put together anew: who did what to whom, how surely, and in what order.

A weak model tells the words of its source in a sentence that says something else, and no word of it gives it away. So
that order by itself is not mistrusted, sentences whose parts change places and that say the same stand beside them.
"""

# Lists of words read best as words.
# ruff: noqa: SIM905
from __future__ import annotations

import functools
import random
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import combinations

from rag.facts import names
from rag.numerals import Fact, numbers
from rag.training.claims import Claim
from rag.training.made import AUXILIARY
from rag.training.tails import ended, has_turn, is_closed, sentences

_OPPOSITES = """
rose fell, rises falls, rise fall, increased decreased, increases decreases, increase decrease, won lost,
wins loses, win lose, gained lost, accepted rejected, approved rejected, approve reject, opened closed,
opens closes, open close, bought sold, buy sell, began ended, begins ends, begin end, started stopped,
start stop, hired fired, joined left, arrived left, supports opposes, supported opposed, support oppose,
allowed banned, allows bans, allow ban, confirmed denied, agreed refused, succeeded failed, raised cut,
borrowed lent, attacked defended, higher lower, highest lowest, larger smaller, largest smallest,
longer shorter, older younger, more less, more fewer, most least, better worse, best worst, first last,
before after, above below, with without, up down, north south, northern southern, east west, eastern western,
men women, man woman, son daughter, father mother, brother sister, guilty innocent, alive dead, public private,
early late, rich poor, positive negative
"""
"""Pairs of words that say the opposite of one another."""
MOST_SUBJECT = 8
"""Words before a verb that are taken for its subject."""

_EITHER_WAY = re.compile(
    r"\b(?:with|between|both|against|versus|vs|met|meets?|meeting|marri\w+|wed|divorced?|each other|alongside|like|as|"
    r"tied|drew|equal|same|respectively|together|among|neighbou?r\w*|border\w*|plus|include[sd]?|including|or)\b",
    re.IGNORECASE,
)
_OPENING_WORDS = frozenset("the a an some many most all both several two three four five his her its their".split())
_PRONOUNS = frozenset(
    "i we you he she it they this that these those there who which what one its his her their".split()
)
_NUMBER = {"is": 1, "was": 1, "has": 1, "does": 1, "are": 2, "were": 2, "have": 2, "do": 2}
_CLAUSE = r"(?:after|before|during|when|while|since|despite|following|because|although)"
_FRONTED = re.compile(rf"^((?:{_CLAUSE}|in|on|at|by|as) [^,]{{3,90}}), (?=\S)", re.IGNORECASE)
_TRAILING = re.compile(rf",? ({_CLAUSE} [^,]{{8,90}})$")
_FREE = r"(?<!as )(?<!so )(?<!how )(?<!the )(?<!too )"
_SURER = tuple(
    (re.compile(rf"\b{weaker}"), surer)
    for weaker, surer in (
        (r"(?:may|might|could)(?= (?:be\b|(?!have\b)[a-z]))", "will"),
        (r"(?:is|are) (?:expected|likely|set|scheduled|planning|due|hoping|threatening) to(?= )", "will"),
        (r"(?:plans|hopes|wants|intends|aims|seeks|threatens)(?= to )", "is going"),
        (r"(?:plan|hope|want|intend|aim|seek|threaten)(?= to )", "are going"),
        (r"(?:tried|attempted|failed|refused|sought|wanted|hoped|planned)(?= to )", "managed"),
        (r"(?:allegedly|reportedly|possibly|perhaps|probably|supposedly|apparently|likely) (?=[a-z])", ""),
        (rf"{_FREE}(?:some|many|several)(?= (?:of the )?[a-z]{{3,}}s\b)", "all"),
        (r"(?:Some|Many|Most|Several)(?= (?:of the )?[a-z]{3,}s\b)", "All"),
        (r"(?:accused|suspected)(?= of\b)", "guilty"),
        (r"charged(?= with\b)", "convicted"),
        (r"(?:claim|allege|argue|suggest)(?:s|d|ed)?(?= that\b)", "proved"),
    )
)
"""What makes a statement surer, wider or graver than it was."""


_PHRASE = re.compile(
    r"\b[Tt]he [a-z]{3,}(?=[,.;:]|'s| (?:is|was|are|were|has|had|have|will|would|can|could|of|in|on|to|for|with|that|"
    r"who|which|and|or|but|said|by|at|from|as|into|over|after|before|when|while|because|[a-z]+ed)\b)"
)
"""A thing that is told by one word, to judge by what stands behind it."""


def crossed(base: Claim, _other: Claim, rng: random.Random) -> Claim | None:
    """A sentence in which two names, two numbers or two things have changed places: refuted.

    Where the two are only joined by "and", it says what it said: supported.
    """
    for sentence in rng.sample(found := [base.claim, *sentences(base.evidence)], len(found)):
        kinds = (_whole_names(sentence), numbers(sentence), things(sentence))
        pairs = [pair for facts in kinds for pair in _apart(sentence, facts)]
        if not pairs:
            continue
        first, second = rng.choice(pairs)
        between = sentence[first.end : second.start]
        swapped = sentence[second.start : second.end] + between + sentence[first.start : first.end]
        claim = sentence[: first.start] + swapped + sentence[second.end :]
        if between == " and ":
            return replace(base, claim=claim, label="supported", made="turned")
        return replace(base, claim=claim, label="refuted", made="crossed")
    return None


def spliced(base: Claim, other: Claim, rng: random.Random) -> Claim | None:
    """The subject of one sentence with what another says of its own, beside both: open."""
    texts = [base.evidence, other.evidence]
    parted = [part for text in texts for sentence in sentences(text) if (part := _parted(sentence))]
    pairs = [
        (one, two)
        for one, two in combinations(parted, 2)
        if _NUMBER.get(one[1], 0) == _NUMBER.get(two[1], 0) and not _words(one[0]) & _words(two[0])
    ]
    if not pairs:
        return None
    one, two = rng.choice(pairs)
    if rng.random() < 0.5:
        one, two = two, one
    rng.shuffle(texts)
    claim = ended(f"{one[0]} {two[1]}{two[2]}")
    return replace(base, claim=claim, evidence=" ".join(texts), label="not_enough", made="spliced")


def overstated(base: Claim, _other: Claim, rng: random.Random) -> Claim | None:
    """A statement made surer, wider or graver by a word: open."""
    found = [
        (sentence, match, surer)
        for sentence in (base.claim, *sentences(base.evidence))
        for pattern, surer in _SURER
        if (match := pattern.search(sentence))
    ]
    if not found:
        return None
    sentence, match, surer = rng.choice(found)
    claim = sentence[: match.start()] + surer + sentence[match.end() :]
    return replace(base, claim=claim, label="not_enough", made="overstated")


def inverted(base: Claim, _other: Claim, rng: random.Random) -> Claim | None:
    """A sentence in which one word has become its opposite: refuted."""
    found = [
        (sentence, match)
        for sentence in (base.claim, *sentences(base.evidence))
        if not has_turn(sentence)
        for match in re.finditer(r"\b[a-z]+\b", sentence)
        if match.group() in _opposites()
    ]
    if not found:
        return None
    sentence, match = rng.choice(found)
    opposite = rng.choice(_opposites()[match.group()])
    claim = sentence[: match.start()] + opposite + sentence[match.end() :]
    return replace(base, claim=claim, label="refuted", made="inverted")


@functools.cache
def _opposites() -> Mapping[str, tuple[str, ...]]:
    opposites: dict[str, tuple[str, ...]] = {}
    for pair in _OPPOSITES.replace("\n", " ").split(","):
        one, other = pair.split()
        opposites[one] = (*opposites.get(one, ()), other)
        opposites[other] = (*opposites.get(other, ()), one)
    return opposites


def turned(base: Claim, _other: Claim, rng: random.Random) -> Claim | None:
    """A sentence whose clause of time or cause has gone from its beginning to its end, or the other way: supported."""
    told = [claim for text in (base.claim, *sentences(base.evidence)) for claim in _turned(text)]
    return replace(base, claim=rng.choice(told), label="supported", made="turned") if told else None


def _turned(sentence: str) -> Iterator[str]:
    bare = sentence.rstrip(" .!?;:,")
    if not is_closed(bare) or has_turn(bare):
        return
    front, tail = _FRONTED.match(bare), _TRAILING.search(bare)
    if front:
        rest = bare[front.end() :]
        whole = len(front[1].split()) >= 3 and len(rest.split()) >= 4
        if whole and rest.split()[0].lower() not in _PRONOUNS and ", " not in rest:
            yield ended(f"{rest[0].upper()}{rest[1:]} {front[1][0].lower()}{front[1][1:]}")
    elif tail:
        head = bare[: tail.start()]
        opening = head.split()[0]
        if opening.lower() in _PRONOUNS or len(head.split()) < 4 or "," in head or " that " in head:
            return
        head = head if _is_name(head) else f"{head[0].lower()}{head[1:]}"
        yield ended(f"{tail[1][0].upper()}{tail[1][1:]}, {head}")


def _is_name(text: str) -> bool:
    """Whether a sentence begins with a name, as far as its first word tells."""
    return any(fact.start == 0 for fact in names(text)) or text.split()[0].lower() not in _OPENING_WORDS


def _apart(sentence: str, facts: Sequence[Fact]) -> list[tuple[Fact, Fact]]:
    """Pairs of a sentence that mean something else when they change places, and those that "and" joins."""
    pairs = []
    for first, second in combinations(facts, 2):
        between = sentence[first.end : second.start]
        if first.value == second.value or first.value in second.value or second.value in first.value:
            continue
        if between == " and " or (len(between.split()) >= 2 and not _EITHER_WAY.search(sentence)):
            pairs.append((first, second))
    return pairs


def _whole_names(sentence: str) -> list[Fact]:
    """The names of a sentence, those of several words as one."""
    whole: list[Fact] = []
    for fact in names(sentence):
        if whole and sentence[whole[-1].end : fact.start] in (" ", "-", " of ", ". "):
            last = whole.pop()
            fact = Fact(last.start, fact.end, f"{last.value} {fact.value}")
        whole.append(fact)
    return whole


def things(sentence: str) -> list[Fact]:
    """What a sentence tells of by "the" and one word, without "the"."""
    return [Fact(match.start() + 4, match.end(), match.group()[4:]) for match in _PHRASE.finditer(sentence)]


def _parted(sentence: str) -> tuple[str, str, str] | None:
    """Subject, verb and the rest of a plain sentence that begins with its subject."""
    bare = sentence.rstrip(" .!?;:,")
    verb = AUXILIARY.search(bare)
    if verb is None or not is_closed(bare):
        return None
    subject, rest = bare[: verb.start()].strip(), bare[verb.end() :]
    # One thing may go by many descriptions ("the film"), but seldom by two names.
    named = subject and subject[0].isupper() and names(f"So {subject}")
    if not named or "," in subject or len(subject.split()) > MOST_SUBJECT or _FRONTED.match(f"{subject}, x"):
        return None
    return (subject, verb.group(), rest) if len(rest.split()) >= 3 else None


def _words(text: str) -> set[str]:
    return {word[:5] for word in re.findall(r"\w{3,}", text.lower())} - {"the", "and", "for"}
