"""Text made safe to print: what would steer a terminal, or turn the order of what it shows, is spelled out."""

from __future__ import annotations

import unicodedata

_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def visible(text: str) -> str:
    """The text with characters that steer a terminal, or turn the order of what it shows, made visible."""
    return "".join(_spelled(c) if c in _TURNING or _steers(c) else c for c in text)


def _steers(character: str) -> bool:
    return unicodedata.category(character) in ("Cc", "Cs") and character not in "\n\t"


def _spelled(character: str) -> str:
    return f"\\x{ord(character):02x}" if character <= "\xff" else f"\\u{ord(character):04x}"
