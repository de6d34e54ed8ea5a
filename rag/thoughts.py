"""What a model says, without what it thinks aloud: known by the marks that models put round their thoughts.

Some servers send only the closing one, since their template holds the opening one: then all that came before it were
thoughts, and that is told as soon as it is known. Marks are the models' own, letter by letter.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

CHARACTERS = 6000
"""Characters that are read in all, whatever a writer sends, and as many again of thoughts."""

_OPENING = (
    "<think>",
    "<thinking>",
    "<thought>",
    "<thoughts>",
    "<reasoning>",
    "<seed:think>",
    "[THINK]",
    "\u25c1think\u25b7",
    "<|channel|>analysis",
    "<|channel|>commentary",
    "<|channel>thought",
    "<|begin_of_thought|>",
    "<|START_THINKING|>",
)
_CLOSING = (
    "</think>",
    "</thinking>",
    "</thought>",
    "</thoughts>",
    "</reasoning>",
    "</seed:think>",
    "[/THINK]",
    "\u25c1/think\u25b7",
    "<|channel|>final<|message|>",
    "assistantfinal",  # the same from servers that leave the tokens out and the words in
    "<channel|>",
    "<|end_of_thought|>",
    "<|END_THINKING|>",
)
_MARK = re.compile("|".join(re.escape(mark) for mark in (*_OPENING, *_CLOSING)))
_BEGUN = frozenset(mark[:length] for mark in (*_OPENING, *_CLOSING) for length in range(1, len(mark)))
_LONGEST = max(map(len, _BEGUN))


def spoken(pieces: Iterable[str]) -> Iterator[str | None]:
    """The text of a model without its thoughts.

    Args:
        pieces: of the text, cut anywhere.

    Returns:
        What is said, in pieces, with a blank line for thoughts behind the first words; an empty one for each empty
        piece; and None wherever a mark tells that everything before it were thoughts. It ends after so many
        ``CHARACTERS``.
    """
    said = unsaid = 0
    thinking = False
    for part in _parts(pieces):
        if not part:
            yield ""
            continue
        if thinking or _MARK.fullmatch(part):
            unsaid += len(part)
        else:
            yield part[: CHARACTERS - said]
            said += len(part)
        if part in _OPENING:
            if said and not thinking:
                yield "\n\n"
            thinking = True
        elif part in _CLOSING:
            if not thinking:
                yield None
                said, unsaid = 0, unsaid + said
            thinking = False
        if max(said, unsaid) >= CHARACTERS:
            return


def _parts(pieces: Iterable[str]) -> Iterator[str]:
    """The text again, in parts each of which is a mark or holds nothing of one."""
    held = ""
    for piece in pieces:
        if not piece:
            yield ""
            continue
        held += piece
        while found := _MARK.search(held):
            if found.start():
                yield held[: found.start()]
            yield found.group()
            held = held[found.end() :]
        begun = next((n for n in range(min(_LONGEST, len(held)), 0, -1) if held[-n:] in _BEGUN), 0)
        if begun < len(held):
            yield held[: len(held) - begun]
        held = held[len(held) - begun :]
    if held:
        yield held
