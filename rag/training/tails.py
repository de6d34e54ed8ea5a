"""Claims of two parts, made from pairs that support: what begins true may go on with something that nobody said.

A weak model starts with what a source says and ends with what sounds likely: no number and no name gives it away. So
that a model learns to read the second part, and not to mistrust the seam, the same seams stand in claims that hold.
"""

# Lists of words read best as words.
# ruff: noqa: SIM905
from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from rag.facts import names
from rag.numerals import numbers
from rag.sentences import sentence_spans
from rag.training.claims import Claim
from rag.training.made import AUXILIARY

LEAST_HEAD, LEAST_TAIL, MOST_TAIL = 4, 3, 16
"""Words before a joint, and the fewest and the most after it."""

_CLAUSE = (
    "after|before|because|since|while|when|where|which|who|whose|whom|although|though|as|during|following|despite|amid|"
    "due|until|with|by|in|on|at|from|under|against|including|through"
)
_JOINT = re.compile(rf",? (?=(?:{_CLAUSE}|and|but|or|so|to|for|into|over) )|, (?=[a-z]+ing )")
_CUT = re.compile(rf",? (?=(?:{_CLAUSE}) )|, (?=(?:and|but|[a-z]+ing) )")  # what stands before it is whole
_TURNS = re.compile(
    r"\b(?:not|no|none|never|nor|neither|without|if|unless|only|until|few|little|hardly|almost|nearly|than|rather|"
    r"between|both|either|first|last|most|least|\w{3,}est|den(?:y|ies|ied)|fail(?:s|ed)?|refuse[sd]?)\b|n['\u2019]t\b",
    re.IGNORECASE,
)
_UNFINISHED = frozenset(
    "the a an of to and or but is are was were be been being has have had with by in on at for from as into over its "
    "his her their this that these which who".split()
)
_OPENERS = frozenset(
    "the a an it he she they this that these those there his her its their in on at as after before during when while "
    "since some many most both all one two three several other".split()
)
_SAYS_LITTLE = frozenset(
    "that this with from which their there were been have into than then them they also more most some such other "
    "after before because since while when where whose whom although though during following despite until under "
    "over through would could about being will each both only same very".split()
)
_SEAMS = (", and ", " and ", ", while ", ", but ", "; ")


def false_tail(base: Claim, other: Claim, rng: random.Random) -> Claim | None:
    """A supported claim, or a sentence of its evidence, that goes on or ends as another text does.

    The tail has no number and no name, and brings words that the evidence lacks.
    """
    heads = [base.claim, *sentences(base.evidence)]
    tails = [
        tail
        for text in (other.claim, *sentences(other.evidence))
        for tail in _borrowed(text)
        if brings(tail, base.evidence + base.claim)
    ]
    if not tails:
        return None
    head = rng.choice(heads)
    cuts = joints(head)
    if cuts and rng.random() < 0.5:
        head = head[: rng.choice(cuts)]
    return replace(base, claim=ended(_bare(head) + rng.choice(tails)), label="not_enough", made="false tail")


def own_tail(base: Claim, _other: Claim, rng: random.Random) -> Claim | None:
    """A sentence of the evidence, beside the evidence as it is, or cut off where the sentence's tail begins.

    Its tail has no number and no name, and brings words that the rest of the evidence lacks.
    """
    text = base.evidence
    found = []
    for start, end in _spans(text):
        stop = start + len(_bare(text[start:end]))
        for place in joints(text[start:end]):
            rest = text[: start + place] + text[stop:]
            if _is_plain(text[start:end], place) and brings(text[start + place : stop], rest):
                found.append((text[start:end], rest))
    if not found:
        return None
    claim, rest = rng.choice(found)
    if rng.random() < 0.5:
        return replace(base, claim=claim, label="supported", made="own tail")
    return replace(base, claim=claim, evidence=rest, label="not_enough", made="severed")


def shortened(base: Claim, _other: Claim, rng: random.Random) -> Claim | None:
    """A sentence of the evidence without its tail, where what is left holds by itself: supported."""
    heads = [text[:place] for text in sentences(base.evidence) if not has_turn(text) for place in joints(text, _CUT)]
    return replace(base, claim=ended(rng.choice(heads)), label="supported", made="shortened") if heads else None


def run_on(base: Claim, other: Claim, rng: random.Random) -> Claim | None:
    """Two whole statements joined in one sentence, of one text or of two.

    Supported where the evidence holds both; where the second is from another text that is not there, it is open.
    """
    first = rng.choice([base.claim, *sentences(base.evidence)])
    own = rng.random() < 1 / 3
    seconds = sentences(base.evidence) if own else [other.claim, *sentences(other.evidence)]
    seconds = [text for text in seconds if text != first and len(text) < 240 and (own or brings(text, base.evidence))]
    plain = [text for text in seconds if _is_plain(text, 0)]
    if not seconds or len(first) > 240:
        return None
    claim = _joined(first, rng.choice(plain or seconds), rng)
    if own:
        return replace(base, claim=claim, label="supported", made="run on")
    if rng.random() < 0.5:
        texts = [base.evidence, other.evidence]
        rng.shuffle(texts)
        return replace(base, claim=claim, evidence=" ".join(texts), label="supported", made="run on")
    return replace(base, claim=claim, label="not_enough", made="run on")


def coupled(base: Claim, mates: Sequence[Claim], rng: random.Random) -> Claim | None:
    """A supported claim joined with another that people wrote for the same evidence; its label is the other's.

    Args:
        base: a supported claim.
        mates: every claim with the same evidence.
        rng: of every choice.
    """
    held = [mate for mate in mates if mate.claim != base.claim and mate.label == "supported"]
    open_ = [mate for mate in mates if mate.label != "supported"]
    mate = rng.choice(held if held and (rng.random() < 0.5 or not open_) else open_ or [base])
    if mate is base:
        return None
    first, second = rng.sample([base.claim, mate.claim], 2)
    return replace(base, claim=_joined(first, second, rng), label=mate.label, made="coupled")


def joints(sentence: str, pattern: re.Pattern[str] = _JOINT) -> list[int]:
    """Where a tail of a sentence may begin: at the comma or the space before a word that joins.

    Args:
        sentence: without a sentence after it.
        pattern: of joints; the tail begins where it matches.
    """
    bare = _bare(sentence)
    places = []
    for match in pattern.finditer(bare):
        head, tail = bare[: match.start()].split(), bare[match.end() :].split()
        if len(head) < LEAST_HEAD or not LEAST_TAIL <= len(tail) <= MOST_TAIL or head[-1].lower() in _UNFINISHED:
            continue
        if is_closed(bare[: match.start()]):
            places.append(match.start())
    return places


def brings(tail: str, text: str) -> bool:
    """Whether a tail says something of its own: two words or more, and half of its words, that a text lacks."""
    held = {word[:5] for word in re.findall(r"\w+", text.lower())}
    own = {word for word in re.findall(r"[^\W\d_]{4,}", tail.lower()) if word not in _SAYS_LITTLE}
    new = [word for word in own if word[:5] not in held]
    return len(new) >= 2 and 2 * len(new) >= len(own)


def _borrowed(text: str) -> Iterator[str]:
    """The tails of a sentence that have no number and no name, and what it says of its subject."""
    bare = _bare(text)
    yield from (bare[place:] for place in joints(text) if _is_plain(text, place))
    verb = AUXILIARY.search(bare)
    if verb and LEAST_TAIL <= len(bare[verb.start() :].split()) <= MOST_TAIL and _is_plain(text, verb.start()):
        yield f" and {bare[verb.start() :]}"


def has_turn(text: str) -> bool:
    """Whether a word of a text may turn or narrow what is said: a "not", an "only", a comparison."""
    return _TURNS.search(text) is not None


def is_closed(text: str) -> bool:
    """Whether brackets and quotes that a text opens are closed in it."""
    return (
        text.count("(") == text.count(")") and text.count('"') % 2 == 0 and text.count("\u201c") == text.count("\u201d")
    )


def _is_plain(text: str, start: int) -> bool:
    return not any(fact.start >= start for fact in (*numbers(text), *names(text)))


def _joined(first: str, second: str, rng: random.Random) -> str:
    opening = second.split(" ", 1)[0]
    second = second[0].lower() + second[1:] if opening.lower() in _OPENERS else second
    return ended(_bare(first) + rng.choice(_SEAMS) + _bare(second))


def _spans(text: str) -> list[tuple[int, int]]:
    """Sentences that are no scraps: they begin with a letter, a number or a quote."""
    return [
        (start, end) for start, end in sentence_spans(text) if end - start > 30 and re.match(r"[\w\"']", text[start])
    ]


def sentences(text: str) -> list[str]:
    """The sentences of a text that are no scraps."""
    return [text[start:end] for start, end in _spans(text)]


def _bare(sentence: str) -> str:
    return sentence.rstrip(" .!?;:,")


def ended(sentence: str) -> str:
    """A sentence with one full stop at its end."""
    return _bare(sentence) + "."
