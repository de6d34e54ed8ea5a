"""The bytes of a file as text: Unicode first, then an older encoding where the bytes speak for one, else an error."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from rag.errors import DocumentError

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SAMPLE = 65_536
_CONTROLS = frozenset(range(9)) | frozenset(range(14, 32)) - {27} | {127}
_WORD = re.compile(r"[^\W\d_]+")
_DECLARED = re.compile(
    rb"""<meta\s[^>]*?charset\s*=\s*["']?\s*([\w.:-]+)|<\?xml\s[^>]*?encoding\s*=\s*["']([\w.:-]+)""", re.IGNORECASE
)
_DECLARED_WITHIN = 2048
# As browsers do, the older encoding that a page names is read as the later one that holds it.
_WIDER = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "gb2312": "gb18030",
    "euc_kr": "cp949",
    "shift_jis": "cp932",
}
_ASCII = bytes(range(32, 92)) + bytes(range(93, 127)) + rb"\x41\u0041"
"""What an encoding of text that a page can be written in reads as it stands; those that undo escapes do not."""

_LONE_LETTERS = frozenset("àáâäåæèéêëíîïóôöøùúûüýÀÁÂÄÅÆÈÉÊËÍÎÓÔÖØÚÜ")


@dataclass(frozen=True, slots=True)
class Decoded:
    """The text of a file.

    Attributes:
        text: without a byte order mark, its line ends untouched.
        damage: where bytes could not be decoded and U+FFFD stands for them, in one line; None where all could.
    """

    text: str
    damage: str | None = None


def decode(data: bytes, name: str, declared: str | None = None) -> Decoded:
    """Read bytes as text.

    Of text in UTF-8 that holds a few bytes that are none, the rest is kept.

    Args:
        data: the whole file.
        name: what errors call it.
        declared: the encoding that the file names, tried where the bytes are no Unicode, before one is guessed.

    Raises:
        DocumentError: the bytes are not text, or no encoding makes text of them; names the first byte in the way.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return Decoded(_decode_as(data, encoding, name))
    wide = _unmarked_utf16(data[:_SAMPLE])
    if wide:
        return Decoded(_decode_as(data, wide, name))
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        return _decode_older(data, error, name, declared)
    if _share_of_controls(data[:_SAMPLE]) > 0.3:
        raise _binary(name)
    return Decoded(text)


def declared_in(page: bytes) -> str | None:
    """The encoding that a web page names near its top, in a meta element or an XML declaration."""
    found = _DECLARED.search(page[:_DECLARED_WITHIN])
    return (found[1] or found[2]).decode("ascii", "replace") if found else None


def without_surrogates(text: str) -> str:
    """Text without lone surrogates, which libraries pass on from broken files and no later write takes."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _decode_as(data: bytes, encoding: str, name: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise _undecodable(name, encoding.removesuffix("-sig"), error.start) from error


def _unmarked_utf16(sample: bytes) -> str | None:
    """UTF-16 of mostly Latin text has a zero for every other byte."""
    pairs = len(sample) // 2
    if pairs < 8:
        return None
    even, odd = sample[0 : 2 * pairs : 2].count(0) / pairs, sample[1 : 2 * pairs : 2].count(0) / pairs
    if odd > 0.4 and even < 0.05:
        return "utf-16-le"
    return "utf-16-be" if even > 0.4 and odd < 0.05 else None


def _decode_older(data: bytes, error: UnicodeDecodeError, name: str, declared: str | None) -> Decoded:
    if _share_of_controls(data[:_SAMPLE]) > 0.02 or 0 in data[:_SAMPLE]:
        raise _binary(name) from error
    if _mostly_utf8(data):
        text = data.decode("utf-8", "replace")
        count = text.count("\ufffd") - data.count("\ufffd".encode())
        places = "place" if count == 1 else "places, the first"
        damage = (
            f"{name} is not UTF-8 in {count} {places} at byte {error.start}: U+FFFD stands there, the rest was read"
        )
        return Decoded(text, damage)
    as_declared = _as_declared(data, declared) if declared else None
    if as_declared:
        return Decoded(as_declared)
    from charset_normalizer import from_bytes

    best = from_bytes(data).best()
    text = _western(data, str(best)) if best else ""
    if not _reads_like_text(text):
        raise _undecodable(name, "utf-8 or any other encoding known", error.start) from error
    return Decoded(text)


def _as_declared(data: bytes, declared: str) -> str | None:
    """The text in the encoding that a file names; None where there is no such encoding, or the bytes are not in it."""
    try:
        encoding = codecs.lookup(declared).name
        encoding = _WIDER.get(encoding, encoding)
        is_of_text = _ASCII.decode(encoding) == _ASCII.decode("ascii")
        return data.decode(encoding) if is_of_text else None
    except (LookupError, ValueError):
        return None


def _western(data: bytes, guess: str) -> str:
    """Prefer Windows-1252 to its neighbours, which fit the same bytes, unless the letters are Central European."""
    foreign = [character for character in guess[:_SAMPLE] if character >= "\x80" and character.isalpha()]
    if not all(character < "\u0250" for character in foreign):
        return guess
    central = sum(1 for character in foreign if character in "šžŠŽłążşŁĄŻŞ")
    if central * 30 >= len(foreign) > 0:
        return guess
    try:
        return data.decode("cp1252")
    except UnicodeDecodeError:
        return guess


def _mostly_utf8(data: bytes) -> bool:
    """Whether UTF-8 sequences outnumber the bytes that break them: damaged UTF-8 rather than another encoding."""
    kept = sum(1 for character in data.decode("utf-8", "ignore") if character >= "\x80")
    broken = data.decode("utf-8", "replace").count("\ufffd")
    return kept > 2 * broken


def _reads_like_text(text: str) -> bool:
    """Whether letters outside ASCII stand inside words, as in text whose encoding was guessed right they mostly do."""
    sample = text[:_SAMPLE]
    if not sample or any("\x80" <= character <= "\x9f" for character in sample):
        return False
    foreign = [word for word in _WORD.findall(sample) if not word.isascii()]
    if sum(len(word) for word in foreign) > len(sample) / 4:
        return True  # a script of its own
    alone = sum(1 for word in foreign if not any(letter.isascii() for letter in word) and word not in _LONE_LETTERS)
    return alone * 5 <= len(foreign)


def _share_of_controls(sample: bytes) -> float:
    return sum(1 for byte in sample if byte in _CONTROLS) / max(1, len(sample))


def _binary(name: str) -> DocumentError:
    return DocumentError(
        f"{name} is not a text file: save it as one of the formats that Footnote reads, such as .txt or .html"
    )


def _undecodable(name: str, encoding: str, offset: int) -> DocumentError:
    return DocumentError(f"{name} is not {encoding}: byte {offset} cannot be decoded; save the file as UTF-8")
