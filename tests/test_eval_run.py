"""Whole runs: what was measured is written whatever ends the run, status told, what cannot work refused at once."""

from __future__ import annotations

import contextlib
import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from eval.__main__ import main
from eval.run import INTERRUPTED, run
from eval.searches import WAYS
from rag import DocumentError, LibraryError, RagError, Settings
from tests.parrot import Parrot


def folder(place: Path, *texts: str) -> Path:
    """A benchmark whose questions the one article answers."""
    place.mkdir()
    (place / "corpus.jsonl").write_text('{"_id": "tea", "title": "Tea", "text": "Tea is drunk at four."}\n', "utf-8")
    lines = ({"_id": str(n), "text": text, "article": "tea"} for n, text in enumerate(texts or ("When?", "Who?")))
    (place / "queries.jsonl").write_text("\n".join(map(json.dumps, lines)), "utf-8")
    return place


def asked_of(monkeypatch: pytest.MonkeyPatch, *parrots: Parrot) -> None:
    """Have a run put its benchmarks to these, one after the other."""
    left = list(parrots)
    monkeypatch.setattr("eval.run.Assistant", lambda settings: left.pop(0))


def read(file: Path) -> Any:
    return json.loads(file.read_text(encoding="utf-8"))


def test_a_run_against_the_file_that_it_writes_is_compared_with_what_that_held(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked_of(monkeypatch, Parrot(cites=True), Parrot(cites=True))
    mine, file = folder(tmp_path / "mine"), tmp_path / "run.json"
    assert run([mine], json_file=file) == 0
    before = read(file)
    for row in before["questions"]:
        row["scores"]["verbatim"] = 1.0
    file.write_text(json.dumps(before), encoding="utf-8")
    assert run([mine], json_file=file, against=file) == 1
    assert "Fell beyond noise: verbatim." in capsys.readouterr().out
    assert read(file)["citation"]["verbatim"] == 0.0


def test_what_is_no_earlier_run_is_told_before_anything_is_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    parrot = Parrot()
    asked_of(monkeypatch, parrot, parrot)
    mine, file = folder(tmp_path / "mine"), tmp_path / "run.json"
    file.write_text("{", encoding="utf-8")
    with pytest.raises(RagError, match="cannot read"):
        run([mine], against=file)
    with pytest.raises(RagError, match="cannot write"):
        run([mine], json_file=tmp_path / f"{'x' * 250}.json")
    assert parrot.asked == []


@pytest.mark.parametrize(("end", "status"), [(KeyboardInterrupt(), INTERRUPTED), (LibraryError("damaged"), None)])
def test_a_benchmark_that_ends_a_run_leaves_those_before_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, end: BaseException, status: int | None
) -> None:
    ended = Parrot()
    ended.stop_reading = end
    asked_of(monkeypatch, Parrot(), ended)
    one, two, file = folder(tmp_path / "one"), folder(tmp_path / "two"), tmp_path / "run.json"
    if status is None:
        with pytest.raises(LibraryError):
            run([one, two], json_file=file)
    else:
        assert run([one, two], json_file=file) == status
    assert (read(file)["name"], read(file)["n"]["asked"]) == ("one", 2)


@pytest.mark.parametrize("end", [KeyboardInterrupt(), LibraryError("damaged")])
def test_an_end_among_the_ways_of_searching_leaves_the_answers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], end: BaseException
) -> None:
    parrot = Parrot()
    parrot.stop_searching = end
    asked_of(monkeypatch, parrot)
    file = tmp_path / "run.json"
    if isinstance(end, KeyboardInterrupt):
        assert run([folder(tmp_path / "mine")], json_file=file, searches=True) == INTERRUPTED
    else:
        with pytest.raises(LibraryError):
            run([folder(tmp_path / "mine")], json_file=file, searches=True)
    assert read(file)["n"]["asked"] == 2
    assert "2 questions (2 answerable)" in capsys.readouterr().out


def test_a_question_that_cannot_be_asked_is_searched_for_in_vain(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked_of(monkeypatch, Parrot(refuse="Who?"))
    file = tmp_path / "run.json"
    assert run([folder(tmp_path / "mine")], json_file=file, searches=True) == 0
    assert [finding["questions"] for finding in read(file)["searches"]] == [2] * len(WAYS)


class Closed(io.RawIOBase):
    """A pipe whose reader has seen enough."""

    def writable(self) -> bool:
        """It seems to be open."""
        return True

    def write(self, _: Any) -> int:
        """Nobody reads it."""
        raise BrokenPipeError


def test_a_pipe_that_is_closed_ends_no_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked_of(monkeypatch, Parrot(), Parrot())
    stream = io.TextIOWrapper(io.BufferedWriter(Closed(), 1), encoding="utf-8", write_through=True)
    monkeypatch.setattr(sys, "stdout", stream)
    file = tmp_path / "run.json"
    assert run([folder(tmp_path / "one"), folder(tmp_path / "two")], json_file=file) == 0
    assert list(read(file)["benchmarks"]) == ["one", "two"]
    monkeypatch.undo()
    with contextlib.suppress(BrokenPipeError):
        stream.detach().detach()


def test_no_name_and_no_text_is_too_odd_to_be_shown_or_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked_of(monkeypatch, Parrot())
    shown = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(shown, encoding="latin-1", write_through=True))
    mine, file = folder(tmp_path / "n\u0113ws\x1b[31m [draft]", "Is \ud800 a character?", "Who?"), tmp_path / "run.json"
    assert run([mine], json_file=file) == 0
    printed = shown.getvalue().decode("latin-1")
    assert "n\\u0113ws\\x1b[31m [draft]: 2 questions" in printed
    assert "\x1b[31m" not in printed + capsys.readouterr().err
    assert read(file)["questions"][0]["text"] == "Is \ud800 a character?"


def test_it_is_told_where_a_library_lies(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A folder that is named holds it in a folder of its own, so that nobody's library takes in the benchmark."""
    named: list[Path] = []

    def opened(settings: Settings) -> Parrot:
        named.append(settings.library)
        return Parrot()

    monkeypatch.setattr("eval.run.Assistant", opened)
    one, two = folder(tmp_path / "one"), folder(tmp_path / "two")
    assert run([one, two], library=tmp_path / "kept") == 0
    assert [place.parent for place in named] == [tmp_path / "kept"] * 2
    told = capsys.readouterr().err
    assert all(str(place) in told for place in named)


def test_what_cannot_work_is_refused_before_anything_is_asked(tmp_path: Path) -> None:
    with pytest.raises(RagError, match="no folder"):
        run([], json_file=tmp_path / "nowhere" / "run.json")
    with pytest.raises(RagError, match="is a folder"):
        run([], html_file=tmp_path)
    with pytest.raises(RagError, match="no earlier run"):
        run([], against=tmp_path / "run.json")
    with pytest.raises(DocumentError, match="has no corpus"):
        run([tmp_path])


def test_the_command_says_errors_in_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path)]) == 2
    said = capsys.readouterr().err
    assert said.startswith("error: ") and said.count("\n") == 1
    assert main([str(tmp_path / "a\x1b[31mb")]) == 2
    assert "\x1b" not in capsys.readouterr().err


@pytest.mark.parametrize("option", ["--json", "--html", "--against", "--library", "--after", "--limit=1"])
def test_an_empty_path_is_not_the_current_folder(capsys: pytest.CaptureFixture[str], option: str) -> None:
    assert main([option, ""]) == 2
    assert "a path is empty" in capsys.readouterr().err


def test_help_teaches_the_form() -> None:
    told = subprocess.run([sys.executable, "-m", "eval", "--help"], capture_output=True, text=True, check=True).stdout
    assert all(word in told for word in ("corpus.jsonl", "qrels.tsv", "--against", "Exit status: 0; 1", "examples:"))


@pytest.mark.slow
def test_the_seeds_are_evaluated_for_real(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The first run makes the library; the second compares with the first and finds nothing fallen."""
    written, page = tmp_path / "run.json", tmp_path / "run.html"
    library = tmp_path / "library"
    assert run([], library=library, json_file=written, limit=4) == 0
    first = json.loads(written.read_text(encoding="utf-8"))
    assert first["n"]["asked"] == 4 and first["n"]["missing_articles"] == 0
    assert first["citation"]["verbatim"] == 1.0
    pytest.importorskip("matplotlib", reason="the extra `eval` brings it")
    assert run([], library=library, html_file=page, against=written, limit=4) == 0
    assert "No figure fell beyond noise" in capsys.readouterr().out
    assert page.read_text(encoding="utf-8").startswith("<!doctype html>")
