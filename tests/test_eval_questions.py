"""Benchmarks: the seeds' questions hold what they claim, BEIR folders are read, malformed ones are refused."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from eval.questions import Benchmark, Turn, load, questions_in
from rag import DocumentError

CORPUS = '{"_id": "d1", "title": "Tea", "text": "Tea is drunk at four."}\n'


def folder(tmp_path: Path, queries: list[object], qrels: str = "query-id\tcorpus-id\tscore\nq1\td1\t1\n") -> Path:
    (tmp_path / "corpus.jsonl").write_text(CORPUS, encoding="utf-8")
    lines = [query if isinstance(query, str) else json.dumps(query) for query in queries]
    (tmp_path / "queries.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (tmp_path / "qrels.tsv").write_text(qrels, encoding="utf-8")
    return tmp_path


def query(id_: str = "q1", **more: object) -> dict[str, object]:
    return {"_id": id_, "text": "When is tea drunk?", **more}


def test_seeds_questions_are_enough_and_of_every_kind() -> None:
    questions = load().questions
    kinds = Counter((question.kind, question.answerable) for question in questions)
    assert len(questions) >= 48
    assert kinds["answerable", True] >= 28
    assert kinds["near", False] >= 8 and kinds["far", False] >= 8
    assert sum(bool(question.history) for question in questions) >= 6
    assert len({(question.text, question.history) for question in questions}) == len(questions)


def test_every_accepted_answer_of_the_seeds_stands_in_them() -> None:
    benchmark = load()
    text = "\n".join(file.read_text(encoding="utf-8") for file in sorted(benchmark.corpus.glob("*.txt")))
    for question in benchmark.questions:
        assert bool(question.answers) == question.answerable, question.id
        assert bool(question.relevant) == question.answerable, question.id
        for accepted in question.answers:
            assert accepted in text, (question.id, accepted)
        for title in question.relevant:
            assert title in text, (question.id, title)


def test_a_folder_is_read(tmp_path: Path) -> None:
    asked = query(answers=["at four"], date="2022-06-16", history=["Do the English drink tea?"])
    benchmark = load(folder(tmp_path, [asked, query("q2", answerable=False)]))
    first, second = benchmark.questions
    assert (benchmark.name, benchmark.corpus) == (tmp_path.name, tmp_path / "corpus.jsonl")
    assert (first.answerable, first.answers, first.kind) == (True, ("at four",), "answerable")
    assert dict(first.relevant) == {"d1": 1}
    assert (first.history, first.asked) == ((Turn("Do the English drink tea?"),), date(2022, 6, 16))
    assert (second.answerable, second.kind, dict(second.relevant)) == (False, "unanswerable", {})


def test_gzipped_files_and_the_qrels_folder_are_read_alike(tmp_path: Path) -> None:
    plain = load(folder(tmp_path, [query()]))
    for name in ("corpus.jsonl", "queries.jsonl"):
        (tmp_path / f"{name}.gz").write_bytes(gzip.compress((tmp_path / name).read_bytes()))
        (tmp_path / name).unlink()
    (tmp_path / "qrels").mkdir()
    (tmp_path / "qrels.tsv").rename(tmp_path / "qrels" / "test.tsv")
    zipped = load(tmp_path)
    assert zipped.questions == plain.questions
    assert zipped.corpus.name == "corpus.jsonl.gz"


def test_turns_with_roles_become_questions_with_replies(tmp_path: Path) -> None:
    turns = [
        {"role": "user", "text": "Tea?"},
        {"role": "agent", "text": "Yes."},
        {"role": "user", "text": "Milk?"},
        {"role": "agent", "text": "No."},
    ]
    (question,) = load(folder(tmp_path, [query(history=turns)])).questions
    assert question.history == (Turn("Tea?", "Yes."), Turn("Milk?", "No."))


def test_sentences_are_one_persons_or_several(tmp_path: Path) -> None:
    asked: list[object] = [
        query(sentences=["A.", "B."]),
        query("q2", sentences=[["A."], [], ["B.", "C."]]),
        query("q3"),
    ]
    questions = load(folder(tmp_path, asked, "q1\td1\t1\nq2\td1\t1\nq3\td1\t1\n")).questions
    assert [question.selections for question in questions] == [(("A.", "B."),), (("A.",), ("B.", "C.")), ()]


def test_without_answerable_the_unjudged_are_left_out_and_counted(tmp_path: Path) -> None:
    benchmark = load(folder(tmp_path, [query(), query("q2"), query("q3")], "q1\td1\t2\nq3\td1\t0\n"))
    assert [(question.id, question.answerable) for question in benchmark.questions] == [("q1", True), ("q3", False)]
    assert benchmark.unjudged == 1


@pytest.mark.parametrize(
    "told", [{"answers": ["at four"]}, {"sentences": ["Tea is drunk at four."]}, {"article": "Tea"}]
)
def test_what_has_an_answer_is_answerable_and_needs_no_qrels(tmp_path: Path, told: dict[str, object]) -> None:
    """Counted as unanswerable, such a question was served best by a refusal."""
    asked: list[object] = [{**query(), **told}, query("q2", answerable=False)]
    assert [question.answerable for question in load(folder(tmp_path, asked, "q2\td1\t0\n")).questions] == [True, False]
    (tmp_path / "qrels.tsv").unlink()
    assert [question.answerable for question in load(tmp_path).questions] == [True, False]
    benchmark = load_without_qrels(tmp_path, [{**query(), **told}, query("q2")])
    assert ([question.id for question in benchmark.questions], benchmark.unjudged) == (["q1"], 1)
    with pytest.raises(DocumentError, match=r"has no qrels.tsv or qrels/test.tsv"):
        load_without_qrels(tmp_path, [query(), query("q2")])


def load_without_qrels(place: Path, queries: list[object]) -> Benchmark:
    folder(place, queries)
    (place / "qrels.tsv").unlink()
    return load(place)


def test_files_are_read_as_articles_are(tmp_path: Path) -> None:
    """With a mark before the first line, ids that are numbers, blank lines, and a line separator inside a text."""
    odd = {"_id": 7, "text": "When is\u2028tea drunk?"}
    place = folder(tmp_path, ["", json.dumps(odd, ensure_ascii=False), ""], "7\td1\t1\n")
    plain = load(place)
    assert [(question.id, question.text) for question in plain.questions] == [("7", "When is\u2028tea drunk?")]
    assert questions_in(place) == ["When is\u2028tea drunk?"]
    for name in ("corpus.jsonl", "queries.jsonl", "qrels.tsv"):
        (place / name).write_bytes(b"\xef\xbb\xbf" + (place / name).read_bytes())
    assert load(place).questions == plain.questions


def test_a_limit_takes_questions_from_everywhere(tmp_path: Path) -> None:
    benchmark = load(folder(tmp_path, [query(f"q{n}", answerable=n < 5) for n in range(1, 11)]))
    assert [question.id for question in benchmark.first(5).questions] == ["q1", "q3", "q5", "q7", "q9"]
    assert benchmark.first(None) is benchmark and benchmark.first(100) is benchmark
    with pytest.raises(DocumentError, match="1 or more"):
        benchmark.first(0)


@pytest.mark.parametrize(
    ("queries", "qrels", "says"),
    [
        (["{"], "", "line 1: not JSON"),
        ([query(), "[1]"], "", "line 2: .* no object"),
        ([{"text": "When?"}], "", "'_id' is missing"),
        ([query(text=" ")], "", "'text' is missing or empty"),
        ([query(), query()], "", "'q1' stands twice"),
        ([query(answers="at four")], "", "'answers' is 'at four'"),
        ([query(answers=[""])], "", "give a list of texts"),
        ([query(sentences="A.")], "", "'sentences' is 'A.'"),
        ([query(sentences=[["A."], "B."])], "", "a list of such lists"),
        ([query(sentences=["A.", " "])], "", "give a list of texts"),
        ([query(answerable="yes")], "", "give true or false"),
        ([query(history=[3])], "", "a turn of 'history' is 3"),
        ([query(history="Tea?")], "", "give a list of earlier"),
        ([query(kind=7)], "", "'kind' is 7"),
        ([query()], "q1 d1 1\n", "qrels.tsv, line 1: 'q1 d1 1' is not"),
        ([query()], "q1\td1\thigh\n", "line 1: .* is not query-id"),
        ([query()], "q1\t0\t17\t1\n", "line 1: .* is not query-id"),  # TREC's four columns
        ([query()], "q1\td1\n", "line 1: .* is not query-id"),
        (["[" * 100_000], "", "line 1: not JSON"),
        (['{"_id": ' + "9" * 5000 + "}"], "", "line 1: not JSON"),
        ([{"_id": True, "text": "When?"}], "", "'_id' is missing"),
        ([query()], "q9\td1\t1\n", "judge 'q9'"),
        ([query()], "", "asks nothing that the qrels judge"),
    ],
)
def test_malformed_input_is_refused_in_one_line(tmp_path: Path, queries: list[object], qrels: str, says: str) -> None:
    with pytest.raises(DocumentError, match=says) as refused:
        load(folder(tmp_path, queries, qrels))
    assert "\n" not in str(refused.value)


def test_missing_and_unreadable_files_are_named(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match="is not a folder"):
        load(tmp_path / "nowhere")
    with pytest.raises(DocumentError, match=r"has no corpus.jsonl"):
        load(tmp_path)
    folder(tmp_path, [query()])
    (tmp_path / "queries.jsonl").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(DocumentError, match=r"queries.jsonl cannot be read"):
        load(tmp_path)
    (tmp_path / "queries.jsonl").unlink()
    (tmp_path / "queries.jsonl.gz").write_bytes(gzip.compress(json.dumps(query()).encode() * 99)[:-20])
    with pytest.raises(DocumentError, match=r"queries.jsonl.gz cannot be read"):
        load(tmp_path)
    damaged = bytearray(gzip.compress(json.dumps(query()).encode() * 99))
    damaged[12] ^= 0xFF
    (tmp_path / "queries.jsonl.gz").write_bytes(bytes(damaged))
    with pytest.raises(DocumentError, match=r"queries.jsonl.gz cannot be read"):
        load(tmp_path)


def test_development_data_is_read_where_it_lies_beside_the_checkout() -> None:
    data = Path(__file__).resolve().parents[2] / "shared" / "data"
    names = ("news-2022-small", "news-2022", "conversations-mtrag")
    found: list[Benchmark] = [load(data / name) for name in names if (data / name).is_dir()]
    if not found:
        pytest.skip("no development data beside the checkout")
    for benchmark in found:
        assert benchmark.unjudged == 0
        assert any(question.answerable for question in benchmark.questions)
        assert any(not question.answerable for question in benchmark.questions)
