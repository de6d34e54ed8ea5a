"""Writing a library: a draft of the next generation, published in one step or kept for the next run to go on from."""

from __future__ import annotations

import contextlib
import os
import platform
import shutil
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Protocol

from rag.draft import Draft
from rag.errors import LibraryError
from rag.feedback import prune
from rag.files import flush, read_json, sha256, write_json
from rag.lexical import WordIndex
from rag.manifest import (
    ARTICLE_WORDS,
    ARTICLES,
    LIBRARY_FORMAT,
    MANIFEST,
    VECTORS,
    WORDS,
    Manifest,
    check_hash,
    generation_folder,
    read_manifest,
    word_files,
)
from rag.vector_training import EXACT_UP_TO, make_vectors
from rag.vectors import VectorIndex

_LOCK = "writer.lock"
_WRITER = "writer.json"
"""Beside the lock: who holds it. One that a killed process left says nothing, since the lock is free then."""

_DRAFT = "next"
"""Name of the folder that the draft lies in."""

_BASE = "base.json"
"""Beside a draft: the generation that it started from, and the encoder."""


class MakesVectors(Protocol):
    """What a library is tied to: who makes its vectors, and how long they are. Encoders and manifests tell it."""

    @property
    def name(self) -> str: ...  # noqa: D102 - described above
    @property
    def fingerprint(self) -> str: ...  # noqa: D102 - described above
    @property
    def dimension(self) -> int: ...  # noqa: D102 - described above


@contextlib.contextmanager
def draft(
    folder: Path,
    encoder: MakesVectors,
    *,
    wait: bool = False,
    anew: bool = False,
    exact_up_to: int = EXACT_UP_TO,
    tell: Callable[[str], None] = lambda _: None,
) -> Iterator[Draft]:
    """Write the next generation of a library; it is published when the block ends well, and not before.

    What a stopped run had written is kept, and the next draft goes on from it.

    Args:
        folder: where the library lies or will lie.
        encoder: what makes the vectors; must be the one that made the library.
        wait: let another writer end first, instead of raising.
        anew: take nothing of the vector index from the generation before.
        exact_up_to: the most passages of an exact vector index.
        tell: is told what is being done once the draft is written, where that takes long.

    Raises:
        LibraryError: another process writes, the encoder is another one, the folder cannot be written or holds other
            things where a library's would lie; or all was published, but ratings that may quote what is gone are
            damaged.
    """
    from filelock import FileLock, Timeout

    try:
        _check_ours(folder)
        folder.mkdir(parents=True, exist_ok=True)
        with FileLock(folder / _LOCK, timeout=-1 if wait else 0), _named(folder):
            store = _open_draft(folder, encoder)

            def index() -> VectorIndex:
                return make_vectors(
                    store,
                    encoder.dimension,
                    lambda: None if anew else _earlier_index(folder),
                    tell,
                    exact_up_to=exact_up_to,
                )

            try:
                store.name_origins_anew()
                yield store
                if store.changed or read_manifest(folder) is None:
                    _publish(folder, encoder, store, index)
            finally:
                useless = not store.changed
                store.close()
                if useless:
                    _discard(folder / "generations" / _DRAFT)
            prune(folder)
    except Timeout:
        raise LibraryError(f"{_writer(folder)} is writing library {folder}: wait until it has ended") from None
    except (OSError, sqlite3.Error) as error:
        raise LibraryError(
            f"library {folder} cannot be written: {error}; check its permissions and the disk"
        ) from error


def _check_ours(folder: Path) -> None:
    """Refuse a folder that was never a library's, yet holds something where generations would lie, to be deleted."""
    if read_manifest(folder) is not None or not (folder / "generations").is_dir():
        return
    for found in (folder / "generations").iterdir():
        ours = _is_ours(found) and any((found / name).exists() for name in (_BASE, ARTICLES))
        if not ours and not (folder / _LOCK).exists():  # which is made first, and stays
            raise LibraryError(f"{folder} is no library, but holds {found}: name a new folder with --library")


@contextlib.contextmanager
def _named(folder: Path) -> Iterator[None]:
    """Let others read who writes, while the lock is held; a full disk is no reason not to write."""
    file = folder / _WRITER
    with contextlib.suppress(OSError):
        file.unlink(missing_ok=True)  # or, on a full disk, a killed process would go on being named
        since = datetime.now().astimezone().isoformat(timespec="seconds")
        write_json(file, {"process": os.getpid(), "host": platform.node(), "since": since})
    try:
        yield
    finally:
        with contextlib.suppress(OSError):
            file.unlink(missing_ok=True)


def _writer(folder: Path) -> str:
    """Who holds the lock, as far as is known."""
    try:
        told = read_json(folder / _WRITER)
        return f"process {told['process']} on {told['host']}, since {told['since']},"
    except (TypeError, KeyError):
        return "another process"


def rebuild(folder: Path, manifest: Manifest) -> None:
    """Make the vector and word indexes anew from the articles of the current generation.

    Raises:
        LibraryError: another process writes, or the folder cannot be written.
    """
    with draft(folder, manifest, wait=True, anew=True) as store:
        store.touch()


def _open_draft(folder: Path, encoder: MakesVectors) -> Draft:
    manifest = read_manifest(folder)
    if manifest is not None and manifest.fingerprint != encoder.fingerprint:
        raise LibraryError(
            f"library {folder} was made with encoder {manifest.encoder!r}, not {encoder.name!r}: "
            "set that encoder, or name another folder with --library"
        )
    number = manifest.generation if manifest else 0
    base = {"generation": number, "fingerprint": encoder.fingerprint}
    _tidy(folder, number, base)
    staging = folder / "generations" / _DRAFT
    file = staging / ARTICLES
    resumed = read_json(staging / _BASE) == base and file.is_file()
    if not resumed:
        _discard(staging)
        staging.mkdir(parents=True)
        if manifest is not None:
            shutil.copyfile(generation_folder(folder, number) / ARTICLES, file)
        Draft(file).close()  # with its tables, where there is no generation to start from
        flush(file)
        write_json(staging / _BASE, base)  # last: what it stands beside is whole
    return Draft(file, changed=resumed)


def _tidy(folder: Path, number: int, base: dict[str, object]) -> None:
    """Finish what a run left that was stopped while it published.

    Before the manifest named its generation, that is the draft to go on from; after, the generations before it are
    still to be deleted, with the text that they hold.
    """
    generations = folder / "generations"
    staging, unnamed = generations / _DRAFT, generation_folder(folder, number + 1)
    if not staging.exists() and read_json(unnamed / _BASE) == base:
        unnamed.rename(staging)
    _keep_only(generations, (generation_folder(folder, number), staging))


def _keep_only(generations: Path, kept: Sequence[Path]) -> None:
    for stale in generations.iterdir() if generations.is_dir() else ():
        if stale not in kept and _is_ours(stale):
            shutil.rmtree(stale, ignore_errors=True)


def _is_ours(place: Path) -> bool:
    """Whether something beside the generations has the name of a generation or of a draft."""
    return place.name == _DRAFT or (place.name.isascii() and place.name.isdigit())


def _discard(staging: Path) -> None:
    """Delete a draft; its base goes first, so that no half of it is ever gone on from."""
    (staging / _BASE).unlink(missing_ok=True)
    shutil.rmtree(staging, ignore_errors=True)


def _earlier_index(folder: Path) -> VectorIndex | None:
    """The current generation's vector index, to be changed; None where there is none that is what was written."""
    manifest = read_manifest(folder)
    if manifest is None:
        return None
    file = generation_folder(folder, manifest.generation) / VECTORS
    try:
        check_hash(file, manifest.hashes[VECTORS])
        return VectorIndex.open(file, writable=True)
    except LibraryError:
        return None  # all of it is made from the articles, as if it had not been there


def _publish(folder: Path, encoder: MakesVectors, store: Draft, vectors: Callable[[], VectorIndex]) -> None:
    """Make the indexes, then let the manifest name the new generation: the one moment that changes what readers see."""
    old = read_manifest(folder)
    staging = folder / "generations" / _DRAFT
    store.group_stories()
    store.seal()
    vectors().save(staging / VECTORS)
    for name, texts in ((WORDS, store.each_text()), (ARTICLE_WORDS, store.each_article_text())):
        shutil.rmtree(staging / name, ignore_errors=True)
        (staging / name).mkdir()
        WordIndex(staging / name, create=True).add(texts)
    articles, passages = store.counts()
    store.close()
    manifest = Manifest(
        format=LIBRARY_FORMAT,
        generation=old.generation + 1 if old else 1,
        encoder=encoder.name,
        fingerprint=encoder.fingerprint,
        dimension=encoder.dimension,
        articles=articles,
        passages=passages,
        hashes={name: sha256(staging / name) for name in (ARTICLES, VECTORS, *word_files(staging))},
    )
    for file in staging.rglob("*"):
        flush(file)
    target = generation_folder(folder, manifest.generation)
    shutil.rmtree(target, ignore_errors=True)
    staging.rename(target)
    flush(target.parent)
    write_json(folder / MANIFEST, asdict(manifest))
    _keep_only(target.parent, (target,))
