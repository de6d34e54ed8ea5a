"""Footnote: answers from a collection of articles, each sentence footnoted to the exact words that it rests on.

    from rag import ask
    answer = ask("How many Syrian refugees have arrived in the Perm region since February?")
    print(answer.text, answer.citations[0].quote)

This is the one door: whatever is outside ``rag`` imports from here. Importing it loads no model and no heavy library.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from rag.asking import asks_nothing
from rag.assistant import Assistant, ask
from rag.errors import DocumentError, LibraryError, ModelError, QuestionError, RagError, SettingsError, WriterError
from rag.files import path_of
from rag.opening import seeds
from rag.progress import IndexReport, Progress
from rag.recency import day_of
from rag.retrieval import Found, Weights
from rag.schema import Answer, Article, Citation, Hit, Passage
from rag.suggestions import suggest
from rag.visible import visible

if TYPE_CHECKING:
    from rag.ratings import Rating
    from rag.settings import Settings
    from rag.support import Verdict
    from rag.writer import Writer
    from rag.written import Support

__all__ = [
    "Answer",
    "Article",
    "Assistant",
    "Citation",
    "DocumentError",
    "Found",
    "Hit",
    "IndexReport",
    "LibraryError",
    "ModelError",
    "Passage",
    "Progress",
    "QuestionError",
    "RagError",
    "Rating",
    "Settings",
    "SettingsError",
    "Support",
    "Verdict",
    "Weights",
    "Writer",
    "WriterError",
    "ask",
    "asks_nothing",
    "day_of",
    "path_of",
    "seeds",
    "suggest",
    "visible",
]


_LATER = {
    "Rating": "rag.ratings",
    "Settings": "rag.settings",
    "Support": "rag.written",
    "Verdict": "rag.support",
    "Writer": "rag.writer",
}
"""Names that are loaded when they are first asked for, each with its module.

Pydantic takes longer to import than the rest of the door, and most who ask neither rate nor bring a writer.
"""


if not TYPE_CHECKING:  # a type checker would take any name for granted

    def __getattr__(name: str) -> Any:
        """Load one of ``_LATER``."""
        if name in _LATER:
            return getattr(importlib.import_module(_LATER[name]), name)
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
