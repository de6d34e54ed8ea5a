"""Training: what it reads, how it parts documents, that it resumes, and that what it exports can be read."""

from __future__ import annotations

import gzip
import json
import math
import random
from pathlib import Path

import pytest

from rag.errors import DocumentError, ModelError
from rag.reader import open_reader
from rag.training.__main__ import main
from rag.training.data import SOURCES, Row, read_rows, split_rows
from rag.training.mean import main as mean_of
from rag.training.measure import auroc, exact_match, fit_logistic, token_f1
from rag.training.mix import Mix
from rag.training.model import Features, batch_tensors, new_tokenizer
from rag.training.reading import ReaderTask
from rag.training.run import (
    CHECKPOINT,
    LATER_PEAK,
    PEAK_RATE,
    WARM_UP,
    Plan,
    State,
    leg_rate,
    load_model,
    rate_at,
    train,
)
from rag.training.windows import Pair, WindowIndex, near_pair, window_pair
from tests.training_sets import write_sets


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    write_sets(folder)
    return folder


@pytest.fixture(scope="module")
def rows(data: Path) -> list[Row]:
    return read_rows(data)


def test_rows_hold_their_answers_where_they_say(rows: list[Row]) -> None:
    assert {row.source for row in rows} == set(SOURCES)
    for row in rows:
        assert (row.start >= 0) == bool(row.answer)
        if row.answer:
            assert row.context[row.start :].startswith(row.answer)
            assert row.answer in row.golds


def test_no_document_stands_on_both_sides(rows: list[Row]) -> None:
    training, held = split_rows(rows)
    assert len(training) + len(held) == len(rows)
    assert not {row.document for row in training} & {row.document for row in held}
    assert any(row.source == "squad2" for row in held)
    assert split_rows(rows[::-1])[0] == training[::-1]


def test_a_missing_set_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(DocumentError, match="squad2"):
        read_rows(tmp_path)
    assert main(["--data", str(tmp_path), "--out", str(tmp_path / "out"), "--steps", "1"]) == 2
    assert "check --data" in capsys.readouterr().err


def test_a_guessed_place_among_several_is_left_out(data: Path, tmp_path: Path) -> None:
    for part in ("squad", "reader"):
        (tmp_path / part).mkdir()
        for found in (data / part).iterdir():
            (tmp_path / part / found.name).symlink_to(found)
    path = tmp_path / "reader" / "qamr.jsonl.gz"
    path.unlink()
    line = {"id": "1", "title": "x", "context": "Ana saw Ana.", "question": "Who?", "answer": "Ana", "answer_start": 0}
    with gzip.open(path, "wt", encoding="utf-8") as file:
        file.write(json.dumps({**line, "start_guess": True}) + "\n" + json.dumps(line) + "\n")
    assert sum(row.source == "qamr" for row in read_rows(tmp_path)) == 1


@pytest.mark.parametrize("longest", [1, 2, 3])
def test_windows_are_whole_sentences_round_the_answer(rows: list[Row], longest: int) -> None:
    index = WindowIndex(rows)
    rng = random.Random(0)
    for row in rows[::7]:
        pair = window_pair(index, row, rng, longest)
        assert pair is not None and pair.window in row.context
        assert pair.window[0].isupper() and pair.window[-1] == "."
        assert pair.window[max(pair.start, 0) : max(pair.end, 0)] == row.answer


def test_near_windows_share_words_and_hold_no_answer(rows: list[Row]) -> None:
    index = WindowIndex(rows)
    rng = random.Random(0)
    for row in [row for row in rows if row.answer][::11]:
        pair = near_pair(index, row, rng, 3)
        assert pair is not None and pair.start == -1
        assert row.answer not in pair.window
        assert set(row.question.lower().split()) & set(pair.window.lower().split())


def test_the_mix_is_repeatable_and_asks_nothing_twice(rows: list[Row]) -> None:
    chunks = [Mix(rows, seed=3).chunk(number, 100, 2) for number in (0, 1)]
    assert chunks == [Mix(rows, seed=3).chunk(number, 100, 2) for number in (0, 1)]
    assert chunks[0] != Mix(rows, seed=4).chunk(0, 100, 2)
    asked = [(pair.question, pair.window) for chunk in chunks for pair in chunk if pair.golds]
    assert len(asked) == len(set(asked))


def test_features_point_at_the_answer_and_never_at_the_title() -> None:
    tokenizer = new_tokenizer()
    window = "The hall opened in 1742. It burned down."
    pair = Pair("When did it open?", "Opened in 1742", window, 19, 23)
    features = Features(tokenizer, pair)
    a, b = features.offsets[features.start][0], features.offsets[features.end][1]
    assert ("Opened in 1742. " + window)[a:b] == "1742"
    assert a >= features.prefix
    assert all(features.offsets[n][0] >= features.prefix for n, ok in enumerate(features.allowed) if ok and n)
    nothing = Features(tokenizer, Pair("When?", "", window, -1, -1))
    assert (nothing.start, nothing.end) == (0, 0)
    batch = batch_tensors([features, nothing])
    assert batch["input_ids"].shape == batch["attention_mask"].shape == (2, len(features.ids))


def test_the_rate_warms_up_and_falls_to_zero() -> None:
    rates = [rate_at(n / 100) for n in range(101)]
    top = rates.index(max(rates))
    assert top == round(100 * WARM_UP)
    assert rates[top] == pytest.approx(PEAK_RATE)
    assert rates[:top] == sorted(rates[:top]) and rates[top:] == sorted(rates[top:], reverse=True)
    assert rates[-1] == 0


def test_each_leg_has_a_rate_that_rises_and_falls(tmp_path: Path) -> None:
    plan = Plan(tmp_path, steps=(100, 50))
    rates = [leg_rate(plan, State(step)) for step in range(151)]
    assert rates[:100] == [rate_at(n / 100) for n in range(100)]
    assert rates[100:150] == [LATER_PEAK * rate_at(n / 50) for n in range(50)]
    assert rates[150] == 0


def test_measures_are_squads() -> None:
    assert exact_match("The 14 cracks!", "14 cracks") == 1
    assert exact_match("14", "14 cracks") == 0
    assert token_f1("14", "14 cracks") == pytest.approx(2 / 3)
    assert token_f1("", "14") == 0
    assert auroc([(1, True), (0, False), (0, True)]) == pytest.approx(0.75)
    assert auroc([(1, True)]) == 0.5


def test_the_logistic_fit_finds_scale_and_bias() -> None:
    rng = random.Random(0)
    scores = [rng.uniform(-10, 10) for _ in range(4000)]
    scored = [(score, rng.random() < 1 / (1 + math.exp(-0.5 * score - 1))) for score in scores]
    scale, bias = fit_logistic(scored)
    assert scale == pytest.approx(0.5, abs=0.06)
    assert bias == pytest.approx(1, abs=0.15)
    separable = [(score, score > 0) for score in scores]
    assert math.isfinite(sum(fit_logistic(separable)))


def test_a_run_resumes_where_it_stopped(data: Path, tmp_path: Path) -> None:
    plan, task = Plan(tmp_path, steps=(1,)), ReaderTask(split_rows(read_rows(data))[0])
    with pytest.raises(ModelError, match="no checkpoint"):
        train(plan, task, resume=True)
    first = train(plan, task, resume=False)
    assert first.step == 1
    second = train(Plan(tmp_path, steps=(2,)), task, resume=True)
    assert second.step == 2 and second.chunk > first.chunk and second.pairs > first.pairs
    model, state = load_model(tmp_path / CHECKPOINT, task)
    assert state == second
    assert not model.bert.embeddings.word_embeddings.weight.requires_grad
    assert {str(weight.dtype) for weight in model.parameters()} == {"torch.float32"}


def test_a_run_that_diverges_stops_and_keeps_its_last_checkpoint(data: Path, tmp_path: Path) -> None:
    task = ReaderTask(split_rows(read_rows(data))[0])
    good = train(Plan(tmp_path, steps=(1,), batch=2), task, resume=False)
    with pytest.raises(ModelError, match="the loss is nan at step 5: train at a lower --rate"):
        train(Plan(tmp_path, steps=(9,), batch=2, rate=1e30), task, resume=True)
    with pytest.raises(ModelError, match="a weight is no number any more at step 4, and the checkpoint before is kept"):
        train(Plan(tmp_path, steps=(4,), batch=2, rate=1e30), task, resume=True)
    assert load_model(tmp_path / CHECKPOINT, task)[1] == good


def test_a_run_starts_from_the_mean_of_two(data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    import torch

    task = ReaderTask(split_rows(read_rows(data))[0])
    first, second = tmp_path / "first", tmp_path / "second"
    states = [train(Plan(out, steps=(1,), seed=seed), task, resume=False) for seed, out in enumerate((first, second))]
    paths = [str(out / CHECKPOINT) for out in (first, second)]
    assert mean_of([*paths, "--out", str(tmp_path / "mean")]) == 0
    weights = [load_model(tmp_path / name / CHECKPOINT, task)[0].state_dict() for name in ("first", "second", "mean")]
    key = "bert.encoder.layer.0.output.dense.weight"
    assert torch.allclose((weights[0][key] + weights[1][key]) / 2, weights[2][key]) and states[0].step == 1
    begun = Plan(tmp_path / "third", steps=(1,), rate=0.0, begin=tmp_path / "mean" / CHECKPOINT)
    train(begun, task, resume=False)
    assert torch.equal(load_model(begun.out / CHECKPOINT, task)[0].state_dict()[key], weights[2][key])
    assert mean_of([str(tmp_path / "none.pt"), "--out", str(tmp_path)]) == 2
    assert "no checkpoint" in capsys.readouterr().err


def test_a_trained_reader_can_be_read(data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The one command, start to end; it needs the packages of the extra named train."""
    pytest.importorskip("onnx")
    pytest.importorskip("onnxscript")
    assert main(["--data", str(data), "--out", str(tmp_path), "--steps", "1"]) == 0
    assert "the reader is in" in capsys.readouterr().out
    reader = open_reader(str(tmp_path))
    assert reader is not None
    (reading,) = reader.read("When did it open?", ["The hall opened in 1742."])
    assert 0 <= reading.start < reading.end <= 24
    figures = json.loads((tmp_path / "manifest.json").read_text(encoding="utf-8"))["figures"]
    assert figures["steps"] == 1 and figures["largest_logit_difference"] < 0.05
    written = (tmp_path / "manifest.json").read_text(encoding="utf-8")
    assert main(["--data", str(data), "--out", str(tmp_path), "--measure-only"]) == 0
    assert (tmp_path / "manifest.json").read_text(encoding="utf-8") == written
    assert main(["--data", str(data), "--out", str(tmp_path / "none"), "--measure-only"]) == 2
    assert "export one first" in capsys.readouterr().err
