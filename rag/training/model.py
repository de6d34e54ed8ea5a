"""The model that is trained: the default encoder with a head that scores where an answer starts and ends."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from rag.encoder import default_model
from rag.errors import ModelError
from rag.training.windows import Pair

if TYPE_CHECKING:
    import torch
    from tokenizers import Tokenizer

QUESTION_TOKENS = 64
PAIR_TOKENS = 256


def new_model(dropout: float = 0.0) -> Any:
    """MiniLM-L6 with a fresh question-answering head; word vectors are frozen.

    Frozen word vectors keep what the encoder knows of words that training never shows.

    Raises:
        ModelError: where torch, transformers or the encoder's package is missing, or the latter altered.
    """
    try:
        import torch
        from transformers import BertForQuestionAnswering

        folder = str(default_model())
        model = BertForQuestionAnswering.from_pretrained(
            folder, dtype=torch.float32, hidden_dropout_prob=dropout, attention_probs_dropout_prob=dropout
        )
    except ImportError as error:
        raise ModelError(f"training needs {error.name}: pip install 'footnote-rag[train]'") from error
    model.bert.embeddings.word_embeddings.weight.requires_grad_(False)
    return model


def new_tokenizer() -> Tokenizer:
    """The encoder's tokenizer, cutting a question and its window to ``PAIR_TOKENS``, without padding.

    Raises:
        ModelError: where the encoder's package is missing or altered.
    """
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(default_model() / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(PAIR_TOKENS, strategy="longest_first")
    return tokenizer


class Features:
    """Token numbers of pairs, and where their answers lie among them."""

    __slots__ = ("allowed", "end", "ids", "offsets", "prefix", "start", "types")

    def __init__(self, tokenizer: Tokenizer, pair: Pair) -> None:
        """Encode one pair; an answer that was cut off is no answer."""
        prefix = f"{pair.title}. " if pair.title else ""
        question = " ".join(pair.question.split()[:QUESTION_TOKENS])
        encoding = tokenizer.encode(question, prefix + pair.window)
        self.ids, self.types, self.prefix = encoding.ids, encoding.type_ids, len(prefix)
        self.offsets = encoding.offsets
        self.allowed = [
            sequence == 1 and offset[0] >= self.prefix and offset[1] > offset[0]
            for sequence, offset in zip(encoding.sequence_ids, encoding.offsets, strict=True)
        ]
        self.allowed[0] = True  # [CLS] stands for no answer
        self.start = self.end = 0
        if pair.start >= 0:
            begin, stop = pair.start + self.prefix, pair.end + self.prefix
            inside = [n for n, (a, b) in enumerate(self.offsets) if n and self.allowed[n] and a < stop and begin < b]
            if inside:
                self.start, self.end = inside[0], inside[-1]


def batch_tensors(features: Sequence[Features]) -> dict[str, torch.Tensor]:
    """Pad a batch to its longest: ids, types, attention and allowed places [n, tokens]; starts and ends [n]."""
    import torch

    width = max(len(each.ids) for each in features)

    def padded(name: str) -> torch.Tensor:
        return torch.tensor([[*map(int, getattr(each, name)), *[0] * (width - len(each.ids))] for each in features])

    return {
        "input_ids": padded("ids"),
        "token_type_ids": padded("types"),
        "attention_mask": torch.tensor([[1] * len(each.ids) + [0] * (width - len(each.ids)) for each in features]),
        "allowed": padded("allowed").bool(),
        "start": torch.tensor([each.start for each in features]),
        "end": torch.tensor([each.end for each in features]),
    }


def span_loss(model: Any, batch: dict[str, torch.Tensor]) -> torch.Tensor:
    """Mean cross-entropy of the answer's first and last token (BERT, arXiv 1810.04805, section 4.3)."""
    import torch

    output = model(
        input_ids=batch["input_ids"], token_type_ids=batch["token_type_ids"], attention_mask=batch["attention_mask"]
    )
    outside = ~batch["allowed"]
    losses = [
        torch.nn.functional.cross_entropy(logits.masked_fill(outside, -1e4), target)
        for logits, target in ((output.start_logits, batch["start"]), (output.end_logits, batch["end"]))
    ]
    return (losses[0] + losses[1]) / 2
