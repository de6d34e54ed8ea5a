"""Damage of any file is found; what the articles can bring back is made anew, the rest is said."""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from rag import Assistant, LibraryError, RagError, Settings, verification
from rag.encoder import PassageText, PassageVectors
from rag.feedback import rate
from rag.feedback_file import FEEDBACK, connect
from rag.indexing import index
from rag.library import open_library
from rag.manifest import read_manifest
from rag.publishing import rebuild
from rag.upkeep import remove, stats
from rag.verification import verify
from tests.conftest import ROOT
from tests.steps import Hashing

QUESTION = "How many Syrian refugees have arrived in the Perm region since February?"


@pytest.fixture
def library(seed_library: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(seed_library, tmp_path / "lib"))


def files(library: Path) -> list[Path]:
    return sorted(file for file in library.rglob("*") if file.is_file() and file.stat().st_size)


def test_a_sound_library_is_found_sound_and_left_alone(library: Path) -> None:
    before = {file: file.read_bytes() for file in files(library)}
    found = verify(library)
    assert (found.problems, found.sound, found.repaired) == ((), True, False)
    assert {file: file.read_bytes() for file in files(library)} == before


def test_a_library_that_is_published_anew_meanwhile_is_sound(library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whichever file of the generation before is looked for once it was deleted."""
    manifest = read_manifest(library)
    assert manifest is not None
    for stage in ("_truth_problems", "_index_problems", "check_hash"):
        real = getattr(verification, stage)
        published: list[bool] = []

        def publishing(*given: object, real: Any = real, published: list[bool] = published) -> Any:
            if not published:
                published.append(True)
                rebuild(library, manifest)
            return real(*given)

        with monkeypatch.context() as context:
            context.setattr(verification, stage, publishing)
            assert verify(library, repair=False).problems == ()
        assert published
    listed = os.walk
    monkeypatch.setattr("os.walk", lambda folder: [*listed(folder), (str(folder), [], ["gone"])])
    assert stats(library).articles == manifest.articles


def test_a_missing_index_is_made_again(library: Path) -> None:
    answer = Assistant(Settings(library=library)).ask(QUESTION)
    next(library.rglob("vectors.faiss")).unlink()
    shutil.rmtree(next(library.rglob("words")))
    assert not verify(library, repair=False).sound
    with pytest.raises(LibraryError):
        open_library(library)
    assert verify(library).repaired
    assert verify(library).problems == ()
    assert Assistant(Settings(library=library)).ask(QUESTION).text == answer.text


def test_an_index_of_other_vectors_is_made_again(library: Path) -> None:
    """The hash is right, yet the rows are not those of the passages."""
    from rag.files import sha256, write_json
    from rag.vectors import VectorIndex

    file = next(library.rglob("vectors.faiss"))
    index = VectorIndex.open(file)
    count = len(index)
    rows = index.rows(list(range(1, count + 1)))
    assert rows is not None
    other = VectorIndex(rows.shape[1])
    other.add(list(range(1, count + 1)), rows[::-1].copy())
    other.save(file)
    manifest = read_manifest(library)
    assert manifest is not None
    hashes = {**manifest.hashes, "vectors.faiss": sha256(file)}
    record = {name: getattr(manifest, name) for name in type(manifest).__slots__}
    write_json(library / "manifest.json", {**record, "hashes": hashes})
    assert "are not those of the passages" in verify(library).problems[0]
    assert verify(library).sound


@pytest.mark.parametrize("statement", [
    "UPDATE articles SET text = replace(text, 'Perm', 'Omsk')",
    "UPDATE passages SET first = first + 1",
    "UPDATE vectors SET sentences = zeroblob(length(sentences))",
    "DELETE FROM passages WHERE number = 1",
])  # fmt: skip
def test_articles_that_are_not_what_was_written_are_said(library: Path, statement: str) -> None:
    connection = sqlite3.connect(next(library.rglob("articles.sqlite")))
    connection.execute(statement)
    connection.commit()
    connection.close()
    found = verify(library)
    assert not found.sound
    assert "index its articles again" in found.problems[0]


def test_a_passage_that_has_not_a_vector_for_each_sentence_is_said(tmp_path: Path) -> None:
    class Forgetful(Hashing):
        def embed_passages(self, passages: Sequence[PassageText]) -> Iterator[PassageVectors]:
            for vectors in super().embed_passages(passages):
                yield PassageVectors(vectors.whole, vectors.sentences[1:])

    (tmp_path / "a.txt").write_text("The ferry sails at noon. It carries no cars.", encoding="utf-8")
    index(tmp_path / "lib", Forgetful(), [tmp_path / "a.txt"])
    found = verify(tmp_path / "lib")
    assert not found.sound
    assert "passage 1 has not one vector for each of its sentences" in found.problems[0]


def test_a_library_that_may_only_be_read_answers_and_leaves_nothing_behind(
    library: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder in the place of each lock file stops even whoever may write anywhere."""
    right = Assistant(Settings(library=library)).ask(QUESTION)
    links = tmp_path / "links"
    links.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(links))
    for lock in library.rglob("*.lock"):
        lock.unlink()
        lock.mkdir()
    assistant = Assistant(Settings(library=library))
    assert assistant.ask(QUESTION).text == right.text
    assert verify(library).problems == ()
    assert list(links.iterdir()) == []  # nothing is left even while the library is open
    monkeypatch.setattr("rag.feedback_file.connect", lambda folder, mode="ro": connect(folder, "ro"))
    (library / FEEDBACK).touch()
    with pytest.raises(LibraryError, match=r"readonly database.*check permissions"):
        rate(library, right, True)
    with pytest.raises(LibraryError, match="cannot be written"):
        remove(library, ["nothing"])
    assert assistant.ask(QUESTION).text == right.text


@pytest.mark.skipif(sys.platform != "linux", reason="a small disk is made with Linux's means")
def test_a_full_disk_is_told_and_loses_nothing(tmp_path: Path) -> None:
    """Whoever may not mount a file system, even in a name space of their own, cannot run this."""
    apart = ["unshare", "--mount", "--map-root-user"]
    if shutil.which("unshare") is None or subprocess.run([*apart, "true"], check=False, capture_output=True).returncode:
        pytest.skip("no name space of its own can be made here")
    (tmp_path / "disk").mkdir()
    run = [*apart, sys.executable, "-m", "tests.disk_full", str(tmp_path / "disk")]
    ended = subprocess.run(run, cwd=ROOT, check=False, capture_output=True, text=True)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "0 losses" in ended.stdout


@pytest.mark.parametrize("damage", ["truncate", "flip", "delete", "empty", "shut"])
def test_no_damage_of_any_file_gives_a_wrong_answer(library: Path, tmp_path: Path, damage: str) -> None:
    """Each file in turn: an error that says what to do, or the very answer that the sound library gives."""
    right = Assistant(Settings(library=library)).ask(QUESTION)
    rate(library, right, True)
    assert library / FEEDBACK in files(library)
    rng = random.Random(damage)
    for sound in files(library):
        broken = Path(shutil.copytree(library, tmp_path / "broken"))
        file = broken / sound.relative_to(library)
        data = bytearray(file.read_bytes())
        if damage == "delete":
            file.unlink()
        elif damage == "truncate":
            file.write_bytes(data[: len(data) // 2])
        elif damage == "empty":
            file.write_bytes(b"")
        elif damage == "shut":
            file.chmod(0)
            if os.access(file, os.R_OK):  # whoever may read everything cannot read a folder as a file
                file.unlink()
                file.mkdir()
        else:
            data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
            file.write_bytes(data)
        try:
            answer = Assistant(Settings(library=broken)).ask(QUESTION)
        except RagError as error:
            assert "\n" not in str(error)
            assert any(remedy in str(error) for remedy in ("footnote", "index", "permissions")), error
        else:
            assert (answer.text, answer.citations) == (right.text, right.citations), file
        shutil.rmtree(broken)
