"""What an assistant has open: a library, the models that its settings name, and what writes; each once, when needed."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

from rag.encoder import Encoder, QuestionEncoder, Remembering
from rag.errors import LibraryError, ModelError
from rag.library import Library, open_library
from rag.manifest import Manifest, read_manifest
from rag.onnx_encoder import cached, is_exported, open_exported
from rag.progress import Progress
from rag.quoting import MOST_KEPT, Kept, Models
from rag.reader import Reader, needs_torch, open_reader
from rag.torch_encoder import SentenceTransformerEncoder, can_embed, open_encoder

if TYPE_CHECKING:
    from rag.settings import Settings
    from rag.writer import Writer
    from rag.written import Support

_BESIDE = 2
"""How many questions' words are looked for at once beside the threads that ask."""


class Opened:
    """Opens what is asked for and keeps it; a library anew where a newer generation was published.

    Safe to use from several threads.

    Args:
        settings: where the library lies and which models are used.
        writer: writes answers in place of the one that the settings name.
        support: checks them in place of the check that comes with Footnote.
    """

    def __init__(self, settings: Settings, writer: Writer | None, support: Support | None) -> None:
        self._settings = settings
        self._lock = threading.RLock()
        self._open_library: Library | None = None
        self._reads_ahead = False
        self._kept: tuple[Library, Kept] | None = None
        self._encoder: Encoder | None = None
        self._remembering: Remembering | None = None
        self._readers: tuple[Reader | None, ...] = ()
        self._beside: tuple[int, ThreadPoolExecutor] | None = None
        self._writer, self._support = writer, support

    @property
    def writes(self) -> bool:
        """Whether there is something that writes."""
        return self._writer is not None or self._settings.writer_url is not None

    def models(self, progress: Callable[[Progress], None] = lambda _: None) -> Models:
        """What a question is answered with."""
        with self._lock:
            library, encoder = self._opened_with_reader(progress)
        library.check_encoder(encoder)
        return Models(library, encoder, self._readers[0], self._threads())

    def _threads(self) -> ThreadPoolExecutor:
        """Those that look for words: this very process's, since what was forked has none of its parent's threads."""
        with self._lock:
            if self._beside is None or self._beside[0] != os.getpid():
                self._beside = os.getpid(), ThreadPoolExecutor(_BESIDE, thread_name_prefix="footnote-words")
            return self._beside[1]

    def _opened_with_reader(self, progress: Callable[[Progress], None]) -> tuple[Library, QuestionEncoder]:
        """The library and the encoder; the first time the reader is loaded meanwhile, but for where torch is needed.

        No package may be imported by two threads at once: Python can let one of them go on with half of it, and a start
        from a cold disk ended in an ImportError.
        """
        name = self._settings.reader
        if self._readers or needs_torch(name) or self._encoder_needs_torch():
            library = self.library(progress)
            encoder = self._question_encoder(library, progress)
            self._readers = self._readers or (open_reader(name),)
            return library, encoder
        import numpy  # noqa: F401 - to have it whole: all three want it

        with ThreadPoolExecutor(max_workers=1) as pool:
            reader = pool.submit(open_reader, name)
            library = self.library(progress)
            encoder = self._question_encoder(library, progress)
            self._readers = (reader.result(),)
        return library, encoder

    def _encoder_needs_torch(self) -> bool:
        """Whether the library is to be made, or its export, or its encoder is not the one that is set."""
        manifest = read_manifest(self._settings.library)
        if manifest is None or manifest.encoder != self._settings.encoder:
            return True
        return not is_exported(manifest.fingerprint)

    def kept(self, library: Library) -> Kept:
        """The last answers that were given from this very generation."""
        with self._lock:
            held = self._kept
            if held is None or held[0] is not library:
                self._kept = held = (library, Kept(MOST_KEPT))
            return held[1]

    def writer(self) -> tuple[Writer, Support] | None:
        """What writes and what checks it, or None where answers are quotes."""
        settings = self._settings
        with self._lock:
            if self._writer is None and settings.writer_url is not None:
                from rag.writer import ChatWriter

                key = settings.writer_key.get_secret_value() if settings.writer_key is not None else None
                self._writer = ChatWriter(settings.writer_url, settings.writer_model or "", key)
            if self._writer is None:
                return None
            if self._support is None:
                from rag.support import SupportCheck

                self._support = SupportCheck(surety=settings.writer_check)
            return self._writer, self._support

    def encoder(self) -> Encoder:
        """What makes the vectors of passages."""
        with self._lock:
            if self._encoder is None:
                self._encoder = open_encoder(self._settings.encoder)
            return self._encoder

    def library(self, progress: Callable[[Progress], None] = lambda _: None) -> Library:
        """The library's current generation; the default library is built where it is missing."""
        with self._lock:
            library = self._open_library
            if library is None or not library.is_current():
                self._build_default_library(progress)
                self._open_library = library = open_library(self._settings.library)
                if self._reads_ahead:
                    library.read_ahead()
            return library

    def let_go(self) -> None:
        """Keep no library open but for the questions that are being answered from it.

        Whoever holds the lock may wait for the writer who calls this, so that it is not taken here.
        """
        self._open_library = self._kept = None

    def read_ahead(self) -> None:
        """Read the passages of a small library, and of each generation that comes after it, before they are asked."""
        with self._lock:
            self.library().read_ahead()
            self._reads_ahead = True

    def _question_encoder(self, library: Library, progress: Callable[[Progress], None]) -> QuestionEncoder:
        """The export of the very model that made the library, if it is the one that is set, or the model itself."""
        manifest = library.manifest
        with self._lock:
            if manifest.encoder != self._settings.encoder:
                if not can_embed():
                    raise LibraryError(
                        f"library {self._settings.library} was made with encoder {manifest.encoder!r}, not "
                        f"{self._settings.encoder!r}: set RAG_ENCODER={manifest.encoder}"
                    )
                return self.encoder()
            if self._remembering is None or self._remembering.fingerprint != manifest.fingerprint:
                exported = open_exported(manifest.encoder, manifest.fingerprint)
                self._remembering = Remembering(exported or self._export_again(manifest, progress))
            return self._remembering

    def _export_again(self, manifest: Manifest, progress: Callable[[Progress], None]) -> QuestionEncoder:
        """The export, made anew since it is not in the cache; the model itself where it cannot be exported."""
        if not can_embed():
            place = cached(manifest.fingerprint)
            raise ModelError(
                f"the library's encoder is not in {place}: copy it there from where it was indexed, and let it be read"
            )
        from rag.onnx_export import cannot_be_exported, export

        encoder = self.encoder()
        foreign = encoder.fingerprint != manifest.fingerprint  # which is told once the library is compared with it
        if foreign or cannot_be_exported(encoder.fingerprint) or not isinstance(encoder, SentenceTransformerEncoder):
            return encoder
        progress(Progress(0, 0, "", stage="exporting the encoder, once, so that questions need no torch"))
        try:
            export(encoder)
        except ModelError as error:
            progress(Progress(0, 0, "", stage=f"{error}: questions are encoded with sentence-transformers"))
            return encoder
        return open_exported(manifest.encoder, manifest.fingerprint) or encoder

    def _build_default_library(self, progress: Callable[[Progress], None]) -> None:
        """Index the seeds if the library of the user's data directory is wanted and missing."""
        from rag.settings import default_library

        folder = self._settings.library
        if folder == default_library() and read_manifest(folder) is None:
            from rag.indexing import index

            index(folder, self.encoder(), [seeds()], progress, wait=True)


def seeds() -> Path:
    """The folder of the articles that come with Footnote: beside the code, or inside the installed package."""
    inside = Path(__file__).parent / "seeds"
    return inside if inside.is_dir() else Path(__file__).parent.parent / "seeds"
