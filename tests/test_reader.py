"""The reader: answers that stand in the window, at the exact characters; files that are checked before they load."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.cross_encoder import MANIFEST
from rag.errors import ModelError
from rag.reader import ANSWER_TOKENS, NOTHING, Reader, best_spans, open_reader

if TYPE_CHECKING:
    from tokenizers import Tokenizer

ROOT = Path(__file__).parent.parent
SHIPPED = ROOT / "rag" / "models" / "reader"
WINDOWS = (
    "The bridge over the Ilm was closed on Monday. Engineers found 14 cracks in its second pier. Repairs begin in May.",
    "Mayor Ana Duarte said the town would pay for it. “We cannot wait for the state,” she told reporters.",
    "The bakery on Mill Street has a new owner. It sells rye bread, cakes and coffee. On Sundays it stays closed.",
)


@pytest.fixture(scope="module")
def reader() -> Reader:
    opened = open_reader("default")
    assert opened is not None
    return opened


@pytest.mark.parametrize(
    ("question", "window", "answer"),
    [
        ("How many cracks did engineers find in the bridge?", 0, "14"),
        ("Who said that the town would pay for the repairs?", 1, "Ana Duarte"),
        ("When will repairs of the bridge begin?", 0, "May"),
        ("What does the bakery sell?", 2, "rye bread"),
    ],
)
def test_it_points_at_the_words_that_answer(reader: Reader, question: str, window: int, answer: str) -> None:
    readings = reader.read(question, WINDOWS)
    best = max(range(len(WINDOWS)), key=lambda n: readings[n].score)
    assert best == window
    assert answer in WINDOWS[best][readings[best].start : readings[best].end]


def test_a_window_that_answers_is_likelier_than_one_that_does_not(reader: Reader) -> None:
    answers, near = reader.read("How many cracks did engineers find in the bridge?", (WINDOWS[0], WINDOWS[1]))
    assert 0 <= near.probability < 0.5 < answers.probability <= 1


def test_spans_are_whole_words_of_the_window(reader: Reader) -> None:
    for question in ("Who is the mayor?", "What was closed?", "", "?!", "Why " * 500, "\N{SNOWMAN}\x00"):
        for window, reading in zip(WINDOWS, reader.read(question, WINDOWS), strict=True):
            span = window[reading.start : reading.end]
            assert span and span == span.strip()
            assert not (window[reading.start - 1 : reading.start] + span[0]).isalnum() or reading.start == 0
            assert not (span[-1] + window[reading.end : reading.end + 1]).isalnum() or reading.end == len(window)


@settings(max_examples=60)
@given(window=st.text(max_size=300), title=st.text(max_size=60))
def test_any_text_can_be_read(reader: Reader, window: str, title: str) -> None:
    (reading,) = reader.read("What happened?", [window], [title])
    assert 0 <= reading.start <= reading.end <= len(window)
    span = window[reading.start : reading.end]
    assert span == span.strip()
    assert span or reading.score == NOTHING
    assert 0 <= reading.probability <= 1


def test_no_windows_and_windows_without_words(reader: Reader) -> None:
    assert reader.read("What happened?", ()) == ()
    for blank in ("", " \n\t "):
        (reading,) = reader.read("What happened?", (blank,))
        assert (reading.start, reading.end, reading.score) == (0, 0, NOTHING)
        assert reading.probability < 0.05


def test_order_and_company_do_not_matter(reader: Reader) -> None:
    many = (*WINDOWS, *(f"Sentence number {n} stands here and says little. " * (n % 5 + 1) for n in range(30)))
    together = reader.read("Who is the mayor?", many)
    assert len(together) == len(many)
    backwards = reader.read("Who is the mayor?", many[::-1])[::-1]
    alone = [reader.read("Who is the mayor?", [window])[0] for window in many[:4]]
    for left, right in [*zip(together, backwards, strict=True), *zip(together, alone, strict=False)]:
        assert left.score == pytest.approx(right.score, abs=1e-3)
        assert (left.start, left.end) == (right.start, right.end)


def test_a_title_helps_but_is_never_the_answer(reader: Reader) -> None:
    window = "Nobody was hurt in the fire. It was put out after two hours."
    (reading,) = reader.read("Where did the hotel burn?", [window], ["Hotel Bellevue burns in Zagreb"])
    assert window[reading.start : reading.end] in window
    assert 0 <= reading.start < reading.end <= len(window)


def test_titles_must_be_as_many_as_windows(reader: Reader) -> None:
    with pytest.raises(ValueError, match="zip"):
        reader.read("Who?", WINDOWS, ["one"])


@pytest.mark.parametrize("file", sorted((ROOT / "seeds").glob("*.txt")), ids=lambda file: file.stem)
def test_spans_of_real_articles_stand_where_they_say(reader: Reader, file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    windows = [text[n : n + 500] for n in range(0, min(len(text), 6000), 500)]
    for window, reading in zip(windows, reader.read("How many people were there?", windows), strict=True):
        assert window[reading.start : reading.end] == window[reading.start : reading.end].strip() != ""


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    """The reader's own, which cuts nothing off."""
    from tokenizers import Tokenizer

    whole = Tokenizer.from_file(str(SHIPPED / "tokenizer.json"))
    whole.no_padding()
    whole.no_truncation()
    return whole


@settings(max_examples=100)
@given(seed=st.integers(0, 10**6), prefix=st.sampled_from(["", "Ilm bridge closed. "]))
def test_best_span_is_the_best_there_is(tokenizer: Tokenizer, seed: int, prefix: str) -> None:
    """Against a search of every pair of tokens."""
    window = WINDOWS[seed % len(WINDOWS)] + " Sauerkrautverordnung."
    encoding = tokenizer.encode("Who is it?", prefix + window)
    random = np.random.default_rng(seed)
    start, end = (random.normal(size=len(encoding)).astype(np.float32) for _ in range(2))
    (a, b, score), *others = best_spans(encoding, start, end, len(prefix), window)
    words = encoding.word_ids
    best = max(
        float(start[i] + end[j])
        for i in range(len(encoding))
        for j in range(i, min(len(encoding), i + ANSWER_TOKENS))
        if encoding.sequence_ids[i] == encoding.sequence_ids[j] == 1
        and encoding.offsets[i][0] >= len(prefix)
        and (encoding.sequence_ids[i - 1] != 1 or words[i] != words[i - 1])
        and (encoding.sequence_ids[j + 1] != 1 or words[j] != words[j + 1])
    )
    assert score == pytest.approx(best - float(start[0] + end[0]), abs=1e-4)
    assert window[a:b].strip() == window[a:b] != ""
    assert [found for _, _, found in others] == sorted((found for _, _, found in others), reverse=True)
    assert all(other <= score for _, _, other in others)
    places = sorted((first, last) for first, last, _ in ((a, b, score), *others))
    assert all(before[1] <= after[0] for before, after in pairwise(places))


def test_none_is_no_reader() -> None:
    assert open_reader("none") is None


def test_an_unknown_name_is_one_line_with_a_remedy(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="RAG_READER") as caught:
        open_reader(str(tmp_path / "nowhere"))
    assert "\n" not in str(caught.value)


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SHIPPED, tmp_path / "reader"))


def test_a_reader_in_a_folder_reads_as_the_shipped_one(reader: Reader, copied: Path) -> None:
    other = open_reader(str(copied))
    assert other is not None and other.name == str(copied)
    assert other.read("Who is the mayor?", WINDOWS) == reader.read("Who is the mayor?", WINDOWS)


@pytest.mark.parametrize("file", ["model.onnx", "tokenizer.json"])
def test_an_altered_or_missing_file_is_refused(copied: Path, file: str) -> None:
    with (copied / file).open("r+b") as opened:
        opened.seek(1000)
        opened.write(b"\x00\x01")
    with pytest.raises(ModelError, match=rf"{file} was altered"):
        open_reader(str(copied))
    (copied / file).unlink()
    with pytest.raises(ModelError, match=rf"{file} cannot be read"):
        open_reader(str(copied))


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"sha256": {}}'])
def test_a_damaged_manifest_is_refused(copied: Path, content: str) -> None:
    (copied / MANIFEST).write_text(content, encoding="utf-8")
    with pytest.raises(ModelError, match="damaged"):
        open_reader(str(copied))


def test_the_shipped_model_is_small_and_says_what_it_is() -> None:
    assert sum(file.stat().st_size for file in SHIPPED.iterdir()) < 45_000_000
    manifest = json.loads((SHIPPED / MANIFEST).read_text(encoding="utf-8"))
    card = (SHIPPED / "MODEL_CARD.md").read_text(encoding="utf-8")
    for digest in manifest["sha256"].values():
        assert digest in card


def test_importing_it_loads_nothing_heavy() -> None:
    code = (
        "import rag.reader, sys; print([m for m in ('numpy','onnxruntime','tokenizers','torch') if m in sys.modules])"
    )
    result = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"


def test_the_shipped_reader_needs_no_torch() -> None:
    code = (
        "import sys; sys.modules['torch'] = sys.modules['transformers'] = None\n"
        "from rag.reader import open_reader\n"
        "print(open_reader('default').read('Who called?', ['Ana called.'])[0].end)"
    )
    result = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert int(result.stdout) > 0


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a question-answering model of transformers, small and untrained, and one without a head."""
    from transformers import BertConfig, BertForQuestionAnswering, BertModel, PreTrainedTokenizerFast

    folder = tmp_path_factory.mktemp("tiny")
    config = BertConfig(
        vocab_size=30522, hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=16
    )
    tokenizer = PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]  # transformers leaves it untyped
        tokenizer_file=str(SHIPPED / "tokenizer.json"), model_max_length=512,
        cls_token="[CLS]", sep_token="[SEP]", pad_token="[PAD]", unk_token="[UNK]", mask_token="[MASK]",
    )  # fmt: skip
    for name, kind in (("whole", BertForQuestionAnswering), ("headless", BertModel)):
        kind(config).save_pretrained(folder / name)
        tokenizer.save_pretrained(folder / name)
    return folder


def test_any_question_answering_model_of_transformers_reads(tiny: Path) -> None:
    reader = open_reader(str(tiny / "whole"))
    assert reader is not None
    many = (*WINDOWS, "", *WINDOWS * 6)
    readings = reader.read("Who is the mayor?", many, ["A title"] * len(many))
    assert len(readings) == len(many)
    for window, reading in zip(many, readings, strict=True):
        span = window[reading.start : reading.end]
        assert span == span.strip() and bool(span) == bool(window)


def test_a_model_without_a_question_answering_head_is_refused(tiny: Path) -> None:
    with pytest.raises(ModelError, match="no question-answering model"):
        open_reader(str(tiny / "headless"))
