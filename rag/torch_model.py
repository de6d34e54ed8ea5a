"""Opens a sentence-transformers model, refuses one that cannot be used here, and tells it from every other."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from rag.errors import ModelError

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

_TOLD_APART = (
    "The Hague's 2nd court, on 9 May 2022, fined ACME-Trade €1,500.75!",
    "naïve Ångström coöperates in São Paulo \u00a0 with Zürich",
    "Привет, мир. 東京で会議が開かれた。 مرحبا 🙂👩‍🚀",
    "\tTABS\nand lines, e.g. “quotes” — ﬁnally",
)
"""Texts whose tokens tell tokenizers apart: by case, accents, digits, white space, scripts and what few know."""

_NOTHING_OF_THE_VECTORS = ("_name_or_path", "transformers_version", "dtype", "torch_dtype")
"""What a model's configuration tells of where it lay and who wrote it; it is always computed in 32 bits."""


def open_model(name: str, path: str) -> SentenceTransformer:
    """Load a model, to be computed in 32 bits, however its weights are kept: less leaves no row of unit length.

    Args:
        name: as in the settings, for errors.
        path: a model folder, or a name that sentence-transformers knows.

    Raises:
        ModelError: it cannot be loaded, or its tokenizer does not tell where in a text a token stands.
    """
    import torch
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging

    logging.disable_progress_bar()  # type: ignore[no-untyped-call]  # transformers leaves it untyped
    try:
        # The transformer's weights are asked for in 32 bits, which spares a warning; .float() has all others follow.
        model = SentenceTransformer(path, trust_remote_code=False, model_kwargs={"dtype": torch.float32}).float()
    except Exception as error:  # whatever the reader of a file or a model's own code raises comes through
        raise ModelError(
            f"encoder {name!r} cannot be loaded ({reason(error)}): name a sentence-transformers model or its folder"
        ) from error
    if not getattr(getattr(model, "tokenizer", None), "is_fast", False):
        raise ModelError(f"encoder {name!r} has no fast tokenizer, so sentences cannot be located: use another")
    return model


def reason(error: Exception) -> str:
    """The first line of what an error says, or its kind where it says nothing."""
    return next((line for line in str(error).splitlines() if line.strip()), type(error).__name__).strip()


def fingerprint(model: SentenceTransformer) -> str:
    """SHA-256 over all that a vector depends on.

    That is the modules' description, the prompts, the read length, the length that vectors are cut to, the
    transformer's configuration, the tokens of some texts, and every weight.
    """
    settings = f"{model}|{model.prompts}|{model.get_max_seq_length()}|{model.truncate_dim}"
    digest = hashlib.sha256(settings.encode())
    told = {} if model.config is None else model.config.to_diff_dict()
    kept = {key: value for key, value in told.items() if key not in _NOTHING_OF_THE_VECTORS}
    digest.update(json.dumps(kept, sort_keys=True, default=str).encode())
    digest.update(json.dumps([model.tokenizer([text])["input_ids"] for text in _TOLD_APART]).encode())
    for name, tensor in sorted(model.state_dict().items()):
        digest.update(name.encode())
        digest.update(tensor.detach().cpu().contiguous().numpy().tobytes())
    return digest.hexdigest()
