"""What is asked, put in order before anything is looked for: the question, the talk before it, its day.

Messages that ask nothing, "hello" or "thanks a lot", are not searched for, and the talk goes on behind them.
"""

# Lists of words read best as words.
# ruff: noqa: SIM905
from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime

from rag.errors import QuestionError
from rag.schema import Answer

LONGEST_QUESTION = 2000
"""In characters; a longer text is not a question, and the encoder would not read its end."""

ASKS_NOTHING = "Nothing was asked: put a question to the articles."

_WORD = re.compile(r"\w+")
_COURTESIES = frozenset(
    "hello hi hey greetings good morning afternoon evening day night thanks thank you thx cheers very much many a lot "
    "so all for the your that this help again really kind appreciated bye goodbye ok okay alright fine great nice cool "
    "perfect excellent wonderful awesome lovely well please sorry welcome no yes yeah yep got it i see s helps helped "
    "helpful understood clear now later never mind problem worries".split()
)
_MEANT = frozenset(
    "hello hi hey greetings thanks thank thx cheers bye goodbye ok okay alright great nice cool perfect excellent "
    "wonderful awesome good appreciated sorry welcome got see helps helped helpful understood mind".split()
)
"""One of these makes a message a courtesy; the other words only stand around it."""


def asks_nothing(message: str) -> bool:
    """Whether a message is a courtesy and no question, as people and chat programs send them between questions."""
    words = {word.lower() for word in _WORD.findall(message)}
    return "?" not in message and words <= _COURTESIES and bool(words & _MEANT)


def checked(question: str) -> str:
    """The question, if it can be asked; raises QuestionError where it is empty or too long.

    Bytes that are no characters, as a shell hands on from another encoding, become question marks.
    """
    question = question.encode("utf-8", "replace").decode("utf-8")
    if not question.strip():
        raise QuestionError("the question is empty: ask something, such as 'Who is ...?'")
    if len(question) > LONGEST_QUESTION:
        raise QuestionError(
            f"the question has {len(question):,} characters, the most is {LONGEST_QUESTION:,}: ask it in fewer words"
        )
    return question


def talk(history: Sequence[Answer]) -> tuple[Answer, ...]:
    """The turns that a question may go on from."""
    return tuple(answer for answer in history if not asks_nothing(answer.question))


def day(asked: date | None) -> date | None:
    """The day of a question; of a moment, which Python takes for a date, too, its day."""
    return asked.date() if isinstance(asked, datetime) else asked
