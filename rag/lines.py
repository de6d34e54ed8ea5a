"""A line of a document, and what it was found to be."""

# Quotes of many shapes are the matter of this file.
# ruff: noqa: RUF001
from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Literal

Role = Literal["text", "furniture", "notice", "notice title"]

_STOP_AT_END = re.compile(r"[.!?…。！？؟।][\"'”’»)\]]*$")
_UNSPACED = re.compile(r"[\u3040-\u9fff]")

BUTTONS = frozenset(
    (
        "newsletter form",
        "consent line",
        "price buttons",
        "dismiss button",
        "support banner",
        "share line",
        "account line",
    )
)
"""The names of furniture that is pressed, or stands among what is."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a document, or the credit at the end of one.

    Attributes:
        start: offset of its first character in the document.
        end: offset after its last.
        text: the characters between.
        words: how many words it has; of a script that sets no spaces, about how many.
        is_prose: whether it reads as one sentence or several: long enough, and stopped at its end.
        role: what it is; "text" until shown to be something else.
        name: the name of the furniture that it is, or "".
    """

    start: int
    end: int
    text: str
    words: int
    is_prose: bool
    role: Role = "text"
    name: str = ""

    @classmethod
    def read(cls, text: str, start: int, end: int) -> Line:
        """The line that is ``text[start:end]``."""
        line = text[start:end]
        words = max(len(line.split()), 0 if line.isascii() else len(_UNSPACED.findall(line)) // 3)
        return cls(start, end, line, words, words >= 6 and bool(_STOP_AT_END.search(line, max(0, len(line) - 8))))

    def named(self, name: str) -> Line:
        """The line as a piece of furniture."""
        return replace(self, role="furniture", name=name)
