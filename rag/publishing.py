"""Writing a library: a draft of the next generation, published in one step or kept for the next run to go on from."""

from __future__ import annotations

import contextlib
import os
import platform
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import asdict
from datetime import datetime
from functools import partial
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
    current_manifest,
    generation_folder,
    read_manifest,
    word_files,
)
from rag.staging import LOCK, check_ours, discard, keep_only, open_draft, staging_folder
from rag.vector_training import EXACT_UP_TO, make_vectors
from rag.vectors import VectorIndex

_WRITER = "writer.json"
"""Beside the lock: who holds it. One that a killed process left says nothing, since the lock is free then."""


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
    make_way: Callable[[], None] = lambda: None,
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
        make_way: called once it is published, before earlier generations are deleted, for whoever has one open: not
            every system deletes what is open.

    Raises:
        LibraryError: another process writes, the encoder is another one, the folder cannot be written or holds other
            things where a library's would lie; or all was published, but ratings that may quote what is gone are
            damaged, or files that may hold it could not be deleted.
    """
    with _locked(folder, wait):
        manifest = read_manifest(folder)
        if manifest is not None and manifest.fingerprint != encoder.fingerprint:
            raise LibraryError(
                f"library {folder} was made with encoder {manifest.encoder!r}, not {encoder.name!r}: "
                "set that encoder, or name another folder with --library"
            )
        store = open_draft(folder, manifest.generation if manifest else 0, encoder.fingerprint)
        try:
            store.name_origins_anew()
            yield store
            if store.changed or manifest is None:
                earlier = partial(_earlier_index, folder, None if anew else manifest)
                vectors = partial(make_vectors, store, encoder.dimension, earlier, tell, exact_up_to=exact_up_to)
                _publish(folder, encoder, store, vectors)
                make_way()
        finally:
            useless = not store.changed
            store.close()
            if useless:
                discard(folder)
        _let_go(folder)


def rebuild(folder: Path, manifest: Manifest) -> None:
    """Make the vector and word indexes anew from the articles of the current generation.

    Raises:
        LibraryError: another process writes, or the folder cannot be written.
    """
    with draft(folder, manifest, wait=True, anew=True) as store:
        store.touch()


@contextlib.contextmanager
def _locked(folder: Path, wait: bool) -> Iterator[None]:
    """Be the one process that writes a library; what the disk, or SQLite, has against it is told in one line."""
    from filelock import FileLock, Timeout

    try:
        check_ours(folder)
        folder.mkdir(parents=True, exist_ok=True)
        with FileLock(folder / LOCK, timeout=-1 if wait else 0), _named(folder):
            yield
    except Timeout:
        raise LibraryError(f"{_writer(folder)} is writing library {folder}: wait until it has ended") from None
    except (OSError, sqlite3.Error) as error:
        raise LibraryError(
            f"library {folder} cannot be written: {error}; check its permissions and the disk"
        ) from error


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


def _earlier_index(folder: Path, manifest: Manifest | None) -> VectorIndex | None:
    """A generation's vector index, to be changed; None where there is none that is what was written."""
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
    staging = staging_folder(folder)
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


def _let_go(folder: Path) -> None:
    """Delete what is no longer in the library, once all is published: earlier generations, and what ratings quote."""
    left = keep_only(folder, generation_folder(folder, current_manifest(folder).generation))
    prune(folder)
    if left:
        raise LibraryError(
            f"library {folder} is written, but {left[0]}, which may hold text that is gone, could not be deleted: "
            "check its permissions and what has it open, then delete it"
        )
