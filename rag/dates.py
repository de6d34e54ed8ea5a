"""Dates as ISO 8601, from metadata and from the lines that newspapers date their articles with."""

# ruff: noqa: SIM905 - lists of words read best as words
from __future__ import annotations

import re
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime

MONTHS = tuple("January February March April May June July August September October November December".split())
WEEKDAYS = tuple("Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split())
_SHORT_MONTHS = tuple(month[:3].lower() for month in MONTHS)
_MONTH = (
    r"(?P<month>Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?"
    r"|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\.?"
)
_DAY, _YEAR = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?", r"(?P<year>(?:19|20)\d\d)"
# The orders of day, month and year that cannot be mistaken for one another; 05/04/2022 can, and is left unread.
_ORDERS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"\b{_MONTH}\s+{_DAY},?\s+{_YEAR}\b",
        rf"\b{_DAY}\s+{_MONTH},?\s+{_YEAR}\b",
        r"\b(?P<year>(?:19|20)\d\d)[-/.](?P<number>\d{1,2})[-/.](?P<day>\d{1,2})\b",
    )
)
_COMPACT = re.compile(r"(?P<year>(?:19|20)\d\d)(?P<number>\d\d)(?P<day>\d\d)")


def iso_date(value: object) -> str | None:
    """Write a date or time of any usual form in ISO 8601.

    Args:
        value: what a file gives: ISO 8601, RFC 2822, words such as "April 5, 2022", a day as a number such as 20220405,
            or the seconds or milliseconds since 1970.

    Returns:
        A date, or a date and time with the zone where the value has one; None where it cannot be told.
    """
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, int | float):
        return _from_number(float(value))
    text = str(value).strip()[:100]
    compact = _COMPACT.fullmatch(text)
    if compact:
        return _from_match(compact)
    if re.fullmatch(r"\d{9,13}(?:\.\d+)?", text):
        return _from_number(float(text))
    return _from_standard(text) or date_in(text)


def date_in(text: str) -> str | None:
    """The first date, with day, month and year, that stands in a line of text, or None."""
    found = [match for pattern in _ORDERS if (match := pattern.search(text))]
    for match in sorted(found, key=lambda match: match.start()):
        day = _from_match(match)
        if day:
            return day
    return None


def _from_standard(text: str) -> str | None:
    if re.match(r"\d{4}-\d\d-\d\d", text):
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            return None
        return text[:10] if len(text) == 10 else moment.isoformat()
    if re.match(r"(?:[A-Z][a-z]{2},\s*)?\d{1,2}\s+[A-Z][a-z]{2}\s+\d{4}\s+\d", text):
        try:
            return parsedate_to_datetime(text).isoformat()
        except ValueError:
            return None
    return None


def _from_match(match: re.Match[str]) -> str | None:
    parts = match.groupdict()
    month = int(parts["number"]) if parts.get("number") else _SHORT_MONTHS.index(parts["month"][:3].lower()) + 1
    try:
        return date(int(parts["year"]), month, int(parts["day"])).isoformat()
    except ValueError:
        return None


def _from_number(value: float) -> str | None:
    if 19000101 <= value <= 20991231 and value.is_integer():
        compact = _COMPACT.fullmatch(str(int(value)))
        if compact:
            return _from_match(compact)
    seconds = value / 1000 if value > 1e11 else value
    if not 1e8 <= seconds <= 4.1e9:
        return None
    return datetime.fromtimestamp(seconds, UTC).isoformat()
