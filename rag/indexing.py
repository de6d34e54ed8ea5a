"""Files become articles, articles passages, passages vectors, and all of it a library's next generation."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from rag.articles import split
from rag.documents import Skipped
from rag.encoder import TITLE_CHARACTERS, PassageText
from rag.errors import DocumentError, ModelError
from rag.files import absolute
from rag.loaders import STANDARD_INPUT, load
from rag.memory import give_back_freed
from rag.onnx_export import export
from rag.passages import CutPassage, cut
from rag.progress import IndexReport, Meter, Progress
from rag.publishing import draft
from rag.records import NO_COLUMNS, Columns, check_columns
from rag.rows import article_digest
from rag.schema import Article
from rag.torch_encoder import SentenceTransformerEncoder
from rag.vector_training import EXACT_UP_TO

if TYPE_CHECKING:
    from rag.draft import Draft
    from rag.encoder import Encoder

PASSAGE_TOKENS = 200
"""The most tokens of text in a passage, title not counted."""

_SPECIAL_TOKENS = 4
_BATCH_PASSAGES = 128
"""Passages that are embedded, then kept, together: what a stopped run can lose."""


def index(
    folder: Path,
    encoder: Encoder,
    paths: Sequence[Path],
    progress: Callable[[Progress], None] = lambda _: None,
    *,
    wait: bool = False,
    sync: bool = False,
    columns: Columns = NO_COLUMNS,
    exact_up_to: int = EXACT_UP_TO,
    make_way: Callable[[], None] = lambda: None,
) -> IndexReport:
    """Add the articles of files and folders to a library, or update them; unchanged articles are not embedded again.

    A file that was indexed before is replaced: articles that it no longer holds leave the library. Where a part of it
    cannot be read this time, its articles stay; so does all that came from standard input, where batches add up.

    Args:
        folder: where the library lies or will lie.
        encoder: makes the vectors.
        paths: files and folders.
        progress: called after each batch.
        wait: let another writer of the library end first, instead of raising.
        columns: what tables and records call a column ("text", "title", ...), where the usual names do not tell it.
        sync: let go of every file, too, that lay under ``paths`` and is there no more.
        exact_up_to: the most passages whose vectors are searched exactly.
        make_way: called before earlier generations are deleted, for whoever has one open.

    Raises:
        DocumentError: a path cannot be read, no path holds an article (unless ``sync``), or ``columns`` names none.
        LibraryError: the library cannot be written.
    """
    check_columns(columns)
    meter = Meter(paths, progress)
    with draft(folder, encoder, wait=wait, exact_up_to=exact_up_to, tell=meter.tell, make_way=make_way) as store:
        run = _Run(store, encoder, meter, columns)
        for path in paths:
            run.read(path)
        run.finish()
        if sync:
            run.let_go_of_lost_files(paths)
        if not run.report.articles and not sync:
            names = ", ".join(str(path) for path in paths)
            reasons = "".join(f"; {skip.reason}" for skip in run.report.skipped[:3])
            raise DocumentError(f"no articles in {names}: name a file or folder of articles{reasons}")
    return replace(run.report, note=_export(encoder))


def _export(encoder: Encoder) -> str | None:
    """Keep the encoder in a form that answers without torch; returns why not where it cannot be."""
    if not isinstance(encoder, SentenceTransformerEncoder):
        return None
    try:
        export(encoder)
    except ModelError as error:
        return f"{error}: questions are encoded with sentence-transformers, which takes longer to start"
    return None


class _Run:
    """One indexing run: its pending batch and its counts."""

    def __init__(self, store: Draft, encoder: Encoder, meter: Meter, columns: Columns) -> None:
        self.report = IndexReport()
        self._store = store
        self._encoder = encoder
        self._meter = meter
        self._columns = columns
        self._pending: list[_Prepared] = []
        self._seen: dict[str, set[str]] = {}
        self._skipped: list[Skipped] = []

    def read(self, path: Path) -> None:
        for document in load(path if str(path) == "-" else absolute(path), self._columns):
            if isinstance(document, Skipped):
                self._skipped.append(document)
                continue
            if document.columns and document.origin not in self._seen:
                self.report = replace(self.report, columns=(*self.report.columns, (document.origin, document.columns)))
            seen = self._seen.setdefault(document.origin, set())
            self._meter.read(document.origin, len(document.text))
            for article in split(document).articles:
                self._add(article, document.origin, seen)

    def _add(self, article: Article, origin: str, seen: set[str]) -> None:
        if any(item.article.id == article.id for item in self._pending):
            self._keep_pending(origin)  # whose id it is can be told only of what is in the store
        article = self._with_own_id(article, origin, seen)
        seen.add(article.id)
        known = self._store.digest(article.id)
        if known == article_digest(article):
            self._count("unchanged" if origin in self._store.origins(article.id) else "duplicates")
            self._store.claim(article.id, origin)
            self._show(origin)
            return
        self._store.begin()
        copied = self._store.copy(article, origin)
        self._store.commit()
        if copied:
            self._count("duplicates" if known is None else "changed")
            self._show(origin)
            return
        self._count("new" if known is None else "changed")
        self._pending.append(_prepare(article, origin, self._encoder))
        if sum(len(item.cuts) for item in self._pending) >= _BATCH_PASSAGES:
            self._keep_pending(origin)

    def _count(self, what: str) -> None:
        self.report = replace(self.report, **{what: getattr(self.report, what) + 1})

    def _show(self, origin: str, *, at_once: bool = False) -> None:
        self._meter.show(self.report.articles, self.report.passages, origin, at_once=at_once)

    def _with_own_id(self, article: Article, origin: str, seen: set[str]) -> Article:
        """The article, renamed if another file or another record of this one has given its id to something else."""
        digest = article_digest(article)
        taken_here = article.id in seen
        origins = self._store.origins(article.id)
        taken_elsewhere = bool(origins) and origin not in origins and self._store.digest(article.id) != digest
        if taken_here or taken_elsewhere:
            return replace(article, id=f"{article.id}~{digest[:8]}")
        return article

    def _keep_pending(self, origin: str) -> None:
        texts = [text for item in self._pending for text in item.texts]
        vectors = self._encoder.embed_passages(texts)
        self._store.begin()
        for item in self._pending:
            passages = [(piece, next(vectors)) for piece in item.cuts]
            self._store.put(item.article, item.origin, passages)
        self._store.commit()
        self.report = replace(self.report, passages=self.report.passages + len(texts))
        self._pending.clear()
        give_back_freed()
        self._show(origin, at_once=True)

    def finish(self) -> None:
        """Keep the last batch, and let go of what the files that were read no longer hold."""
        if self._pending:
            self._keep_pending(self._pending[-1].origin)
        self.report = replace(self.report, skipped=tuple(self._skipped))
        for origin, seen in self._seen.items():
            if origin != STANDARD_INPUT and not self._unread(origin):  # what comes from there adds up
                self._let_go(origin, self._store.claimed(origin) - seen)

    def let_go_of_lost_files(self, paths: Sequence[Path]) -> None:
        """Let go of the articles of files that lay under ``paths`` and are there no more, or hold nothing any more."""
        folders = [absolute(path) for path in paths]
        emptied = {skip.path for skip in self._skipped if not skip.unread}
        for origin in self._store.all_origins() - set(self._seen):
            file = Path(origin)
            under = any(file == folder or folder in file.parents for folder in folders)
            if under and (origin in emptied or _is_gone(file)):
                self._let_go(origin, self._store.claimed(origin))

    def _unread(self, origin: str) -> bool:
        """Whether a part of the file, or a file of the archive, could not be read."""
        places = (skip.path for skip in self._skipped if skip.unread)
        return any(place == origin or place.startswith((f"{origin}:", f"{origin}/")) for place in places)

    def _let_go(self, origin: str, article_ids: frozenset[str] | set[str]) -> None:
        self._store.begin()
        for article_id in article_ids:
            self._store.disclaim(article_id, origin)
        self._store.commit()
        self.report = replace(self.report, removed=self.report.removed + len(article_ids))


def _is_gone(file: Path) -> bool:
    """Whether there is no such file; where the folder that it lay in cannot be read, that is not known."""
    try:
        file.stat()
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError:
        return False
    return False


@dataclass(frozen=True, slots=True)
class _Prepared:
    article: Article
    origin: str
    cuts: tuple[CutPassage, ...]

    @property
    def texts(self) -> Iterator[PassageText]:
        for piece in self.cuts:
            start = piece.passage.start
            sentences = tuple((first - start, last - start) for first, last in piece.sentences)
            yield PassageText(self.article.title, piece.passage.text, sentences)


def _prepare(article: Article, origin: str, encoder: Encoder) -> _Prepared:
    title = len(encoder.token_starts(article.title[:TITLE_CHARACTERS]))
    budget = max(16, min(PASSAGE_TOKENS, encoder.max_tokens - title - _SPECIAL_TOKENS))
    return _Prepared(article, origin, cut(article, encoder.token_starts, budget))
