"""txtai as its guide has it: one embeddings database, hybrid, with the texts in it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from eval.peers.side import Job

PACKAGES = ("txtai",)
DOES = "hybrid, FAISS and its own BM25, texts in SQLite, all kept"


def indexing(job: Job, folder: Path) -> Callable[[], object]:
    """As ``Side`` has it."""
    from txtai import Embeddings

    embeddings = Embeddings(path=job["model"], hybrid=True, content=True, gpu=False)

    def keep(texts: Sequence[str], where: Path) -> None:
        embeddings.index(texts)
        embeddings.save(str(where))

    keep(["ready"], folder / "ready")
    return lambda: keep(job["passages"], folder / "database")


def searching(job: Job, folder: Path) -> Callable[[str], Sequence[str]]:
    """As ``Side`` has it."""
    from txtai import Embeddings

    embeddings = Embeddings()
    embeddings.load(str(folder / "database"))
    return lambda question: [found["text"] for found in embeddings.search(question, 10)]
