"""Where a benchmark's library lies, so that it is made once and used again while nothing changes that it is made of."""

from __future__ import annotations

import hashlib
from pathlib import Path

import rag
from rag import Assistant

CUTTING = (
    "documents",
    "sentences",
    "dates",
    "authors",
    "decoding",
    "page_dates",
    "markup",
    "records",
    "feeds",
    "formats",
    "loaders",
    "furniture",
    "lines",
    "notices",
    "cleaning",
    "provenance",
    "headlines",
    "articles",
    "passages",
    "encoder",
    "torch_model",
    "sentence_pooling",
    "torch_encoder",
    "vectors",
    "vector_training",
    "lexical",
    "rows",
    "duplicates",
    "indexing",
)
"""The modules of ``rag`` that say what a library holds. Were a library to outlive a change to one of them, the figures
before the change and after it would be of one library."""

_RAG = Path(str(rag.__file__)).parent


def library_of(corpus: Path, encoder: str, folder: Path | None = None) -> Path:
    """The folder of a corpus's library; of a changed corpus, or where articles are cut in another way, another one.

    Args:
        corpus: the file or folder of articles.
        encoder: the setting.
        folder: what it lies below; None for the user's cache directory. A library that lies there stays as it is.
    """
    from platformdirs import user_cache_path

    files = sorted(corpus.iterdir()) if corpus.is_dir() else [corpus]
    stamps = [f"{file.resolve()} {file.stat().st_size} {file.stat().st_mtime_ns}" for file in files]
    parts = [encoder, str(Assistant.library_format), _code(), *stamps]
    digest = hashlib.sha256("\n".join(parts).encode(errors="surrogateescape")).hexdigest()
    name = corpus.name if corpus.is_dir() else corpus.resolve().parent.name
    return (folder or user_cache_path("footnote", appauthor=False) / "eval") / f"{name}-{digest[:16]}"


def _code() -> str:
    """What changes with every byte of the modules that say what a library holds."""
    digests = (hashlib.sha256((_RAG / f"{module}.py").read_bytes()).hexdigest() for module in CUTTING)
    return " ".join(digests)
