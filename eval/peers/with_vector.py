"""A question's vector alone, made as Footnote makes it, and nothing looked for: what no search can be quicker than."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rag.manifest import read_manifest
from rag.onnx_encoder import open_exported

if TYPE_CHECKING:
    from eval.peers.side import Job

PACKAGES = ("footnote-rag",)
DOES = "nothing but the question's vector, with Footnote's encoder"


def indexing(job: Job, folder: Path) -> Callable[[], object]:
    """As ``Side`` has it; it stands beside Footnote's index, and has none."""
    return lambda: None


def searching(job: Job, folder: Path) -> Callable[[str], Sequence[object]]:
    """As ``Side`` has it, but what is found are the vector's numbers."""
    manifest = read_manifest(folder / "library")
    assert manifest is not None
    encoder = open_exported(manifest.encoder, manifest.fingerprint)
    assert encoder is not None  # Footnote has exported it, to be asked
    return lambda question: encoder.embed_question(question).tolist()
