"""Keeping a library: what is in it, and letting go of what should not be."""

from __future__ import annotations

import contextlib
import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from rag.errors import LibraryError
from rag.feedback import ratings
from rag.files import absolute
from rag.library import open_library
from rag.manifest import current_manifest
from rag.onnx_encoder import cached, is_exported
from rag.publishing import draft
from rag.store import Store


@dataclass(frozen=True, slots=True)
class Stats:
    """What a library holds.

    Attributes:
        library: its folder.
        generation: number of the current generation, from 1.
        encoder: name of the model that made its vectors.
        exported: folder of what encodes questions to it, where that lies on this machine, else None.
        articles: how many there are, notices among them.
        notices: how many of them are a publisher's own messages.
        passages: how many there are.
        stories: how many articles there are when those that are nearly the same count once.
        files: how many files they were read from.
        sources: outlet and number of its articles, most first; None stands for those that name none.
        first, last: the earliest and the latest date of publication, or None where no article has one.
        size: bytes on the disk.
        helpful, unhelpful: how many answers were rated so; None where the ratings cannot be read.
    """

    library: str
    generation: int
    encoder: str
    exported: str | None
    articles: int
    notices: int
    passages: int
    stories: int
    files: int
    sources: tuple[tuple[str | None, int], ...]
    first: str | None
    last: str | None
    size: int
    helpful: int | None
    unhelpful: int | None

    def to_dict(self) -> dict[str, Any]:
        """The figures as JSON types."""
        return asdict(self)


def stats(folder: Path) -> Stats:
    """Count what a library holds.

    Raises:
        LibraryError: there is no library, or it is damaged.
    """
    library = open_library(folder)
    sources: Counter[str | None] = Counter()
    dates: list[str] = []
    notices = 0
    files: set[str] = set()
    for article, origins in library.each_article():
        sources[article.source] += 1
        notices += article.kind == "notice"
        files.update(origins)
        if article.published:
            dates.append(article.published)
    helpful, unhelpful = _verdicts(folder)
    made_by = library.manifest.fingerprint
    return Stats(
        library=str(folder),
        generation=library.manifest.generation,
        encoder=library.manifest.encoder,
        exported=str(cached(made_by)) if is_exported(made_by) else None,
        articles=library.manifest.articles,
        notices=notices,
        passages=library.manifest.passages,
        stories=library.stories(),
        files=len(files),
        sources=tuple(sources.most_common()),
        first=min(dates, default=None),
        last=max(dates, default=None),
        size=_size(folder),
        helpful=helpful,
        unhelpful=unhelpful,
    )


def _size(folder: Path) -> int:
    """Bytes of the files in a folder, but for those that another process deletes meanwhile."""
    size = 0
    for place, _, names in os.walk(folder):
        for name in names:
            with contextlib.suppress(FileNotFoundError):
                size += Path(place, name).lstat().st_size
    return size


def _verdicts(folder: Path) -> tuple[int, int] | tuple[None, None]:
    """How many answers were rated helpful and unhelpful; a file of ratings that is damaged hides no other figure."""
    try:
        helpful = [rating.helpful for rating in ratings(folder)]
    except LibraryError:
        return None, None
    return helpful.count(True), helpful.count(False)


def remove(folder: Path, names: Sequence[str] = (), *, source: str | None = None) -> int:
    """Let articles go; afterwards no file of the library holds their text.

    Args:
        folder: where the library lies.
        names: ids of articles, files that articles were read from, or folders that such files lie in; "standard
            input" for what came from there. An article that was read from another file, too, stays as long as that
            file is not named.
        source: an outlet, all of whose articles go; case does not matter.

    Returns:
        How many articles went.

    Raises:
        LibraryError: there is no library, it cannot be written, or a name or the source means nothing in it; or the
            articles went, but files of an earlier generation, or ratings, may still hold their text.
    """
    with draft(folder, current_manifest(folder)) as store:
        ids, files = _meant(folder, store, names, source)
        before = store.counts()[0]
        store.begin()
        for article_id in ids:
            store.delete(article_id)
        for origin in files:
            for article_id in store.claimed(origin):
                store.disclaim(article_id, origin)
        store.commit()
        return before - store.counts()[0]


def _meant(folder: Path, store: Store, names: Sequence[str], source: str | None) -> tuple[set[str], set[str]]:
    """The ids and the files that are named; raises LibraryError for what means nothing, before anything is changed."""
    ids: set[str] = set()
    files: set[str] = set()
    origins = store.all_origins()
    for name in names:
        if not name.strip():
            raise LibraryError("one of the names to remove is empty: name an id, a file or a folder ('.' is this one)")
        path = absolute(Path(name))
        held = {origin for origin in origins if origin == name or path in (Path(origin), *Path(origin).parents)}
        known = store.digest(name) is not None
        if not known and not held:
            raise LibraryError(
                f"library {folder} holds no article {name!r} and none from such a file: footnote export tells "
                "every id and file"
            )
        ids |= {name} if known else set()
        files |= held
    if source is not None:
        found = store.of_source(source)
        if not found:
            raise LibraryError(f"library {folder} holds no article of {source!r}: footnote stats lists its sources")
        ids |= set(found)
    return ids, files
