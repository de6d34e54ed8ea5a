"""CLAPnq's own form: either spelling is read to the same benchmark; what is malformed is refused in one line."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from eval import clapnq
from eval.libraries import library_of
from eval.run import load
from rag import DocumentError
from rag.loaders import load as load_articles
from tests.conftest import SHARED

TEA = {"title": "Tea", "text": "Tea is drunk at four . It is hot . "}
RAIN = {"title": "Rain", "text": "Rain is wet . Nobody minds ."}


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache"


def chose(*sentences: str) -> dict[str, Any]:
    return {"answer": "At four.", "selected_sentences": list(sentences), "meta": {"round": 1}}


def asked(id_: Any = "1", passage: dict[str, Any] = TEA, **more: Any) -> dict[str, Any]:
    outputs = [chose("Tea is drunk at four ."), chose("Tea is drunk at four .", "It is hot ."), chose("It is hot .")]
    return {"id": id_, "input": "when is tea drunk", "passages": [passage], "output": outputs, **more}


def unanswered(id_: Any = 2, **more: Any) -> dict[str, Any]:
    return asked(id_, RAIN, output=[{"answer": None, "meta": None}], input="who invented rain", **more)


def folder(place: Path, answerable: list[dict[str, Any]], unanswerable: list[dict[str, Any]]) -> Path:
    place.mkdir(exist_ok=True)
    for name, records in (("answerable", answerable), ("unanswerable", unanswerable)):
        (place / f"{name}.jsonl").write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    return place


def test_a_folder_becomes_one_collection_and_its_questions(tmp_path: Path) -> None:
    benchmark = load(folder(tmp_path / "clap", [asked()], [unanswered(), unanswered(3)]))
    first, second, third = benchmark.questions
    assert (benchmark.name, benchmark.unjudged) == ("clap", 0)
    assert (first.id, first.text, first.answerable, first.kind) == ("1", "when is tea drunk", True, "answerable")
    assert first.selections == (
        ("Tea is drunk at four .",),
        ("Tea is drunk at four .", "It is hot ."),
        ("It is hot .",),
    )
    assert (second.id, second.answerable, second.kind, dict(second.relevant)) == ("2", False, "near", {})
    assert third.selections == ()
    corpus = [json.loads(line) for line in benchmark.corpus.read_text(encoding="utf-8").splitlines()]
    assert [(line["title"], line["text"]) for line in corpus] == [("Tea", TEA["text"]), ("Rain", RAIN["text"])]
    assert list(first.relevant) == [corpus[0]["_id"]]


def test_the_corpus_lies_in_the_cache_and_is_written_once(tmp_path: Path, cache: Path) -> None:
    place = folder(tmp_path / "clap", [asked()], [unanswered()])
    before = {file.name for file in place.iterdir()}
    first = load(place).corpus
    library, written = library_of(first, "default"), first.stat().st_mtime_ns
    assert first.is_relative_to(cache) and library.is_relative_to(cache) and library.name.startswith("clap-")
    assert load(place).corpus == first and first.stat().st_mtime_ns == written
    assert library_of(first, "default") == library
    assert {file.name for file in place.iterdir()} == before
    assert load(folder(tmp_path / "clap", [asked()], [])).corpus != first, "another collection has another file"


def test_lists_spelled_in_python_and_gzipped_files_are_read_alike(tmp_path: Path) -> None:
    plain = load(folder(tmp_path / "clap", [asked()], [unanswered()]))
    spelled = [{key: repr(value) if isinstance(value, list) else value for key, value in asked().items()}]
    (tmp_path / "other").mkdir()
    other = folder(tmp_path / "other" / "clap", spelled, [unanswered()])
    for name in ("answerable.jsonl", "unanswerable.jsonl"):
        (other / f"clapnq_dev_{name}.gz").write_bytes(gzip.compress((other / name).read_bytes()))
        (other / name).unlink()
    again = load(other)
    assert (again.questions, again.corpus) == (plain.questions, plain.corpus)


def test_a_folder_in_beirs_form_is_none(tmp_path: Path) -> None:
    place = folder(tmp_path / "clap", [asked()], [])
    assert clapnq.recognises(place)
    (place / "corpus.jsonl").write_text("{}", encoding="utf-8")
    assert not clapnq.recognises(place)
    assert not clapnq.recognises(tmp_path / "nowhere")


@pytest.mark.parametrize(
    ("records", "says"),
    [
        ([{"input": "when"}], "line 1: 'id' is missing|line 1: 'output' is missing"),
        ([asked(), asked()], "line 2: id '1' stands twice"),
        ([asked(input=" ")], "'input' is missing or empty"),
        ([asked(passages=[])], "'passages' is missing"),
        ([asked(passages=[{"title": "Tea"}])], "'text' is missing"),
        ([asked(passages="[1 + ")], "give a list of objects"),
        ([asked(passages="open('x')")], "give a list of objects"),
        ([asked(output=["At four."])], "give a list of objects"),
        ([asked(output=[chose("A."), {"selected_sentences": "B."}])], "'selected_sentences' is 'B.'"),
        ([asked(output=[{"answer": "At four."}])], "without 'selected_sentences'"),
        ([], "asks nothing"),
    ],
)
def test_malformed_files_are_refused_in_one_line(tmp_path: Path, records: list[dict[str, Any]], says: str) -> None:
    with pytest.raises(DocumentError, match=says) as refused:
        load(folder(tmp_path / "clap", records, []))
    assert "\n" not in str(refused.value)


def test_the_benchmark_itself_is_read_where_it_lies_beside_the_checkout() -> None:
    place = SHARED / "clapnq"
    if not place.is_dir():
        pytest.skip("no development data beside the checkout")
    benchmark = load(place)
    answerable = [question for question in benchmark.questions if question.answerable]
    assert 0 < len(answerable) < len(benchmark.questions)
    assert len(list(load_articles(benchmark.corpus))) == len(benchmark.questions)
    assert all(question.selections and question.relevant for question in answerable)
