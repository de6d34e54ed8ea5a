"""A question's vector alone, made as Footnote makes it, and nothing looked for: what no search can be quicker than.

It stands beside Footnote's own index and is only asked, so that it has no more of a ``Side`` than that takes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rag import Settings
from rag.opening import Opened

if TYPE_CHECKING:
    from eval.peers.side import Job

DOES = "nothing but the question's vector, with Footnote's encoder"


def searching(job: Job, folder: Path) -> Callable[[str], Sequence[object]]:
    """As ``Side`` has it, but what is found are the vector's numbers."""
    encoder = Opened(Settings(library=folder / "library", reader="none"), None, None).models().encoder
    return lambda question: encoder.embed_question(question).tolist()
