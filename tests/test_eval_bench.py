"""The bench measures what it says: real runs on the seed articles, no question asked twice."""

from __future__ import annotations

import gzip
import json
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from eval.bench import bench
from eval.bench_asking import _seconds, asking
from eval.bench_growth import growing
from eval.bench_indexing import _parts, _rates
from eval.bench_plot import plot_ratios
from eval.bench_search import searching
from eval.measuring import Measured, corpus_of, forget_peak, peak_figures, peak_memory, questions_of, usual_questions
from rag import Article, Assistant, DocumentError, IndexReport, Passage, RagError, Settings, SettingsError
from rag.opening import seeds
from tests.scripted_server import Scripted, said, sends, serving


def test_indexing_is_measured_and_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bench(["index"], [seeds()], tmp_path / "unused", tmp_path / "figures.json", plot=tmp_path / "ratios.svg")
    figures = json.loads((tmp_path / "figures.json").read_text(encoding="utf-8"))["figures"]
    named = {figure["name"]: figure for figure in figures}
    rate = named["indexing, files to published library"]
    assert rate["unit"] == "passages/s"
    assert rate["ratio"] > 0
    assert named["passages embedded, nothing changed"]["value"] == 0
    first = named["indexing again, nothing changed"]["baseline"]
    assert 1 <= named["passages embedded, one article changed"]["value"] < 30
    for again in ("indexing again, nothing changed", "indexing again, one article changed"):
        assert 0 < named[again]["ratio"] == pytest.approx(named[again]["value"] / first, abs=0.01)
    peak = named["peak memory, indexing 4 articles"]
    assert peak["value"] >= peak["baseline"] > 100
    told = capsys.readouterr().out
    assert all(name in told for name in named)
    assert not (tmp_path / "unused").exists()
    assert (tmp_path / "ratios.svg").read_text(encoding="utf-8").startswith("<?xml")


@pytest.fixture
def writer(monkeypatch: pytest.MonkeyPatch) -> Iterator[Scripted]:
    """The server of a model that writes, as the environment names it: no question is to be sent there."""
    with serving([sends(said("The boat is red."))]) as server:
        monkeypatch.setenv("RAG_WRITER_URL", server.url)
        monkeypatch.setenv("RAG_WRITER_MODEL", "any")
        monkeypatch.setenv("RAG_WRITER_KEY", "hunter2")
        yield server
    assert server.bodies == []


@pytest.mark.usefixtures("writer")
def test_a_question_in_a_cold_process_is_not_sent_to_a_model_that_writes() -> None:
    told = "import os, sys; sys.exit(any(name.startswith('RAG_WRITER_') for name in os.environ))"
    assert _seconds([sys.executable, "-c", told]) > 0


@pytest.mark.usefixtures("writer")
def test_a_question_is_measured_stage_by_stage(seed_library: Path) -> None:
    named = {figure.name: figure for figure in asking(seed_library, 3)}
    stages = [figure.value for name, figure in named.items() if name.startswith("warm question with the reader, to ")]
    assert len(stages) >= 5
    assert max(stages) > 0
    assert named["warm question, with the reader, p99"].value > 0
    assert named["question after 0.2 s of rest, to encode"].value > 0.1  # a remembered vector takes no time
    products = named["question after 0.2 s of rest, bare products of the encoder, numpy"]
    assert products.value > 0.1 and products.baseline_name == "to encode"
    assert named["warm question, retrieval only"].baseline_name == "SentenceTransformer.encode(question)"


@pytest.mark.parametrize("part", ["cold", "question", "growth"])
def test_what_the_reader_takes_is_not_measured_without_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, part: str
) -> None:
    monkeypatch.setenv("RAG_READER", "none")
    with pytest.raises(SettingsError, match="unset RAG_READER"):
        bench(["index", part], [tmp_path / "no articles"], tmp_path / "unused")


def test_ratios_are_drawn_or_it_is_said_why_not(tmp_path: Path) -> None:
    ratio = Measured("a", 2.0, "ms", 1.0, "b", 2.0)
    plot_ratios([ratio, Measured("no ratio", 1.0, "s")], tmp_path / "ratios.png")
    assert (tmp_path / "ratios.png").stat().st_size > 1000
    with pytest.raises(RagError, match="no figure has a ratio"):
        plot_ratios([], tmp_path / "none.svg")
    with pytest.raises(RagError, match=r"name an \.svg, \.png or \.pdf"):
        plot_ratios([ratio], tmp_path / "ratios.xyz")


@pytest.mark.parametrize("name", ["ratios.xyz", "no folder/ratios.svg"])
def test_a_plot_that_cannot_be_drawn_is_told_before_anything_is_measured(tmp_path: Path, name: str) -> None:
    with pytest.raises(RagError, match=r"name an \.svg, \.png or \.pdf"):
        bench(["index"], [tmp_path / "no articles"], tmp_path / "unused", plot=tmp_path / name)


@pytest.mark.parametrize("name", ["no folder/run.json", "."])
def test_figures_that_cannot_be_written_are_told_before_anything_is_measured(tmp_path: Path, name: str) -> None:
    with pytest.raises(RagError, match="cannot write"):
        bench(["index"], [tmp_path / "no articles"], tmp_path / "unused", tmp_path / name)


def test_articles_and_peers_that_are_not_there_are_told_before_anything_is_measured(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("eval.bench_asking.cold", lambda library: pytest.fail("it was measured"))
    with pytest.raises(DocumentError, match="no articles does not exist"):
        bench(["cold", "growth"], [seeds(), tmp_path / "no articles"], tmp_path / "unused")
    with pytest.raises(RagError, match="is no virtual environment"):
        bench(["cold"], [seeds()], tmp_path / "unused", peers=tmp_path / "no peers")


def test_a_part_that_fails_leaves_the_figures_of_those_before_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("eval.bench_asking.cold", lambda library: [Measured("a cold start [s]", 2.0, "s")])
    with pytest.raises(RagError, match="no library"):
        bench(["cold", "search"], [], tmp_path / "no library", tmp_path / "run.json")
    (figure,) = json.loads((tmp_path / "run.json").read_text(encoding="utf-8"))["figures"]
    assert figure["value"] == 2.0
    assert "a cold start [s]: 2.0 s" in capsys.readouterr().out


def test_the_peak_of_memory_is_counted_anew() -> None:
    if not Path("/proc/self/clear_refs").exists():
        pytest.skip("only Linux counts it anew")
    block = bytearray(200_000_000)
    high = peak_memory()
    del block
    forget_peak()
    low = peak_memory()
    assert low is not None and high is not None and low < high - 100


def test_the_peak_of_memory_is_in_the_same_unit_on_every_system_or_said_not_to_be_measured(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    resource = pytest.importorskip("resource")
    told = SimpleNamespace(ru_maxrss=3 * 2**20)
    monkeypatch.setattr(resource, "getrusage", lambda _: told)
    for platform, unit in (("linux", "KiB"), ("darwin", "bytes")):
        monkeypatch.setattr(sys, "platform", platform)
        assert peak_memory() == {"KiB": 3 * 1024, "bytes": 3}[unit]
    assert peak_figures("peak") == [Measured("peak", 3, "MiB")]
    monkeypatch.setitem(sys.modules, "resource", None)
    assert peak_memory() is None
    assert peak_figures("peak") == []
    assert "peak: not measured" in capsys.readouterr().out


def cut(articles: int) -> list[Passage]:
    """Three passages of each article."""
    texts = [Article(f"a{n}", f"Title {n}", "One. Two. Three.") for n in range(articles)]
    return [Passage(article, start, start + 4) for article in texts for start in (0, 5, 10)]


@pytest.mark.parametrize("articles", [1, 2, 3, 10, 200])
def test_each_round_takes_some_articles_whole_and_all_take_no_longer_than_one_of_all(articles: int) -> None:
    rounds = _parts(cut(1 + articles))
    assert len(rounds) == 3
    sizes = [Counter(passage.article.id for passage in part) for part in rounds]
    assert all(size and set(size.values()) == {3} and "a0" not in size for size in sizes)
    assert sum(map(len, sizes)) <= articles / 2 + 3
    assert articles < 3 or len(sizes[0] + sizes[1] + sizes[2]) == sum(map(len, sizes)), "none twice"


@pytest.mark.parametrize("baseline_first", [0, 1])
def test_either_side_may_be_measured_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, baseline_first: int
) -> None:
    order: list[str] = []

    def index(paths: list[Path]) -> IndexReport:
        order.append("footnote")
        return IndexReport(passages=len(paths[0].read_text(encoding="utf-8").splitlines()))

    model: Any = SimpleNamespace(encode=lambda texts, batch_size: order.append("baseline"))
    monkeypatch.setattr("eval.bench_indexing._ready", lambda _: SimpleNamespace(index=index))
    assert min(_rates(cut(4), model, tmp_path / "0", baseline_first)) > 0
    assert order == (["baseline", "footnote"] if baseline_first else ["footnote", "baseline"])


def test_an_unknown_part_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RagError, match="name some of cold, question, index"):
        bench(["speed"], [], tmp_path, None)


def test_no_question_is_asked_twice(assistant: Assistant) -> None:
    questions = usual_questions(assistant, 20)
    assert len(set(questions)) == 20


def test_questions_beside_a_corpus_are_not_indexed(tmp_path: Path) -> None:
    assert corpus_of(tmp_path) == tmp_path
    for name in ("queries.jsonl", "corpus.jsonl.gz"):
        (tmp_path / name).touch()
    assert corpus_of(tmp_path) == tmp_path / "corpus.jsonl.gz"


@pytest.fixture(scope="module")
def boats(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library of 120 short articles, each a passage."""
    folder = tmp_path_factory.mktemp("boats")
    records = (
        {"_id": str(n), "title": f"Report {n}", "text": f"The boat of year {n} is red. It has {n} oars."}
        for n in range(120)
    )
    (folder / "corpus.jsonl").write_text("\n".join(map(json.dumps, records)), encoding="utf-8")
    Assistant(Settings(library=folder / "lib")).index([folder / "corpus.jsonl"])
    return folder / "lib"


def test_search_is_measured_against_exact_search(
    seed_library: Path, boats: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("eval.bench_search.STARTS", 1)
    monkeypatch.setattr("eval.bench_search.QUESTIONS", 40)
    with pytest.raises(RagError, match="too few to draw from"):
        searching(seed_library, [], sizes=(200,))
    named = {figure.name: figure for figure in searching(boats, [], sizes=(100, 1500))}
    assert named["recall@10 of 100 passages"].value == 1
    assert named["recall@100 of 1,500"].value == 1
    assert any("of 1,500 passages (8% real, the rest with noise), exact" in name for name in named)
    assert named["peak memory of 100 searches of 1,500, no models"].value < 500
    assert named["growth of a search from 100 to 1,500 passages"].value > 0


@pytest.mark.usefixtures("writer")
def test_a_question_is_measured_as_a_library_grows(
    boats: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("eval.bench_growth.STARTS", 1)
    questions = ("Which boat is red?", "How many oars does the boat of year 70 have?", "Who rows?")
    lines = (json.dumps({"_id": str(n), "text": text}) for n, text in enumerate(questions))
    (tmp_path / "queries.jsonl").write_text("\n".join(lines), encoding="utf-8")
    named = {figure.name: figure for figure in growing(boats, [tmp_path], sizes=(20, 300))}
    for size in (20, 300):
        asked = named[f"warm question of {size} passages, with the reader"]
        assert asked.value > 0
        assert asked.baseline_name == "SentenceTransformer.encode(question)"
        assert named[f"opening a library of {size} passages, hashes checked"].value > 0
        assert 50 < named[f"peak memory of 3 questions to {size} passages"].value < 1500
    assert named["growth of a warm question, with the reader, from 20 to 300 passages"].value > 0


def test_questions_beside_a_corpus_are_asked(tmp_path: Path) -> None:
    assert questions_of([tmp_path]) == []
    (tmp_path / "queries.jsonl").write_text('{"_id": "1", "text": "Who rows?"}\n', encoding="utf-8")
    assert questions_of([tmp_path, tmp_path / "file"]) == ["Who rows?"]
    (tmp_path / "queries.jsonl").rename(tmp_path / "plain")
    (tmp_path / "queries.jsonl.gz").write_bytes(gzip.compress((tmp_path / "plain").read_bytes() + b"\n"))
    assert questions_of([tmp_path]) == ["Who rows?"]
    (tmp_path / "queries.jsonl").write_text('{"_id": "1"}\n', encoding="utf-8")
    with pytest.raises(DocumentError, match="line 1: 'text' is None"):
        questions_of([tmp_path])
