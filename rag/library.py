"""The durable store: a folder whose SQLite, FAISS and tantivy files change together, one generation at a time.

    manifest.json           names the current generation, its encoder, its counts and its files' hashes
    generations/<n>/        articles.sqlite, vectors.faiss, words/
    generations/next/       what an indexing run has written so far; a later run goes on from it
    writer.lock             held by the one process that writes

Readers see the generation that the manifest names, whole. A run that is stopped at any moment leaves that one alone.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from rag.errors import LibraryError
from rag.lexical import WordIndex, Words
from rag.schema import Article
from rag.store import Store, StoredPassage
from rag.vectors import VectorIndex

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from rag.encoder import QuestionEncoder

    Floats = NDArray[np.float32]

_FORMAT = 1
_MANIFEST = "manifest.json"
_ARTICLES = "articles.sqlite"
_VECTORS = "vectors.faiss"
_WORDS = "words"


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a library says of its current generation."""

    format: int
    generation: int
    encoder: str
    fingerprint: str
    dimension: int
    articles: int
    passages: int
    hashes: Mapping[str, str]

    @property
    def name(self) -> str:
        """The encoder's, so that a draft can be made without loading it."""
        return self.encoder


def read_manifest(folder: Path) -> Manifest | None:
    """The manifest of the library in a folder, or None where no library is.

    Raises:
        LibraryError: the manifest cannot be read, or is of another format.
    """
    file = folder / _MANIFEST
    try:
        record = json.loads(file.read_text(encoding="utf-8"))
        if record["format"] != _FORMAT:
            raise LibraryError(
                f"library {folder} has format {record['format']}, this version reads {_FORMAT}: "
                "index its articles again into a new folder"
            )
        return Manifest(**record)
    except FileNotFoundError:
        return None
    except NotADirectoryError:
        raise LibraryError(f"{folder} is a file, not a library: name a folder with --library") from None
    except OSError as error:
        raise LibraryError(
            f"library manifest {file} cannot be read: {error.strerror}; check its permissions"
        ) from error
    except (ValueError, KeyError, TypeError) as error:
        raise LibraryError(f"library manifest {file} is damaged: delete the folder and index it again") from error


def open_library(folder: Path) -> Library:
    """Open the current generation of the library in a folder.

    Raises:
        LibraryError: there is no library, it is damaged, or it is of another format.
    """
    while True:
        manifest = read_manifest(folder)
        if manifest is None:
            raise LibraryError(f"no library in {folder}: make one with footnote index PATH --library {folder}")
        try:
            return Library(folder, manifest)
        except LibraryError:
            if read_manifest(folder) == manifest:
                raise
            # A newer generation was published, and this one deleted, while it was being opened.


class Library:
    """One generation of a library, open for reading; any number of threads and processes may read.

    Args:
        folder: where the library lies.
        manifest: as it was read from there.

    Raises:
        LibraryError: a file of the library is damaged or missing.
    """

    def __init__(self, folder: Path, manifest: Manifest) -> None:
        self.folder = folder
        self.manifest = manifest
        self._generation = _generation(folder, manifest.generation)
        self._store = Store(self._generation / _ARTICLES)
        _check_hash(self._generation / _VECTORS, manifest.hashes[_VECTORS])
        self._vectors = VectorIndex.open(self._generation / _VECTORS)
        try:
            self._words = WordIndex(self._generation / _WORDS)
        except ValueError as error:
            raise LibraryError(f"word index in {self._generation} is damaged: index its articles again") from error

    def is_current(self) -> bool:
        """Whether no newer generation has been published since this one was opened."""
        manifest = read_manifest(self.folder)
        return manifest is not None and manifest.generation == self.manifest.generation

    def check_encoder(self, encoder: QuestionEncoder) -> None:
        """Raise LibraryError unless the library was made with exactly this encoder."""
        if encoder.fingerprint != self.manifest.fingerprint:
            raise LibraryError(
                f"library {self.folder} was made with encoder {self.manifest.encoder!r}, and {encoder.name!r} gives "
                "other vectors: set that encoder, or index the articles again into another folder with --library"
            )

    def dense(self, question: Floats, limit: int) -> dict[int, float]:
        """Numbers of the passages nearest to a vector of shape (d,), with their cosine, nearest first."""
        return self._vectors.search(question, limit)

    def cosines(self, question: Floats, numbers: Iterable[int]) -> dict[int, float]:
        """The cosine of each of the numbered passages to a vector of shape (d,)."""
        return self._vectors.cosines(question, tuple(numbers))

    def lexical(self, question: str, limit: int, others: Mapping[str, float] | None = None) -> dict[int, float]:
        """Numbers of the passages that share most words with a text, with their BM25 score, best first.

        ``others`` are terms that count as well, each for as much as is given.
        """
        return self._words.search(question, limit, others)

    @property
    def words(self) -> Words:
        """What cuts a text into the terms that the library knows."""
        return self._words.words

    def rarity(self, terms: Iterable[str]) -> Mapping[str, float]:
        """The weight of each term by how few passages hold it."""
        return self._words.rarity(terms)

    def passages(self, numbers: Iterable[int]) -> dict[int, StoredPassage]:
        """The passages of those numbers."""
        return self._store.passages(tuple(numbers))

    def articles(self, limit: int | None = None) -> tuple[Article, ...]:
        """The articles in the order in which they were added, at most ``limit``."""
        return self._store.articles(limit)


class MakesVectors(Protocol):
    """What a library is tied to: who makes its vectors, and how long they are. Encoders and manifests tell it."""

    @property
    def name(self) -> str: ...  # noqa: D102 - described above
    @property
    def fingerprint(self) -> str: ...  # noqa: D102 - described above
    @property
    def dimension(self) -> int: ...  # noqa: D102 - described above


@contextlib.contextmanager
def draft(folder: Path, encoder: MakesVectors, *, wait: bool = False) -> Iterator[Store]:
    """Write the next generation of a library; it is published when the block ends well, and not before.

    What a stopped run had written is kept, and the next draft goes on from it.

    Args:
        folder: where the library lies or will lie.
        encoder: what makes the vectors; must be the one that made the library.
        wait: let another writer end first, instead of raising.

    Raises:
        LibraryError: another process writes, the encoder is another one, or the folder cannot be written.
    """
    from filelock import FileLock, Timeout

    try:
        folder.mkdir(parents=True, exist_ok=True)
        with FileLock(folder / "writer.lock", timeout=-1 if wait else 0):
            store = _open_draft(folder, encoder)
            try:
                yield store
                if store.changed or read_manifest(folder) is None:
                    _publish(folder, encoder, store)
            finally:
                useless = not store.changed
                store.close()
                if useless:
                    shutil.rmtree(folder / "generations" / "next", ignore_errors=True)
    except Timeout:
        raise LibraryError(f"another process is writing library {folder}: wait until it has ended") from None
    except (OSError, sqlite3.Error) as error:
        raise LibraryError(
            f"library {folder} cannot be written: {error}; check its permissions and the disk"
        ) from error


def _open_draft(folder: Path, encoder: MakesVectors) -> Store:
    manifest = read_manifest(folder)
    if manifest is not None and manifest.fingerprint != encoder.fingerprint:
        raise LibraryError(
            f"library {folder} was made with encoder {manifest.encoder!r}, not {encoder.name!r}: "
            "set that encoder, or name another folder with --library"
        )
    staging = folder / "generations" / "next"
    base = {"generation": manifest.generation if manifest else 0, "fingerprint": encoder.fingerprint}
    resumed = _read_json(staging / "base.json") == base
    if not resumed:
        shutil.rmtree(staging, ignore_errors=True)
        staging.mkdir(parents=True)
        if manifest is not None:
            shutil.copyfile(_generation(folder, manifest.generation) / _ARTICLES, staging / _ARTICLES)
        _write_json(staging / "base.json", base)
    return Store(staging / _ARTICLES, writable=True, changed=resumed)


def _publish(folder: Path, encoder: MakesVectors, store: Store) -> None:
    """Make the indexes, then let the manifest name the new generation: the one moment that changes what readers see."""
    old = read_manifest(folder)
    staging = folder / "generations" / "next"
    store.seal()
    vectors = VectorIndex(encoder.dimension)
    for numbers, rows in store.each_vector():
        vectors.add(numbers, rows)
    vectors.save(staging / _VECTORS)
    shutil.rmtree(staging / _WORDS, ignore_errors=True)
    (staging / _WORDS).mkdir()
    WordIndex(staging / _WORDS, create=True).add(store.each_text())
    articles, passages = store.counts()
    store.close()
    manifest = Manifest(
        format=_FORMAT,
        generation=old.generation + 1 if old else 1,
        encoder=encoder.name,
        fingerprint=encoder.fingerprint,
        dimension=encoder.dimension,
        articles=articles,
        passages=passages,
        hashes={name: _sha256(staging / name) for name in (_ARTICLES, _VECTORS)},
    )
    for file in staging.rglob("*"):
        _flush(file)
    target = _generation(folder, manifest.generation)
    shutil.rmtree(target, ignore_errors=True)
    staging.rename(target)
    _flush(target.parent)
    _write_json(folder / _MANIFEST, asdict(manifest))
    for stale in target.parent.iterdir():
        if stale != target:
            shutil.rmtree(stale, ignore_errors=True)


def _generation(folder: Path, number: int) -> Path:
    return folder / "generations" / str(number)


def _check_hash(file: Path, wanted: str) -> None:
    try:
        found = _sha256(file)
    except OSError as error:
        raise LibraryError(f"library file {file} cannot be read: {error.strerror}; index its articles again") from error
    if found != wanted:
        raise LibraryError(f"library file {file} is damaged (its hash is not the manifest's): index its articles again")


def _sha256(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _flush(path: Path) -> None:
    """Ask the disk to keep a file or a folder's list of files, so that a power cut cannot undo their order."""
    if path.is_dir() and os.name == "nt":
        return  # Windows cannot open folders, and keeps their order itself
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _read_json(file: Path) -> Any:
    try:
        return json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def _write_json(file: Path, value: object) -> None:
    """Replace a file in one step: it holds the old value or the new one, never a part."""
    draft_file = file.with_suffix(".tmp")
    draft_file.write_text(json.dumps(value, indent=1), encoding="utf-8")
    _flush(draft_file)
    draft_file.replace(file)
    _flush(file.parent)
