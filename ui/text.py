"""Any text -> HTML that shows it and does nothing else.

Questions and articles come from anywhere. Everything of theirs that reaches the page goes through ``inert``, so that
markup, scripts and formulas are read, not run, and characters that would be invisible or would reorder the line stand
where they are, to be seen.
"""

from __future__ import annotations

import html
import re
from datetime import datetime
from urllib.parse import urlsplit

# Line feeds and tabs lay text out. Every other control character is drawn as its picture (U+2400 and on) where it has
# one. Halves of surrogate pairs and the two overrides that reverse a line of text have none, and show as U+FFFD.
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202d\u202e\ud800-\udfff\ufeff\ufffe\uffff]")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


def seen(text: str) -> str:
    """``text`` with line feeds for all line ends and each control character drawn as a character that can be seen."""
    return _UNSEEN.sub(_picture, text.replace("\r\n", "\n").replace("\r", "\n"))


def inert(text: str) -> str:
    """``text`` as HTML text, safe between tags and inside a quoted attribute."""
    return html.escape(seen(text), quote=True)


def shortened(text: str, limit: int) -> str:
    """``text``, or its first ``limit`` characters up to a word's end and an ellipsis where it is longer."""
    if len(text) <= limit:
        return text
    head = text[:limit]
    words = head.rsplit(maxsplit=1)
    return (words[0] if len(words) == 2 and len(words[0]) > limit // 2 else head).rstrip() + " …"


def web_address(url: str | None) -> str | None:
    """``url`` if a reader can safely be sent there: http or https, with a host, and no control characters."""
    if url is None or _UNSEEN.search(url) or any(character.isspace() for character in url):
        return None
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        return None
    return url if parts.scheme in ("http", "https") and host else None


def readable_date(published: str) -> str:
    """An ISO 8601 date or time as "14 March 2025"; anything else as it is."""
    match = _DATE.match(published)
    if match is None:
        return published
    try:
        day = datetime.strptime(match.group(), "%Y-%m-%d")
    except ValueError:
        return published
    return f"{day.day} {day:%B} {day.year}"


def _picture(match: re.Match[str]) -> str:
    code = ord(match.group())
    if code < 0x20:
        return chr(0x2400 + code)
    return "\u2421" if code == 0x7F else "\ufffd"
