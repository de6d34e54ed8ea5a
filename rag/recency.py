"""How near to the day of a question an article was published.

Questions about the news mean the news of their day: "Who resigned this week?" has another answer every week. Where the
caller tells when a question was asked, articles of the days around it count for more, and an answer from long before or
long after is less sure. Where nobody tells, or nothing that was found is of those days, dates count for nothing.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date

from rag.errors import QuestionError

DAYS = 14
"""After so many days an article is no longer quite of the day: it counts for 1/e of one that is."""

_OF_THE_DAY = 0.05
"""An article that is less near than this, six weeks, is not of the day at all."""


def recency(published: str | None, asked: date) -> float | None:
    """How near the day of the question is to that of an article: 1 on the day, falling to 0 in either direction.

    Args:
        published: ISO 8601, as ``Article.published`` has it.
        asked: the day of the question.

    Returns:
        The share, in 0..1, or None where the article does not tell its day.
    """
    if published is None:
        return None
    try:
        day = date.fromisoformat(published[:10])
    except ValueError:
        return None
    return math.exp(-abs((asked - day).days) / DAYS)


def recencies(published: Mapping[int, str | None], asked: date | None) -> dict[int, float]:
    """The recency of each numbered passage whose article has a date; none of any where none is of the day.

    Args:
        published: of the article of each passage, by the passage's number.
        asked: the day of the question, or None where it was not told.
    """
    if asked is None:
        return {}
    days = {number: recency(day, asked) for number, day in published.items()}
    known = {number: share for number, share in days.items() if share is not None}
    return known if any(share >= _OF_THE_DAY for share in known.values()) else {}


def day_of(text: str) -> date:
    """The day that a person typed, as 2022-06-17, "June 17, 2022" or "today"; raises QuestionError where it is none."""
    from rag.dates import iso_date

    if text.strip().lower() == "today":
        return date.today()
    told = iso_date(text)
    if told is None:
        raise QuestionError(f"{text.strip()!r:.60} is no date: give the day of the question as 2022-06-17, or today")
    return date.fromisoformat(told[:10])
