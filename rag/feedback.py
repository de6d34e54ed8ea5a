"""What readers think of answers: ratings that stand beside a library's articles and never outlive what they quote.

They come while readers read and another process may be indexing, so they belong to no generation. An answer quotes
articles, so with its rating stand the digests of the articles that it cites. When one of them has changed or gone, the
answer's words and citations go; the reader's own question, verdict and note stay: they quote nothing, and they are what
tells how good the answers are.

Whoever rates makes sure, while holding the file's write lock, that the generation which the rating was compared with is
the current one, and whoever publishes prunes under that lock once the manifest names the new one: no rating of what is
gone can slip in between. All articles are searched before the lock is taken, since among many that takes a minute.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from rag.errors import LibraryError, QuestionError
from rag.feedback_file import FeedbackFile, delete_all, exists
from rag.manifest import ARTICLES, Manifest, current_manifest, generation_folder, of_current, read_manifest
from rag.ratings import Quoted, Rating
from rag.rows import article_digest
from rag.schema import Answer
from rag.store import Store

LONGEST_NOTE = 2000
"""In characters."""


def rate(folder: Path, answer: Answer, helpful: bool, note: str = "") -> Rating:
    """Keep what a reader thinks of an answer, in place of what was said of the same answer before.

    Args:
        folder: the library that answered.
        answer: it, whole; a refusal can be rated, too.
        helpful: the verdict.
        note: the reader's own words, at most ``LONGEST_NOTE`` characters.

    Raises:
        QuestionError: the note is too long, or the answer only asks back.
        LibraryError: there is no library, an article that is cited has changed since, or it cannot be written.
    """
    if len(note) > LONGEST_NOTE:
        raise QuestionError(f"the note has {len(note):,} characters, the most is {LONGEST_NOTE:,}: shorten it")
    if answer.readings:
        raise QuestionError("Footnote asked which question is meant: choose one, and rate the answer to it")
    rating, manifest = _checked(folder, answer, helpful, note)  # before a file is made where there is no library
    with contextlib.closing(FeedbackFile(folder, create=True)) as file:
        file.begin()
        if read_manifest(folder) != manifest:
            rating, _ = _checked(folder, answer, helpful, note)
        file.put(rating)
        file.commit()
    return rating


def ratings(folder: Path) -> tuple[Rating, ...]:
    """What readers thought of a library's answers, newest first.

    Raises:
        LibraryError: there is no library, or its ratings cannot be read.
    """
    if not exists(folder):
        current_manifest(folder)
        return ()
    with contextlib.closing(FeedbackFile(folder)) as file:
        return tuple(rating for _, rating in file.ratings())


def clear(folder: Path) -> int | None:
    """Delete all ratings of a library.

    Returns:
        How many there were; None where the file was damaged or another version's, and was deleted as it was.

    Raises:
        LibraryError: there is no library, or its ratings cannot be deleted.
    """
    if exists(folder):
        return delete_all(folder)
    current_manifest(folder)
    return 0


def problems(folder: Path) -> tuple[str, ...]:
    """What is wrong with the ratings of a library, one line each."""
    try:
        if not exists(folder):
            return ()
        with contextlib.closing(FeedbackFile(folder)) as file:
            complaints = file.integrity()
            if not complaints:
                file.ratings()
            return complaints[:1]  # all have one remedy
    except LibraryError as error:
        return (str(error),)


def prune(folder: Path) -> None:
    """Let go of whatever ratings quote of articles that have changed or gone.

    To be called by the one process that may write the library, once the manifest names its generation. It does nothing
    where it was done for these articles before; where a run was stopped on the way, the next does it.

    Raises:
        LibraryError: the ratings cannot be read or written.
    """
    manifest = read_manifest(folder)
    if manifest is None or not exists(folder):
        return
    articles = manifest.hashes[ARTICLES]
    with contextlib.closing(FeedbackFile(folder)) as file:
        if file.pruned == articles:
            return
        with contextlib.closing(_store(folder, manifest)) as store:
            sought = _borrowed(file.ratings())
            gone = _gone(store, sought)
            file.begin()
            kept = file.ratings()
            gone |= _gone(store, _borrowed(kept) - sought)  # of ratings that came meanwhile
            for number, rating in _without_what_is_gone(kept, gone, store):
                file.change(number, rating)
        file.commit()
        file.compact()
        file.begin()
        file.pruned = articles  # last: a run that is stopped before is mended by the next
        file.commit()


def _borrowed(kept: tuple[tuple[int, Rating], ...]) -> set[str]:
    """The words that questions, as they were understood, have from earlier answers."""
    return {words for _, rating in kept for words in rating.borrowed}


def _without_what_is_gone(
    kept: tuple[tuple[int, Rating], ...], gone: set[str], store: Store
) -> Iterator[tuple[int, Rating]]:
    """Number and new form of each rating that quotes what the articles hold no more, or borrows what is gone."""
    for number, rating in kept:
        if any(store.digest(quoted.article) != quoted.digest for quoted in rating.citations):
            yield number, replace(rating, standalone=rating.question, answer=None, citations=())
        elif gone.intersection(rating.borrowed):
            yield number, replace(rating, standalone=rating.question)


def _gone(store: Store, phrases: set[str]) -> set[str]:
    """Those of the phrases, in lower case, that stand in no article."""
    left = set(phrases)
    for _, text in store.each_article_text() if left else ():
        lower = text.lower()
        left = {phrase for phrase in left if phrase not in lower}
        if not left:
            break
    return left


def _checked(folder: Path, answer: Answer, helpful: bool, note: str) -> tuple[Rating, Manifest]:
    """The rating of an answer, all of whose citations stand in the current generation, and what names that."""
    cited = tuple(
        Quoted(citation.article.id, citation.start, citation.end, article_digest(citation.article))
        for citation in answer.citations
    )
    texts = (answer.question, answer.standalone, answer.text, note)
    question, standalone, text, note = (text.encode("utf-8", "replace").decode() for text in texts)
    store, manifest = of_current(folder, lambda current: (_store(folder, current), current))
    rating = Rating(
        question, standalone, text, helpful, note, float(answer.confidence), answer.refused,
        datetime.now(UTC).isoformat(timespec="seconds"), manifest.generation, cited,
    )  # fmt: skip
    with contextlib.closing(store):
        for quoted in cited:
            if store.digest(quoted.article) != quoted.digest:
                raise LibraryError(f"article {quoted.article!r} has changed since it was quoted: ask again, then rate")
        return replace(rating, standalone=question) if _gone(store, set(rating.borrowed)) else rating, manifest


def _store(folder: Path, manifest: Manifest) -> Store:
    return Store(generation_folder(folder, manifest.generation) / ARTICLES)
