"""A benchmark's library is used again while nothing changes that it is made of, and not longer."""

from __future__ import annotations

from pathlib import Path

import pytest

from eval import libraries
from eval.libraries import CUTTING, library_of
from rag import seeds
from tests.test_architecture import PLAN, imported


def test_a_changed_corpus_or_encoder_has_another_library(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus.jsonl"
    corpus.write_text("{}", encoding="utf-8")
    first = library_of(corpus, "default")
    assert first == library_of(corpus, "default") and first.name.startswith(tmp_path.name)
    assert first != library_of(corpus, "other")
    assert library_of(corpus, "default", tmp_path / "kept") == tmp_path / "kept" / first.name
    corpus.write_text("{} ", encoding="utf-8")
    assert first != library_of(corpus, "default")
    assert library_of(seeds(), "default").parent == first.parent


def test_articles_that_are_cut_in_another_way_have_another_library(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else figures from before and after such a change would be of one library."""
    first = library_of(seeds(), "default")
    for module in CUTTING:
        (tmp_path / f"{module}.py").write_bytes((seeds().parent / "rag" / f"{module}.py").read_bytes())
    monkeypatch.setattr(libraries, "_RAG", tmp_path)
    assert library_of(seeds(), "default") == first
    with (tmp_path / "sentences.py").open("a", encoding="utf-8") as changed:
        changed.write("# changed\n")
    assert library_of(seeds(), "default") != first


def test_whatever_a_library_is_made_by_is_looked_at() -> None:
    """What ``indexing`` imports says what a library holds, or is one of those that only keep it."""
    keeps = "draft errors feedback feedback_file files generation_file manifest memory progress publishing ratings"
    exports = (
        "inference onnx_encoder onnx_export onnx_graph"  # for questions; its place is the encoder's, not the library's
    )
    used: set[str] = set()
    left = ["indexing"]
    while left:
        used.add(module := left.pop())
        names = (name.split(".") for name in imported(seeds().parent / "rag" / f"{module}.py"))
        left += {parts[1] for parts in names if parts[0] == "rag" and parts[1:] and parts[1] in PLAN} - used
    assert used - {*f"{keeps} {exports} arrays schema staging store".split()} == set(CUTTING)
