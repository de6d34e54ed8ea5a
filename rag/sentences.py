"""Where sentences and paragraphs begin and end, as character spans of the text that they are read from.

The rules are made for news English and hold for other scripts as far as their stops tell: a stop ends a sentence
unless what stands before it is an abbreviation or an initial, or what follows goes on in lower case. A line break ends
a paragraph unless the text is wrapped at a column. Both functions take time linear in the length of the text.
"""

# The stops and quotes of many scripts are the matter of this file, and lists of words read best as words.
# ruff: noqa: RUF001, SIM905
from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

Span = tuple[int, int]
"""Offsets in characters, half-open."""

_CLOSERS = re.escape("\"'”’»›)]}*_」』）】》〉")
_OPENERS = "\"'“‘„«‹([{*_—–-¿¡「『（【《〈"
FULL_STOPS = "。！？｡؟۔।॥։።។\u037e"
"""Stops that end a sentence whatever follows."""
# A match is a run of stops; its quantifiers are possessive and nothing follows them, so no run is scanned twice.
_STOP = re.compile(rf"[.!?…]++(?:[{_CLOSERS}]|\[\d{{1,3}}\])*+|[{FULL_STOPS}]++[{_CLOSERS}]*+")
_SPACE = re.compile(r"\s*+")
_WORD = re.compile(r"[^\W\d_]{1,16}(?:['’][a-z]{1,2})?")
_DOTTED = re.compile(r"(?:[^\W\d_]\.)+[^\W\d_]")
_BULLET = re.compile(r"(?:[-*+•‣▪◦·–—●■]|\(?(?:\d{1,3}|[A-Za-z])[.)])\s")
_LINE_ENDS_SENTENCE = re.compile(rf"[.!?…:;{FULL_STOPS}][{_CLOSERS}]*$")

_NARROWEST_WRAP, _WIDEST_WRAP = 40, 140
_LONGEST_ABBREVIATION = 12

# A name or a number must follow these, so no sentence ends with them. The first need their capital.
_TITLES = frozenset(
    "Mr Mrs Ms Mx Dr Prof Sen Sens Rep Reps Gov Govs Gen Lt Col Sgt Cpl Pvt Capt Cmdr Adm Maj Brig Rev Fr Hon Pres "
    "Supt Det Insp Amb Atty Messrs Mme Mlle St Ft Mt Fig Figs Eq Nr Vol".split()
)
_NEVER_LAST = frozenset("e.g i.e cf vs viz approx ca z.B bzw".split())
# These end a sentence only where the next word is one that opens sentences. The first need their capital.
_CAPITAL_SELDOM_LAST = frozenset(
    "Inc Corp Ltd Co Cos Bros Assn Dept Univ Jr Sr Ave Blvd Rd Jan Feb Mar Apr Jun Jul Aug Sep Sept Oct Nov Dec Mon "
    "Tue Tues Wed Thu Thurs Fri Sat Sun Ala Ariz Ark Calif Colo Conn Del Fla Ga Ill Ind Kan Ky La Md Mass Mich Minn "
    "Miss Mo Mont Neb Nev Okla Ore Pa Tenn Tex Va Vt Wash Wis Wyo Ph.D".split()
)
_SELDOM_LAST = frozenset("inc corp ltd llc plc esq etc al est usw".split())
# These are words of their own and end a sentence, unless a number follows.
_BEFORE_NUMBER = frozenset("No Nos nos Art Sec Ch para pp p".split())
_SENTENCE_OPENERS = frozenset(
    "a about according after all also although among an and another any are as asked at because before both but by "
    "can despite did do does during each earlier even every few following for from had has have he her here his how "
    "however i if in instead is it its just last later many meanwhile more most much my neither no nor not now of on "
    "once one only or other others our over she since so some still such than that the their then there these they "
    "this those though through thus to today under unlike until very was we were what when where whether which while "
    "who why will with without would yet you your it's he's she's that's they're we're there's i'm don't".split()
)
_SPEECH = frozenset("said says asked asks wrote added told replied tweeted posted shouted cried wondered joked".split())


def sentence_spans(text: str) -> tuple[Span, ...]:
    """Find the sentences of a text.

    Args:
        text: any text; blank lines, and line breaks of text that is not wrapped at a column, end a sentence.

    Returns:
        Half-open character spans, ascending and disjoint, none with whitespace at its ends; every character that is
        not whitespace lies in exactly one of them.
    """
    return tuple(span for start, end in paragraph_spans(text) for span in _sentences_of(text, start, end))


def paragraph_spans(text: str) -> tuple[Span, ...]:
    """Find the paragraphs: what stands between blank lines, or on a line of its own where lines are not wrapped.

    Returns:
        Spans with the same promises as those of ``sentence_spans``; no sentence crosses the end of a paragraph.
    """
    blocks = list(_blocks(text))
    width = _wrap_width(text, blocks)
    spans: list[Span] = []
    for block in blocks:
        start, end = block[0]
        for upper, lower in pairwise(block):
            if not _goes_on(text, upper, lower, width):
                spans.append((start, end))
                start = lower[0]
            end = lower[1]
        spans.append((start, end))
    return tuple(spans)


def _blocks(text: str) -> Iterator[list[Span]]:
    """Runs of lines with no blank line between them; each line without the whitespace at its ends."""
    block: list[Span] = []
    position = 0
    for line in text.splitlines(keepends=True):
        stripped = line.strip()
        if stripped:
            start = position + len(line) - len(line.lstrip())
            block.append((start, start + len(stripped)))
        elif block:
            yield block
            block = []
        position += len(line)
    if block:
        yield block


def _wrap_width(text: str, blocks: list[list[Span]]) -> int:
    """The column that the text is wrapped at, or 0: lines of a like width, many of which break off mid-sentence."""
    long = broken = width = 0
    for block in blocks:
        for (start, end), (following, _) in pairwise(block):
            if end - start < _NARROWEST_WRAP:
                continue
            long += 1
            if text[following].islower() and not _LINE_ENDS_SENTENCE.search(text, max(start, end - 8), end):
                broken += 1
                width = max(width, end - start)
    return width if broken * 4 >= long and width <= _WIDEST_WRAP else 0


def _goes_on(text: str, upper: Span, lower: Span, width: int) -> bool:
    """Whether two lines are one paragraph: the first word of the lower would not have fitted in the upper."""
    if not width or _BULLET.match(text, lower[0]):
        return False
    space = text.find(" ", lower[0], min(lower[1], lower[0] + width))
    word = (space if space >= 0 else lower[1]) - lower[0]
    length = upper[1] - upper[0]
    return 0.8 * width <= length + 1 + word and length <= 1.2 * width


def _sentences_of(text: str, start: int, end: int) -> Iterator[Span]:
    """The sentences of one paragraph."""
    for stop in _STOP.finditer(text, start, end):
        if stop.end() > start and _ends_here(text, start, stop, end):
            last = _with_lone_closer(text, stop.end(), end)
            yield start, last
            start = _after_space(text, last, end)
    if start < end:
        yield start, end


def _after_space(text: str, position: int, end: int) -> int:
    space = _SPACE.match(text, position, end)
    return space.end() if space else position


def _with_lone_closer(text: str, position: int, end: int) -> int:
    """Step over a closing quote that a space parts from the stop before it."""
    lone = position + 1 < end and text[position].isspace() and text[position + 1] in "”»)"
    return position + 2 if lone and (position + 2 == end or text[position + 2].isspace()) else position


def _ends_here(text: str, start: int, stop: re.Match[str], end: int) -> bool:
    """Whether the sentence that begins at ``start`` ends with this run of stops."""
    run = stop.group()
    dots = run.startswith(("..", "…"))
    if run[0] in FULL_STOPS or stop.end() >= end:
        return True
    following = _after_space(text, stop.end(), end)
    if following == stop.end() or following >= end or text[following] in ",;:&/+=%)]}":
        return False
    opening = following
    while opening < min(end, following + 6) and (text[opening] in _OPENERS or text[opening].isspace()):
        opening += 1
    word = _WORD.match(text, opening, end)
    name = word.group() if word else ""
    if name[:1].islower() and not name[1:2].isupper():
        return False
    if dots:
        return stop.start() > start and not text[stop.start() - 1].isspace()
    if run[0] == ".":
        return _period_ends(text, start, stop.start(), name, text[opening : opening + 1].isdigit())
    return not (run[-1] not in ".!?…" and name and _speaks(text, word.end() if word else end, end))


def _period_ends(text: str, start: int, position: int, following: str, number_follows: bool) -> bool:
    """Whether a single period at ``position`` ends a sentence, by the word before it and the word after it."""
    words = text[max(start, position - _LONGEST_ABBREVIATION) : position].split()
    if not words or text[position - 1].isspace():
        return bool(words)
    before = words[-1].rpartition("—")[2].rpartition("–")[2].rpartition("-")[2].lstrip(_OPENERS)
    opens = following.lower().replace("’", "'") in _SENTENCE_OPENERS
    if before in _TITLES or before in _NEVER_LAST:
        return False
    if before in _BEFORE_NUMBER:
        return not number_follows
    if before in _CAPITAL_SELDOM_LAST or before.lower() in _SELDOM_LAST or _DOTTED.fullmatch(before):
        return opens
    if position - len(before) <= start and (before.isdigit() or len(before) == 1):
        return False  # the number of a list item
    if len(before) == 1 and before.isalpha():
        return opens
    return True


def _speaks(text: str, position: int, end: int) -> bool:
    """Whether the words after a quoted question say who asked it: “Why?” Jane Doe asked."""
    words = text[position : min(end, position + 48)].split()[:3]
    for word in words:
        if word.strip(",.") in _SPEECH:
            return True
        if not word[:1].isupper():
            return False
    return False
