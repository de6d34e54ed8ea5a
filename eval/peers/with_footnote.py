"""Footnote through its front door, from files to a library; it also cuts, embeds each sentence and finds copies."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rag import Assistant, Settings

if TYPE_CHECKING:
    from eval.peers.side import Job

PACKAGES = ("footnote-rag",)
DOES = "from files; vectors in FAISS, words in tantivy, texts in SQLite"


def indexing(job: Job, folder: Path) -> Callable[[], object]:
    """As ``Side`` has it."""
    assistant = Assistant(Settings(library=folder / "library"))
    small = folder / "small.txt"
    small.write_text("The ferry to the island leaves at nine. It takes an hour.", encoding="utf-8")
    assistant.index([small])
    return lambda: assistant.index([Path(path) for path in job["articles"]])


def searching(job: Job, folder: Path) -> Callable[[str], Sequence[str]]:
    """As ``Side`` has it."""
    assistant = Assistant(Settings(library=folder / "library", reader="none"))
    assistant.open()
    return lambda question: [hit.passage.text for hit in assistant.search(question, 10)]
