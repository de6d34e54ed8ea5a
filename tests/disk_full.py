"""Fills the disk at every stage of indexing: ``unshare --mount --map-root-user python -m tests.disk_full FOLDER``.

On Linux. A small tmpfs is mounted on the folder and a library made in it; then articles are added to a copy, the disk
growing full while articles are written, or at the very moment when an index, a manifest or the like is. What is said
must be one line that names the disk; the library must answer as before, verify, and take the articles once there is
room. Exits with 1 where not.
"""

from __future__ import annotations

import contextlib
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any
from unittest.mock import patch

from rag import Assistant, LibraryError, Settings, publishing
from rag.encoder import Encoder, PassageText, PassageVectors
from rag.indexing import index
from rag.lexical import WordIndex
from rag.library import open_library
from rag.torch_encoder import open_encoder
from rag.vectors import VectorIndex
from rag.verification import verify

_AMPLE = 200 << 20
_ROOMS = tuple(2**power for power in range(12, 22, 2))
"""Bytes that are left while articles are written; the last are enough."""

_LEFT = (0, 8192)
"""Bytes that are left at the moment when something else is written."""

_MOMENTS = ((VectorIndex, "save"), (WordIndex, "add"), (publishing, "sha256"), (publishing, "write_json"))
"""What has just not been called when the disk is filled."""

_QUESTION = "Who drew the plans of the lighthouse?"
_FIRST, _ALL = 2, 4


class Remembering:
    """The real encoder, which embeds each passage once: every full disk is given the same articles."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self._embedded: dict[PassageText, PassageVectors] = {}
        self.name, self.fingerprint = encoder.name, encoder.fingerprint
        self.dimension, self.max_tokens = encoder.dimension, encoder.max_tokens
        self.token_starts, self.embed_question = encoder.token_starts, encoder.embed_question

    def embed_passages(self, passages: Sequence[PassageText]) -> Iterator[PassageVectors]:
        """Vectors of the passages, in their order."""
        new = [passage for passage in passages if passage not in self._embedded]
        self._embedded.update(zip(new, self._encoder.embed_passages(new), strict=True))
        return iter([self._embedded[passage] for passage in passages])


class Trial:
    """A disk with a library, and the articles that are added to it with an encoder."""

    def __init__(self, disk: Path, elsewhere: Path, encoder: Encoder) -> None:
        self.encoder = encoder
        self.disk, self.library = disk, disk / "library"
        self.filler = disk / "filler"
        self.more = _articles(elsewhere, _FIRST, _ALL)
        self.kept = elsewhere / "library"
        index(self.kept, encoder, [_articles(elsewhere, 0, _FIRST)])
        self.text = self.answer(self.kept)

    def troubles(self, name: str, filled: Callable[[], contextlib.AbstractContextManager[object]]) -> list[str]:
        """Add the articles while the disk is filled, then with room; what is wrong, a line each."""
        shutil.rmtree(self.library, ignore_errors=True)
        shutil.copytree(self.kept, self.library)
        troubles = []
        try:
            with filled():
                index(self.library, self.encoder, [self.more])
            print(f"{name}: indexed", flush=True)
        except LibraryError as error:
            print(f"{name}: {error}", flush=True)
            if "\n" in str(error) or "disk" not in str(error):
                troubles.append(f"said {str(error)!r}")
            troubles += verify(self.library, repair=False).problems
            if (told := self.answer(self.library)) != self.text:
                troubles.append(f"answers {told!r}")
        self.filler.unlink(missing_ok=True)
        index(self.library, self.encoder, [self.more])
        troubles += verify(self.library, repair=False).problems
        if (held := len(open_library(self.library).articles())) != _ALL:
            troubles.append(f"holds {held} articles at last")
        return [f"{name}: {trouble}" for trouble in troubles]

    @staticmethod
    def answer(library: Path) -> str:
        """What a library that was just opened answers."""
        return Assistant(Settings(library=library, reader="none")).ask(_QUESTION).text

    def fill(self, left: int) -> None:
        """Let so many bytes be free, in whole pages."""
        with self.filler.open("wb") as file, contextlib.suppress(OSError):
            file.write(bytes(max(0, shutil.disk_usage(self.disk).free - left)))

    @contextlib.contextmanager
    def at_first(self, left: int) -> Iterator[None]:
        """A disk that is nearly full from the beginning."""
        self.fill(left)
        yield

    @contextlib.contextmanager
    def at_moment(self, owner: Any, name: str, left: int) -> Iterator[None]:
        """A disk that fills just before something is called for the first time."""
        called = getattr(owner, name)

        def filling(*given: Any, **named: Any) -> Any:
            if not self.filler.exists():
                self.fill(left)
            return called(*given, **named)

        with patch.object(owner, name, filling):
            yield


def main() -> int:
    """Fill the disk in every way; returns 0 where nothing was lost."""
    disk = Path(sys.argv[1])
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={_AMPLE}", "none", str(disk)], check=True)
    troubles = []
    with tempfile.TemporaryDirectory() as elsewhere:
        trial = Trial(disk, Path(elsewhere), Remembering(open_encoder("default")))
        for room in _ROOMS:
            troubles += trial.troubles(f"{room:,} bytes at first", lambda room=room: trial.at_first(room))  # type: ignore[misc]  # bound at once
        for owner, name in _MOMENTS:
            for left in _LEFT:
                at = f"{left:,} bytes before {name}"
                troubles += trial.troubles(at, lambda o=owner, n=name, left=left: trial.at_moment(o, n, left))  # type: ignore[misc]  # bound at once
    print(f"{len(_ROOMS) + len(_MOMENTS) * len(_LEFT)} full disks, {len(troubles)} losses")
    print("\n".join(troubles))
    return 1 if troubles else 0


def _articles(folder: Path, first: int, last: int) -> Path:
    """A file of articles about lighthouses, no two with a sentence in common."""
    file = folder / f"{first}.jsonl"
    records = (
        {"_id": f"light-{n}", "title": f"Lighthouse {n}", "text": " ".join(_sentences(n))} for n in range(first, last)
    )
    file.write_text("\n".join(json.dumps(record) for record in records), encoding="utf-8")
    return file


def _sentences(article: int) -> Iterator[str]:
    yield f"Engineer Nilsson drew the plans of the lighthouse number {article}."
    for n in range(40):
        yield f"Keeper {n} of lighthouse {article} burned {7 * n + article} barrels of oil in year {n}."


if __name__ == "__main__":
    sys.exit(main())
