"""Files that are written once everything was measured, and made sure of before anything is."""

from __future__ import annotations

import os
from pathlib import Path

from rag import RagError


def check_writable(*files: Path | None) -> None:
    """Refuse, before anything is measured, a file that could not be written once it was.

    Raises:
        RagError: its folder is missing or may not be written, or it is a folder itself.
    """
    for file in files:
        if file is None:
            continue
        if not file.resolve().parent.is_dir():
            raise RagError(f"cannot write {file}: there is no folder {file.resolve().parent}; make it first")
        if file.is_dir():
            raise RagError(f"cannot write {file}: it is a folder; name a file in it")
        try:
            _try(file)
        except OSError as error:
            raise _unwritable(file, error) from None


def write_text(text: str, file: Path) -> None:
    """Write a whole file or none of it; half a surrogate pair, which is no character, is spelled as JSON spells it.

    Raises:
        RagError: the file cannot be written.
    """
    beside = file if _is_special(file) else _beside(file)
    try:
        beside.write_text(text, encoding="utf-8", errors="backslashreplace")
        beside.replace(file)
    except OSError as error:
        if beside != file:
            beside.unlink(missing_ok=True)
        raise _unwritable(file, error) from None


def _try(file: Path) -> None:
    """Make a file where the text is going to be written first, and take it away again; raises OSError if one cannot."""
    if not _is_special(file):
        _beside(file).touch()
        _beside(file).unlink()
    elif not os.access(file, os.W_OK):
        raise PermissionError(None, "Permission denied")


def _is_special(file: Path) -> bool:
    """Whether it is a pipe or a terminal, which is written to itself."""
    return file.exists() and not file.is_file()


def _beside(file: Path) -> Path:
    return file.with_name(f".{file.name}.part")


def _unwritable(file: Path, error: OSError) -> RagError:
    return RagError(f"cannot write {file} ({error.strerror}): name a file that you may write")
