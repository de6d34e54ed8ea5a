"""The assistant: a library, an encoder and a reader, wired together, and ``ask`` for those who need only one."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, ClassVar

from rag.asking import checked, day, talk
from rag.confidence import rules
from rag.files import from_home, path_of
from rag.manifest import LIBRARY_FORMAT
from rag.opening import Opened
from rag.progress import IndexReport, Progress
from rag.quoting import quotes, searched
from rag.retrieval import Weights
from rag.schema import Answer, Article, Hit, Passage
from rag.timing import Clock

if TYPE_CHECKING:
    from rag.ratings import Rating
    from rag.settings import Settings
    from rag.writer import Writer
    from rag.written import Support


class Assistant:
    """Answers questions from one library. Safe to use from several threads.

    Nothing is loaded until it is needed; ``open`` loads it beforehand.

    Args:
        settings: where the library lies and which models are used; read from the environment if not given.
        writer: writes answers in place of the one that the settings name; its every sentence is checked.
        support: checks them in place of the check that comes with Footnote.

    Attributes:
        settings: that it was made with.
        library_format: of the files of libraries that it writes and reads; another version may have another.
    """

    library_format: ClassVar[int] = LIBRARY_FORMAT

    def __init__(
        self, settings: Settings | None = None, *, writer: Writer | None = None, support: Support | None = None
    ) -> None:
        if settings is None:
            from rag.settings import Settings

            settings = Settings()
        self.settings = settings
        self._opened = Opened(settings, writer, support)

    @property
    def writes(self) -> bool:
        """Whether a model writes the answers, so that ``stream`` has something to show before the whole is there."""
        return self._opened.writes

    def thresholds(self, *, dated: bool = False) -> Mapping[str, float]:
        """The least confidence at which an answer from this library is shown, by the name of the refusal setting.

        Args:
            dated: for answers whose question's day counted (``Answer.asked``).

        Raises:
            LibraryError: the library is missing or damaged.
        """
        passages = self._opened.library().manifest.passages
        fitted = rules(with_reader=self.settings.reader != "none", dated=dated)
        return {str(setting): limit.at(passages) for setting, limit in fitted.thresholds.items()}

    def ask(self, question: str, *, history: Sequence[Answer] = (), asked: date | None = None) -> Answer:
        """Answer a question from the articles, or say that they do not answer it.

        Args:
            question: at most ``asking.LONGEST_QUESTION`` characters.
            history: the earlier answers of the conversation, oldest first; a follow-up is understood from them.
            asked: the day of a question about the news, whose articles then count for more; see ``recency``.

        Raises:
            QuestionError: the question is empty or too long.
            LibraryError: the library is missing, damaged, or was made with another encoder.
            ModelError: a model cannot be loaded.
        """
        *_, answer = self.stream(question, history=history, asked=asked)
        return answer

    def stream(self, question: str, *, history: Sequence[Answer] = (), asked: date | None = None) -> Iterator[Answer]:
        """Answer a question as ``ask`` does, showing what a writer writes as soon as it was checked.

        Closing the iterator stops the writer. It takes and, at its first step, raises what ``ask`` does.

        Yields:
            The answer so far after each sentence that was checked, and last the whole. An answer so far may still be
            replaced by quotes alone, where the writer fails. While a writer is waited for, the same answer so far comes
            again, twice a second or so, with an empty text at first: a moment at which the iterator can be closed.
            Without a writer there is one answer.
        """
        clock = Clock()
        question, history, asked = checked(question), talk(history), day(asked)
        models = self._opened.models()
        writer, support = self._opened.writer() or (None, None)
        clock.lap("open")
        kept = self._opened.kept(models.library)
        quoted = None if history else kept.get((question, asked))
        if quoted is None:
            quoted = quotes(question, history, asked, models, writer, self.settings, clock)
            if not history:
                kept.put((question, asked), quoted)
        answer = quoted.answer
        if writer is not None and support is not None and not answer.refused:
            from rag.written import offered, write

            given = offered(answer, quoted.found)
            pieces = writer(answer.standalone, [item.hit for item in given])
            answer = yield from write(clock.stamp(answer), pieces, given, support, models.encoder, models.library)
            clock.lap("write")
        if quoted.problem is not None:
            from rag.rewriting import told

            answer = told(answer, quoted.problem)
        yield clock.stamp(answer)

    def search(
        self,
        question: str,
        limit: int = 100,
        *,
        history: Sequence[Answer] = (),
        asked: date | None = None,
        weights: Weights | None = None,
    ) -> tuple[Hit, ...]:
        """The passages found for a question, best first, at most ``limit``; takes and raises what ``ask`` does.

        ``weights`` says how much vectors, passage words and article words count, each from 0, where another mixture
        than the one that answers are found with is to be measured. No model is asked to rewrite a follow-up.
        """
        question, history, asked = checked(question), talk(history), day(asked)
        found = searched(question, history, asked, self._opened.models(), limit, weights)
        return tuple(item.hit for item in found)

    def articles(self, limit: int | None = None) -> tuple[Article, ...]:
        """The articles of the library in the order in which they were added, at most ``limit``.

        Raises:
            LibraryError: the library is missing or damaged.
        """
        return self._opened.library().articles(limit)

    def passages(self) -> Iterator[Passage]:
        """Every passage of the library, article after article; raises what ``articles`` does."""
        return self._opened.library().each_passage()

    def index(
        self,
        paths: str | Path | Sequence[str | Path],
        *,
        progress: Callable[[Progress], None] = lambda _: None,
        columns: Mapping[str, str] = MappingProxyType({}),
        sync: bool = False,
    ) -> IndexReport:
        """Add the articles of files and folders to the library, or update them.

        Args:
            paths: files and folders, or one of them.
            progress: called with each article that is read or passed over, each batch of passages, and each stage.
            columns: what tables and records call a column ("text", "title", "url", "published", "source", "authors",
                "updated", "id"), where the usual names do not tell it.
            sync: let go, too, of files that lay under ``paths`` and are there no more.

        Raises:
            DocumentError: a path cannot be read, no path holds an article (unless ``sync``), or ``columns`` names none.
            RagError: a path is empty.
            LibraryError: the library cannot be written, or was made with another encoder.
            ModelError: the encoder cannot be loaded.
        """
        from rag.indexing import index

        encoder, make_way = self._opened.encoder(), self._opened.let_go
        given = [paths] if isinstance(paths, str | Path) else paths
        read = [path_of(path) if isinstance(path, str) else from_home(path) for path in given]
        return index(self.settings.library, encoder, read, progress, columns=columns, sync=sync, make_way=make_way)

    def rate(self, answer: Answer, helpful: bool, note: str = "") -> Rating:
        """Keep in the library's folder what a reader thinks of an answer, in place of an earlier verdict on the same.

        Args:
            answer: whole; a refusal can be rated, too.
            helpful: the verdict.
            note: the reader's own words, at most 2,000 characters.

        Raises:
            QuestionError: the note is too long, or the answer only asks back.
            LibraryError: an article that is cited has changed since, or the folder cannot be written.
        """
        from rag.feedback import rate

        return rate(self.settings.library, answer, helpful, note)

    def ratings(self) -> tuple[Rating, ...]:
        """What readers thought of answers, newest first; raises LibraryError where they cannot be read."""
        from rag.feedback import ratings

        return ratings(self.settings.library)

    def open(self, progress: Callable[[Progress], None] = lambda _: None) -> None:
        """Load everything that the first question would load, and build the default library if it is not there yet.

        Of a small library all passages are read, too, which only a process that is asked much gains by.

        Raises:
            LibraryError: the library is missing, damaged, or was made with another encoder.
            ModelError: a model cannot be loaded.
        """
        self._opened.models(progress)
        self._opened.read_ahead()
        self._opened.writer()


@functools.cache
def _default_assistant() -> Assistant:
    return Assistant()


def ask(question: str, *, history: Sequence[Answer] = (), asked: date | None = None) -> Answer:
    """Answer a question from the default library, which is built from the seed articles on first use.

    The models stay loaded for the next question. See ``Assistant.ask`` for arguments and errors.
    """
    return _default_assistant().ask(question, history=history, asked=asked)
