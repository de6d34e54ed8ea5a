"""Files: their names and hashes, and writing that a power cut cannot leave half done."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import secrets
import shutil
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TextIO

from rag.errors import RagError

_IN_ANY_CASE = sys.platform in ("darwin", "win32")
"""Whether disks mostly take "articles" for "Articles"."""

_TRIES, _MOMENT = 20 if os.name == "nt" else 1, 0.05
"""How often a file is tried to be replaced, and the seconds between: Windows lets nobody while somebody reads it."""


def path_of(given: str) -> Path:
    """The path that was given as text, from the user's own folder where it begins with "~".

    An empty one, as of a variable that is not set, would be the current folder.

    Raises:
        RagError: it is empty.
    """
    if not given.strip():
        raise RagError("a path is empty: name a file or folder ('.' is this folder), or leave the option out")
    return from_home(Path(given))


def from_home(path: Path) -> Path:
    """The path with the user's own folder for a "~" in front, which shells leave in ``--library=~/articles``."""
    return path.expanduser() if path.parts[:1] == ("~",) else path


def absolute(path: Path) -> Path:
    """The path from the root without ".." in it, so that a file has one name from wherever and however it is named."""
    plain = os.path.abspath(path)  # noqa: PTH100 - Path.absolute keeps ".."
    if ".." in path.parts and os.path.realpath(plain) != (real := os.path.realpath(path)):
        plain = real  # the ".." stands behind a link to elsewhere
    return _as_listed(Path(plain)) if _IN_ANY_CASE else Path(plain)


def _as_listed(path: Path) -> Path:
    """The path with each name in the letters in which its folder lists it."""
    listed = Path(path.anchor)
    for name in path.parts[1:]:
        listed /= _listed(listed, name)
    return listed


def _listed(folder: Path, name: str) -> str:
    with contextlib.suppress(OSError):  # it is not there, or the folder may be passed but not listed
        others = {file.name: file for file in folder.iterdir() if file.name.casefold() == name.casefold()}
        if name not in others:
            return next((other for other, file in others.items() if file.samefile(folder / name)), name)
    return name


def sha256(file: Path) -> str:
    """The SHA-256 of a file's bytes, in hexadecimal; raises OSError where it cannot be read."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def flush(path: Path) -> None:
    """Ask the disk to keep a file or a folder's list of files, so that a power cut cannot undo their order."""
    if path.is_dir() and os.name == "nt":
        return  # Windows cannot open folders, and keeps their order itself
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextlib.contextmanager
def replacing(file: Path) -> Iterator[TextIO]:
    """Write a text beside a file and put it in the file's place once all of it is on the disk; else the file stays.

    What is no regular file, as a pipe is none, is written to itself. Raises OSError where it cannot be written.
    """
    if file.exists() and not file.is_file():  # before links are followed: those of "/dev/stdout" lead to no file
        with file.open("w", encoding="utf-8") as stream:
            yield stream
        return
    target = Path(os.path.realpath(file))
    # Not by the process's id: in two containers that share a folder both may be process 1.
    beside = target.with_name(f".{target.name}.{secrets.token_hex(4)}.part")
    try:
        with beside.open("w", encoding="utf-8") as stream:
            if target.exists():
                shutil.copymode(target, beside)
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        beside.replace(target)
    finally:
        beside.unlink(missing_ok=True)


def read_json(file: Path) -> Any:
    """The JSON value that a file holds, or None where there is none that can be read."""
    try:
        return json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def write_json(file: Path, value: object) -> None:
    """Replace a file in one step: it holds the old value or the new one, never a part."""
    draft_file = file.with_suffix(".tmp")
    draft_file.write_text(json.dumps(value, indent=1), encoding="utf-8")
    flush(draft_file)
    _replace(draft_file, file)
    flush(file.parent)


def _replace(draft_file: Path, file: Path) -> None:
    for _ in range(_TRIES - 1):
        with contextlib.suppress(PermissionError):
            draft_file.replace(file)
            return
        time.sleep(_MOMENT)
    draft_file.replace(file)
