"""Messages that ask nothing: "hello", "thanks a lot". They are not searched for, and the talk goes on behind them."""

# Lists of words read best as words.
# ruff: noqa: SIM905
from __future__ import annotations

import re

ASKS_NOTHING = "Nothing was asked: put a question to the articles."

_WORD = re.compile(r"\w+")
_COURTESIES = frozenset(
    "hello hi hey greetings good morning afternoon evening day night thanks thank you thx cheers very much many a lot "
    "so all for the your that this help again really kind appreciated bye goodbye ok okay alright fine great nice cool "
    "perfect excellent wonderful awesome lovely well please sorry welcome".split()
)
_MEANT = frozenset(
    "hello hi hey greetings thanks thank thx cheers bye goodbye ok okay alright great nice cool perfect excellent "
    "wonderful awesome good appreciated sorry welcome".split()
)
"""One of these makes a message a courtesy; the other words only stand around it."""


def asks_nothing(message: str) -> bool:
    """Whether a message is a courtesy and no question, as people and chat programs send them between questions."""
    words = {word.lower() for word in _WORD.findall(message)}
    return "?" not in message and words <= _COURTESIES and bool(words & _MEANT)
