"""The footnote command, as a person types it: a real process for each door, in-process for the rest."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import pytest

from rag import Answer, Article, Citation, Settings
from rag.cli import main
from rag.feedback import rate
from rag.indexing import index
from rag.library import open_library
from tests.steps import Hashing


def run(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    """Run the command in this process; returns its exit status."""
    monkeypatch.setattr("sys.argv", ["footnote", *arguments])
    with pytest.raises(SystemExit) as stop:
        main()
    return int(stop.value.code or 0)


def test_ask_prints_the_answer_and_its_footnotes(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], seed_library: Path
) -> None:
    question = "How many Syrian refugees have arrived in the Perm region since February?"
    assert run(monkeypatch, "ask", question, "--library", str(seed_library)) == 0
    printed = capsys.readouterr().out
    assert "approximately 150 refugees have arrived" in printed
    assert "[1] Syrian Alawites Take Refuge in Russia’s Perm Region (bne IntelliNews)" in printed  # noqa: RUF001 - the headline has it


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "cp1252"])
def test_a_question_is_read_from_standard_input_in_any_encoding(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], seed_library: Path, encoding: str
) -> None:
    asked = "Who met with the refugees at the “center”, café or temporary accommodation?"
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(asked.encode(encoding)), encoding="utf-8"))
    assert run(monkeypatch, "ask", "-", "--json", "--library", str(seed_library)) == 0
    assert json.loads(capsys.readouterr().out)["question"] == asked


def test_ask_json_prints_the_contract(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], seed_library: Path
) -> None:
    assert run(monkeypatch, "ask", "Who met with refugees?", "--json", "--library", str(seed_library)) == 0
    answer = json.loads(capsys.readouterr().out)
    wanted = "question standalone text short refused confidence citations hits timings note removed readings asked"
    assert set(answer) == set(wanted.split())


def test_ask_takes_the_day_of_a_question(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], seed_library: Path
) -> None:
    place = ("--library", str(seed_library))
    assert run(monkeypatch, "ask", "Who met with refugees?", "--asked", "June 17, 2022", *place) == 0
    assert "of the days around 2022-06-17" in capsys.readouterr().out  # the seeds have no dates
    assert run(monkeypatch, "ask", "Who met with refugees?", "--asked", "soon", *place) == 2
    assert capsys.readouterr().err == (
        "error: 'soon' is no date: give the day of the question as 2022-06-17, or today\n"
    )


def test_ask_says_what_was_removed(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    class Removing:
        def open(self, _: object) -> None:
            """Nothing to open."""

        def ask(self, question: str, *, asked: object) -> Answer:
            """An answer of which something was removed."""
            article = Article("a", "The keeper", "Nora Quill keeps it.")
            cited = (Citation(1, article, 0, 20),)
            return Answer(
                question, question, "Nora keeps it. [1]", None, False, 0.9, cited, removed=("A lie \x1b[31m.",)
            )

    monkeypatch.setattr("rag.cli.assistant_of", lambda _: Removing())
    assert run(monkeypatch, "ask", "Who keeps it?") == 0
    printed = capsys.readouterr().out
    assert "1 sentence removed: the articles do not support it" in printed
    assert "A lie" not in printed


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("ask", ""), "question is empty"),
        (("ask", "x" * 10_000), "the most is 2,000"),
        (("ask", "Who?", "--library", "missing-folder"), "no library in missing-folder"),
        (("index", "missing-file.txt", "--library", "lib"), "missing-file.txt does not exist"),
        (("inspect", "missing-file.txt"), "missing-file.txt does not exist"),
        (("ask", "Who?", "--asked", ""), "'' is no date"),
        (("stats", "--library", ""), "a path is empty"),
        (("sync", "", "--library", "lib"), "a path is empty"),
        (("index", " ", "--library", "lib"), "a path is empty"),
        (("inspect", ""), "a path is empty"),
        (("eval", ""), "a path is empty"),
        (("eval", "--library", ""), "a path is empty"),
        (("eval", "--json", ""), "a path is empty"),
        (("eval", "--html", ""), "a path is empty"),
        (("eval", "--against", ""), "a path is empty"),
        (("eval", "--after", ""), "a path is empty"),
        (("bench", "--articles", ""), "a path is empty"),
        (("bench", "--json", ""), "a path is empty"),
        (("bench", "--plot", ""), "a path is empty"),
        (("bench", "--peers", ""), "a path is empty"),
    ],
)
def test_what_can_be_mended_is_one_line_and_exit_status_2(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    arguments: tuple[str, ...],
    message: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(monkeypatch, *arguments) == 2
    error = capsys.readouterr().err
    assert error.startswith("error: ")
    assert message in error
    assert error.count("\n") == 1


def test_the_chat_takes_any_free_port(monkeypatch: pytest.MonkeyPatch) -> None:
    served = []
    monkeypatch.setattr("ui.app.serve", lambda assistant, host, port: served.append(port))
    monkeypatch.setattr("ui.server.leave", sys.exit)
    assert run(monkeypatch, "chat", "--port", "0") == 0
    assert served == [0]


@pytest.mark.parametrize(
    ("name", "data"),
    [("empty.txt", b""), ("binary.txt", bytes(range(256)) * 40), ("folder", None), ("photo.png", b"\x89PNG\r\n\x1a\n")],
)
def test_what_holds_no_articles_makes_no_library(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    name: str,
    data: bytes | None,
) -> None:
    path = tmp_path / name
    if data is None:
        path.mkdir()
    else:
        path.write_bytes(data)
    library = tmp_path / "lib"
    assert run(monkeypatch, "index", str(path), "--library", str(library)) == 2
    assert name in capsys.readouterr().err
    assert not (library / "manifest.json").exists()
    assert not (library / "generations" / "next").exists()


def test_index_then_ask(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(
        "# The keeper\n\nThe lighthouse keeper of Ardmore is Nora Quill.\n", encoding="utf-8"
    )
    (tmp_path / "b.bin").write_bytes(b"\x00\x01")
    library = str(tmp_path / "lib")
    assert run(monkeypatch, "index", str(tmp_path / "a.md"), "--library", library, "--json") == 0
    report = json.loads(capsys.readouterr().out)
    assert (report["new"], report["passages"]) == (1, 1)
    assert run(monkeypatch, "index", str(tmp_path / "a.md"), "--library", library) == 0
    assert "0 new, 0 changed, 1 unchanged" in capsys.readouterr().out


def test_a_library_is_kept(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    folder, library = tmp_path / "in", str(tmp_path / "lib")
    folder.mkdir()
    (folder / "a.txt").write_text("The lighthouse keeper of Ardmore is Nora Quill.", encoding="utf-8")
    (folder / "b.txt").write_text("The harbour master of Ardmore is Tom Reed.", encoding="utf-8")
    assert run(monkeypatch, "sync", str(folder), "--library", library, "--json") == 0
    assert json.loads(capsys.readouterr().out)["new"] == 2
    assert run(monkeypatch, "stats", "--library", library, "--json") == 0
    assert json.loads(capsys.readouterr().out)["articles"] == 2
    assert run(monkeypatch, "export", "--library", library, "--out", str(tmp_path / "all.jsonl")) == 0
    assert len((tmp_path / "all.jsonl").read_text(encoding="utf-8").splitlines()) == 2
    assert run(monkeypatch, "remove", str(folder / "a.txt"), "--library", library) == 0
    assert "1 removed" in capsys.readouterr().out
    assert run(monkeypatch, "verify", "--library", library) == 0
    assert "1 articles, 1 passages, sound" in capsys.readouterr().out
    (tmp_path / "lib" / "generations" / "2" / "vectors.faiss").unlink()
    assert run(monkeypatch, "verify", "--library", library, "--no-repair") == 1
    assert run(monkeypatch, "verify", "--library", library, "--json") == 0
    printed = capsys.readouterr().out
    assert json.loads(printed[printed.index("{") :])["repaired"]
    assert run(monkeypatch, "remove", "--library", library) == 2
    assert run(monkeypatch, "remove", "nothing", "--library", library) == 2


def test_ratings_are_listed_and_cleared(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "a.txt").write_text("The lighthouse keeper of Ardmore is Nora Quill.", encoding="utf-8")
    library = tmp_path / "lib"
    assert run(monkeypatch, "feedback", "--library", str(library)) == 2
    index(library, Hashing(), [tmp_path / "a.txt"])
    (article,) = open_library(library).articles()
    text = f"{article.text} [1]"
    citations = (Citation(1, article, 0, len(article.text)),)
    rate(library, Answer("Who keeps it?", "Who keeps it?", text, None, False, 0.9, citations), True, "a\x1b[31m note")
    rate(library, Answer("And she?", "And Nora Quill?", "The articles do not answer.", None, True, 0.1), False)
    capsys.readouterr()
    assert run(monkeypatch, "feedback", "--library", str(library)) == 0
    printed = capsys.readouterr().out
    assert "1 answers rated helpful, 1 not" in printed
    assert printed.index("And she?") < printed.index("searched for: And Nora Quill?") < printed.index("Who keeps it?")
    assert "\x1b" not in printed
    assert run(monkeypatch, "feedback", "--library", str(library), "--json") == 0
    one, other = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert (one["question"], one["standalone"], one["helpful"]) == ("And she?", "And Nora Quill?", False)
    assert (other["answer"], other["note"], other["citations"][0]["end"]) == (text, "a\x1b[31m note", len(text) - 4)
    assert run(monkeypatch, "stats", "--library", str(library), "--json") == 0
    counted = json.loads(capsys.readouterr().out)
    assert (counted["helpful"], counted["unhelpful"]) == (1, 1)
    assert run(monkeypatch, "stats", "--library", str(library)) == 0
    assert "1 answers rated helpful, 1 not" in capsys.readouterr().out
    (tmp_path / "a.txt").write_text("The lighthouse of Ardmore is dark.", encoding="utf-8")
    index(library, Hashing(), [tmp_path / "a.txt"])
    assert run(monkeypatch, "feedback", "--library", str(library)) == 0
    assert "an article that the answer quoted has changed or gone" in capsys.readouterr().out
    assert run(monkeypatch, "feedback", "--clear", "--library", str(library)) == 0
    assert "2 ratings deleted" in capsys.readouterr().out
    (library / "feedback.sqlite").write_bytes(b"\x07" * 4096)
    assert run(monkeypatch, "stats", "--library", str(library)) == 0
    assert "ratings of answers cannot be read" in capsys.readouterr().out
    assert run(monkeypatch, "verify", "--library", str(library)) == 1
    assert "footnote feedback --clear" in capsys.readouterr().out
    assert run(monkeypatch, "feedback", "--clear", "--library", str(library)) == 0
    assert "their file was deleted" in capsys.readouterr().out


def test_inspect_accounts_for_the_seeds(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    from rag.opening import seeds

    (file,) = seeds().glob("*.txt")
    assert run(monkeypatch, "inspect", str(file), "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert [(article["kind"], article["source"]) for article in found["articles"] if article["kind"] == "article"] == [
        ("article", "bne IntelliNews"),
        ("article", None),
    ]
    assert any("Remind me later" in piece["text"] for piece in found["furniture"])
    ends = [0, *(piece["end"] for piece in found["map"])]
    assert [piece["start"] for piece in found["map"]] == ends[:-1]
    assert {piece["article"] for piece in found["map"]} == {None, *range(len(found["articles"]))}
    assert all((piece["kind"] == "furniture") is (piece["article"] is None) for piece in found["map"])


def test_inspect_takes_the_columns_that_it_asks_for(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    table = tmp_path / "table.csv"
    table.write_text("headline,story\nThe keeper,Nora Quill keeps the lighthouse of Ardmore.\n", encoding="utf-8")
    assert run(monkeypatch, "inspect", str(table)) == 2
    assert "--column text=NAME" in capsys.readouterr().err
    assert run(monkeypatch, "inspect", str(table), "--column", "text=story", "--column", "text=headline") == 2
    assert "text=story and text=headline" in capsys.readouterr().err
    assert run(monkeypatch, "inspect", str(table), "--column", "date=day") == 2
    assert "column date=day: give one of text, title, url, published" in capsys.readouterr().err
    assert run(monkeypatch, "inspect", str(table), "--column", "text=story", "--json") == 0
    (article,) = json.loads(capsys.readouterr().out)["articles"]
    assert article["text"] == "Nora Quill keeps the lighthouse of Ardmore."


def test_control_characters_of_an_article_do_not_reach_the_terminal(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "a.txt").write_text("The keeper of Ardmore is \x1b[31mNora Quill\x1b[0m, they say.", encoding="utf-8")
    assert run(monkeypatch, "inspect", str(tmp_path / "a.txt")) == 0
    assert "\x1b[31m" not in capsys.readouterr().out


def poor_output(monkeypatch: pytest.MonkeyPatch) -> io.BytesIO:
    """What a standard output takes that knows Western Europe's letters alone, and has line ends of its own."""
    written = io.BytesIO()
    monkeypatch.setattr("sys.stdout", io.TextIOWrapper(written, "cp1252", newline="\r\n", write_through=True))
    return written


def test_a_poor_encoding_costs_a_letter_and_nothing_else(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    written = poor_output(monkeypatch)
    (tmp_path / "a.txt").write_text("The café of Łódź is kept by Nora Quill.", encoding="utf-8")
    assert run(monkeypatch, "inspect", str(tmp_path / "a.txt")) == 0
    assert r"The café of \u0141ód\u017a is kept" in written.getvalue().decode("cp1252")


def test_json_is_the_same_in_every_encoding(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    written = poor_output(monkeypatch)
    text = "The café of Łódź is kept by Nora Quill."
    (tmp_path / "a.txt").write_text(text, encoding="utf-8")
    library = tmp_path / "lib"
    index(library, Hashing(), [tmp_path / "a.txt"])
    rate(library, Answer(text, text, text, None, True, 0.1), False)
    assert run(monkeypatch, "inspect", str(tmp_path / "a.txt"), "--json") == 0
    assert json.loads(written.getvalue().decode("utf-8"))["articles"][0]["text"] == text
    for command, key in ((("export",), "text"), (("feedback", "--json"), "question")):
        written.seek(0)
        written.truncate()
        assert run(monkeypatch, *command, "--library", str(library)) == 0
        assert json.loads(written.getvalue().decode("utf-8"))[key] == text
        assert b"\r" not in written.getvalue()


@pytest.mark.parametrize("name", ["a\x1b[31mb.txt", "a\x9b31mb.txt", "a\u202eb.txt", "a\u2066b.txt", "a\udce9b.txt"])
def test_the_name_of_a_file_does_not_reach_the_terminal(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path, name: str
) -> None:
    assert run(monkeypatch, "inspect", str(tmp_path / name)) == 2
    steers = name[1]
    spelled = f"\\x{ord(steers):02x}" if steers < "\x9c" else f"\\u{ord(steers):04x}"
    printed = capsys.readouterr().err
    assert steers not in printed
    assert f"a{spelled}" in printed


def test_help_teaches(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(monkeypatch, "--help") == 0
    printed = capsys.readouterr().out
    known = "ask chat index inspect eval sync remove stats verify export bench feedback"
    for command in known.split():
        assert command in printed
    for setting in Settings.model_fields:
        assert f"RAG_{setting.upper()}" in printed
