"""A run that dies at any moment: what it leaves is found whole by the next; the commands that try it are tried here."""

from __future__ import annotations

import gzip
import json
import os
import random
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from rag import Article
from rag.indexing import index
from rag.library import open_library
from rag.manifest import read_manifest
from rag.publishing import draft
from rag.verification import verify
from tests.corrections import Corpus, changed, corpus_lines, questions, shortened
from tests.forking import Forked, open_source
from tests.kill import spread
from tests.killing import IndexingRun, Moment
from tests.steps import NEW, OLD, Hashing, content, run, write

ROOT = Path(__file__).parent.parent


@pytest.fixture
def source(tmp_path: Path) -> Path:
    write(tmp_path / "in", OLD)
    return tmp_path / "in"


@pytest.fixture
def library(tmp_path: Path, source: Path) -> Path:
    run(tmp_path / "lib", source)
    return tmp_path / "lib"


def ids(library: Path) -> list[str]:
    return sorted(article.id for article, _ in open_library(library).each_article())


@pytest.mark.parametrize("gone", ["articles.sqlite", "base.json"])
def test_half_of_a_draft_is_not_gone_on_from(library: Path, source: Path, tmp_path: Path, gone: str) -> None:
    """As where a run died while it deleted a draft: the articles of the library must not be lost with it."""
    with pytest.raises(KeyboardInterrupt), draft(library, Hashing()) as store:
        store.touch()
        raise KeyboardInterrupt
    (library / "generations" / "next" / gone).unlink()
    write(tmp_path / "more", {"more": "The lighthouse is grey."})
    index(library, Hashing(), [tmp_path / "more"])
    assert ids(library) == ["changed", "gone", "kept", "more"]
    assert verify(library).problems == ()


def test_a_draft_without_tables_is_begun_anew(source: Path, tmp_path: Path) -> None:
    staging = tmp_path / "lib" / "generations" / "next"
    staging.mkdir(parents=True)
    (staging / "articles.sqlite").touch()
    run(tmp_path / "lib", source)
    assert ids(tmp_path / "lib") == ["changed", "gone", "kept"]


def test_what_was_embedded_is_kept_where_a_run_died_before_the_manifest_named_it(library: Path, source: Path) -> None:
    before = content(library)
    manifest = (library / "manifest.json").read_bytes()
    old = Path(shutil.copytree(library / "generations" / "1", library / "kept"))
    write(source, NEW)
    assert run(library, source) > 0
    after = content(library)
    (library / "manifest.json").write_bytes(manifest)
    old.rename(library / "generations" / "1")
    assert content(library) == before
    assert run(library, source) == 0
    assert content(library) == after


def test_old_text_is_deleted_where_a_run_died_before_it_was(library: Path, source: Path) -> None:
    old = Path(shutil.copytree(library / "generations" / "1", library / "kept"))
    write(source, NEW)
    run(library, source)
    old.rename(library / "generations" / "1")
    assert run(library, source) == 0
    manifest = read_manifest(library)
    assert manifest is not None
    assert [folder.name for folder in (library / "generations").iterdir()] == [str(manifest.generation)] == ["2"]


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="forks")
def test_no_step_of_a_run_is_one_too_early_to_die() -> None:
    """Every 37th step; ``python -m tests.steps`` takes each."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.steps", "--stride", "37"], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count(" 0 losses") == 2


@pytest.fixture(scope="module")
def fork() -> Iterator[subprocess.Popen[bytes]]:
    """What runs are forked from."""
    with open_source() as source:
        yield source
        assert source.stdin is not None
        source.stdin.close()


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="looks at what files a process has open")
def test_a_run_dies_in_the_phase_that_was_asked_for(fork: subprocess.Popen[bytes], tmp_path: Path) -> None:
    indexing = IndexingRun(ROOT / "seeds", tmp_path / "lib", tmp_path / "log", fork)
    assert indexing.die(Moment("writing", 0.0)) == "writing"
    assert read_manifest(tmp_path / "lib") is None
    assert (tmp_path / "lib" / "generations" / "next").is_dir()


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="forks")
def test_a_forked_run_is_the_command(fork: subprocess.Popen[bytes], tmp_path: Path) -> None:
    log = tmp_path / "log"
    told = Forked(fork, ["stats", "--library", str(tmp_path / "none")], log)
    assert told.wait() == told.poll() == 2
    assert "no library in" in log.read_text(encoding="utf-8")
    assert Forked(fork, ["--help"], log).wait() == 0
    killed = Forked(fork, ["inspect", "-"], log)
    os.kill(killed.pid, signal.SIGKILL)
    assert killed.wait() in (-signal.SIGKILL, 0)


def test_a_corrected_article_alone_is_another() -> None:
    articles = {name: Article(name, "News", f"About {name}.") for name in "abc"}
    lines = tuple(json.dumps({"_id": name, "title": "News", "text": f"About {name}.\n"}) for name in "abc")
    corpus = Corpus(lines, articles, ())
    other = changed(corpus, random.Random(1), 7)
    different = [name for name in "abc" if other.held()[name] != corpus.held()[name]]
    assert len(different) == 1
    assert other.held()[different[0]].startswith(f"About {different[0]}.\n\nCorrection 7")
    assert sum(one != two for one, two in zip(other.lines, lines, strict=True)) == 1
    assert corpus.first(2).held().keys() == {"a", "b"}


def test_kills_fall_on_phases_by_weight() -> None:
    assert spread(10, {"start-up": 2, "writing": 8}) == ["start-up"] * 2 + ["writing"] * 8
    assert len(spread(7, {"start-up": 1, "writing": 6, "indexes": 8, "published": 5})) == 7
    assert spread(0, {"writing": 1}) == []


def test_questions_are_the_folders_or_about_titles(tmp_path: Path) -> None:
    articles = {"a": Article("a", "The mill", "It turns.")}
    assert questions(tmp_path, articles) == ("What is told about The mill?",)
    (tmp_path / "queries.jsonl").write_text('{"_id": "1", "text": "Does it turn?"}\n', encoding="utf-8")
    assert questions(tmp_path, articles) == ("Does it turn?",)


def test_a_shortened_folder_has_the_first_articles_and_all_questions(tmp_path: Path) -> None:
    assert shortened(tmp_path, 2, tmp_path / "short") == tmp_path
    (tmp_path / "corpus.jsonl.gz").write_bytes(gzip.compress(b"one\ntwo\nthree\n"))
    (tmp_path / "queries.jsonl").write_text("asked\n", encoding="utf-8")
    short = shortened(tmp_path, 2, tmp_path / "short")
    assert (short / "corpus.jsonl").read_text(encoding="utf-8") == "one\ntwo\n"
    assert (short / "queries.jsonl").read_text(encoding="utf-8") == "asked\n"
    assert len(corpus_lines(shortened(tmp_path, None, tmp_path / "whole"))) == 3
