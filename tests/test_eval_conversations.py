"""Foreign conversations: every question that stands alone gets one, always the same, and no other is touched."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from eval.conversations import conversations_of, put_after
from eval.questions import Benchmark, Question, Turn
from eval.run import run
from rag import DocumentError, RagError

TALKS = tuple((Turn(f"Where is boat {n}?", "In the harbour."), Turn("And its oars?", "In it.")) for n in range(9))


def benchmark(*questions: Question) -> Benchmark:
    return Benchmark("tea", Path("tea"), questions)


def question(id_: str, history: tuple[Turn, ...] = ()) -> Question:
    return Question(id_, f"When is tea {id_} drunk?", True, ("at four",), {"tea": 1}, history)


def written_as_beir(folder: Path, *lines: dict[str, object]) -> None:
    folder.mkdir()
    text = "Tea is drunk at four in Ardmore. The boat to Ardmore leaves at nine."
    (folder / "corpus.jsonl").write_text(json.dumps({"_id": "d1", "title": "Tea", "text": text}), encoding="utf-8")
    (folder / "queries.jsonl").write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    judged = "".join(f"{line['_id']}\td1\t1\n" for line in lines)
    (folder / "qrels.tsv").write_text(f"query-id\tcorpus-id\tscore\n{judged}", encoding="utf-8")


def test_each_question_that_stands_alone_gets_a_conversation_and_keeps_all_else() -> None:
    own = (Turn("Is tea drunk?", "Yes."),)
    plain = benchmark(*(question(str(n)) for n in range(20)), question("follow-up", own))
    put = put_after(plain, TALKS)
    assert put == put_after(plain, TALKS)
    assert put.questions[-1] == plain.questions[-1]
    assert {asked.history for asked in put.questions[:-1]} <= set(TALKS)
    assert len({asked.history for asked in put.questions[:-1]}) > 1
    assert [asked.text for asked in put.questions] == [asked.text for asked in plain.questions]
    assert put_after(plain, TALKS, 1) != put
    fewer = put_after(plain.first(7), TALKS)  # what one question gets does not hang on which others are asked
    assert all(asked in put.questions for asked in fewer.questions)


def test_conversations_are_taken_once_and_only_with_their_replies() -> None:
    unanswered = (Turn("Is tea drunk?"),)
    histories = (TALKS[0], TALKS[0], TALKS[1], unanswered)
    asked = benchmark(*(question(str(n), history) for n, history in enumerate(histories)))
    assert conversations_of(asked, Path("talks")) == (TALKS[:2], 1)
    with pytest.raises(DocumentError, match=r"the questions of talks are without replies: give a folder whose"):
        conversations_of(benchmark(question("a", unanswered)), Path("talks"))
    with pytest.raises(DocumentError, match=r"the questions of talks are without earlier turns"):
        conversations_of(benchmark(question("a")), Path("talks"))


@pytest.mark.slow
def test_a_conversation_about_boats_changes_nothing_for_tea(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    talk = [{"role": "user", "text": "Who paints the boat?"}, {"role": "assistant", "text": "Its owner does."}]
    asked: dict[str, object] = {"_id": "q1", "text": "When is tea drunk in Ardmore?", "answers": ["at four"]}
    unanswered = {**asked, "_id": "q2", "history": ["Whose is the boat?"]}
    written_as_beir(tmp_path / "tea", asked)
    written_as_beir(tmp_path / "talks", {**asked, "history": talk}, unanswered)
    written, library = tmp_path / "figures.json", tmp_path / "library"
    figures = []
    for after in (None, tmp_path / "talks"):
        assert run([tmp_path / "tea"], library=library, json_file=written, after=after) == 0
        figures.append(json.loads(written.read_text(encoding="utf-8")))
    assert "1 of 2 conversations lack a reply: left out" in " ".join(capsys.readouterr().out.split())
    alone, behind = figures
    assert (alone["n"]["followups"], behind["n"]["followups"]) == (0, 1)
    assert alone["retrieval"] == behind["retrieval"] and alone["retrieval"]["hit@1"] == 1.0
    with pytest.raises(DocumentError, match="tea are without earlier turns"):
        run([tmp_path / "tea"], library=library, after=tmp_path / "tea")
    with pytest.raises(RagError, match="--draw 2 draws nothing without conversations: name a benchmark"):
        run([tmp_path / "tea"], library=library, draw=2)
