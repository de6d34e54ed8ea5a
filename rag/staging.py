"""The folders of a library's generations: that of the next one, while it is drafted, and those that are to go."""

from __future__ import annotations

import shutil
from pathlib import Path

from rag.draft import Draft
from rag.errors import LibraryError
from rag.files import flush, read_json, write_json
from rag.manifest import ARTICLES, generation_folder, read_manifest

LOCK = "writer.lock"
"""The first file that is made in a library's folder; it stays."""

_DRAFT = "next"
"""Name of the folder that the draft lies in."""

_BASE = "base.json"
"""Beside a draft: the generation that it started from, and the encoder."""


def staging_folder(folder: Path) -> Path:
    """Where the files of the next generation lie until it is published."""
    return folder / "generations" / _DRAFT


def check_ours(folder: Path) -> None:
    """Refuse a folder that was never a library's, yet holds something where generations would lie, to be deleted."""
    if read_manifest(folder) is not None or not (folder / "generations").is_dir():
        return
    for found in (folder / "generations").iterdir():
        ours = _is_ours(found) and any((found / name).exists() for name in (_BASE, ARTICLES))
        if not ours and not (folder / LOCK).exists():
            raise LibraryError(f"{folder} is no library, but holds {found}: name a new folder with --library")


def open_draft(folder: Path, generation: int, fingerprint: str) -> Draft:
    """The draft of the next generation: what a stopped run had written, or a copy of the current one.

    Args:
        folder: where the library lies.
        generation: number of the current generation, 0 where there is none.
        fingerprint: of what makes the vectors.
    """
    base = {"generation": generation, "fingerprint": fingerprint}
    _tidy(folder, generation, base)
    staging = staging_folder(folder)
    file = staging / ARTICLES
    resumed = read_json(staging / _BASE) == base and file.is_file()
    if not resumed:
        discard(folder)
        staging.mkdir(parents=True)
        if generation:
            shutil.copyfile(generation_folder(folder, generation) / ARTICLES, file)
        Draft(file).close()  # with its tables, where there is no generation to start from
        flush(file)
        write_json(staging / _BASE, base)  # last: what it stands beside is whole
    return Draft(file, changed=resumed)


def _tidy(folder: Path, generation: int, base: dict[str, object]) -> None:
    """Finish what a run left that was stopped while it published.

    Before the manifest named its generation, that is the draft to go on from; after, the generations before it are
    still to be deleted, with the text that they hold.
    """
    staging, unnamed = staging_folder(folder), generation_folder(folder, generation + 1)
    if not staging.exists() and read_json(unnamed / _BASE) == base:
        unnamed.rename(staging)
    keep_only(folder, generation_folder(folder, generation), staging)


def keep_only(folder: Path, *kept: Path) -> tuple[Path, ...]:
    """Delete all other generations and drafts of a library; returns the folders of those that could not be deleted."""
    generations = folder / "generations"
    found = tuple(generations.iterdir()) if generations.is_dir() else ()
    stale = [place for place in found if place not in kept and _is_ours(place)]
    for place in stale * 2:  # a reader who opened one just then may have made a lock anew in a folder that was empty
        shutil.rmtree(place, ignore_errors=True)
    return tuple(place for place in stale if place.exists())


def _is_ours(place: Path) -> bool:
    """Whether something beside the generations has the name of a generation or of a draft."""
    return place.name == _DRAFT or (place.name.isascii() and place.name.isdigit())


def discard(folder: Path) -> None:
    """Delete a library's draft; its base goes first, so that no half of it is ever gone on from."""
    staging = staging_folder(folder)
    (staging / _BASE).unlink(missing_ok=True)
    shutil.rmtree(staging, ignore_errors=True)
