"""Measure the support check on WiCE: claims of Wikipedia, and the web pages that are cited for them (arXiv 2303.01432).

    python -m rag.training.wice --data DIR [--model FOLDER]

Nothing is trained on it. A page is a list of sentences; the check looks for the neighbouring ones that carry the claim.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rag.errors import DocumentError, RagError
from rag.onnx_encoder import open_exported
from rag.support import Source, SupportCheck, Window
from rag.torch_encoder import open_encoder
from rag.training.measure import auroc

if TYPE_CHECKING:
    from rag.encoder import QuestionEncoder

_METADATA = "(meta data)"


@dataclass(frozen=True, slots=True)
class Judged:
    """What three ways of judging say to one claim.

    Attributes:
        label: "supported", "partially_supported" or "not_supported".
        golds: every set of sentences that people found to support it.
        scores: of each way, how supported the claim is.
        chosen: of each way, the sentences that it would cite.
    """

    label: str
    golds: tuple[frozenset[int], ...]
    scores: dict[str, float]
    chosen: dict[str, frozenset[int]]


def judge(record: dict[str, Any], check: SupportCheck, encoder: QuestionEncoder) -> Judged:
    """Judge one claim: by the check, by its model without the numbers and names, by cosine and by words shared."""
    import numpy as np

    sentences = tuple(text.removeprefix(_METADATA).strip() for text in record["evidence"])
    source = Source(sentences, np.stack([encoder.embed_question(text or " ") for text in sentences]))
    vector = encoder.embed_question(record["claim"])
    windows = check.windows(record["claim"], vector, [source])
    best = max(windows, key=lambda window: window.probability, default=Window(0, 0, 0, 0.0))
    cosines = source.vectors @ vector
    words = set(re.findall(r"\w+", record["claim"].lower()))
    shared = np.array([len(words & set(re.findall(r"\w+", text.lower()))) / max(len(words), 1) for text in sentences])
    nearest = int((cosines + shared).argmax())
    around = " ".join(sentences[max(0, nearest - 1) : nearest + 2])
    return Judged(
        record["label"],
        tuple(frozenset(each) for each in record["supporting_sentences"] if each),
        {
            "check": best.probability,
            "model": check.probabilities([(record["claim"], around)])[0],
            "cosine": float(cosines.max()),
            "words": float(shared.max()),
        },
        {
            "check": frozenset(range(best.first, best.last + 1)),
            "cosine": frozenset(map(int, np.argsort(-cosines)[:2])),
            "words": frozenset(map(int, np.argsort(-shared, kind="stable")[:2])),
        },
    )


def figures(judged: Sequence[Judged], threshold: float) -> dict[str, Any]:
    """The area under the curve of each way, the F1 of the sentences it would cite, and what the threshold shows."""
    table: dict[str, Any] = {"claims": len(judged)}
    for way in judged[0].scores:
        full = [(each.scores[way], each.label == "supported") for each in judged]
        any_ = [(each.scores[way], each.label != "not_supported") for each in judged]
        table[way] = {"auroc_supported": round(auroc(full), 4), "auroc_at_least_partly": round(auroc(any_), 4)}
    with_sentences = [each for each in judged if each.golds]
    for way in judged[0].chosen:
        f1 = [max(_f1(each.chosen[way], gold) for gold in each.golds) for each in with_sentences]
        table[way]["sentences_f1"] = round(sum(f1) / len(f1), 4)
    for label in ("supported", "partially_supported", "not_supported"):
        some = [each.scores["check"] >= threshold for each in judged if each.label == label]
        table["check"][f"shown_{label}"] = round(sum(some) / max(len(some), 1), 4)
    return table


def _f1(chosen: frozenset[int], gold: frozenset[int]) -> float:
    held = len(chosen & gold)
    return 2 * held / (len(chosen) + len(gold))


def main(arguments: list[str] | None = None) -> int:
    """Print the figures as JSON; the exit status is 2 for a mistake that one can mend."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder with wice/claims.jsonl")
    parser.add_argument("--model", type=Path, help="folder of a support check; the shipped one unless told")
    given = parser.parse_args(arguments)
    try:
        path = given.data / "wice" / "claims.jsonl"
        if not path.is_file():
            raise DocumentError(f"{path} is not a file; check --data")
        check, model = SupportCheck(given.model, "balanced"), open_encoder("default")
        encoder = open_exported(model.name, model.fingerprint) or model  # four times as quick, one sentence at a time
        lines = path.read_text(encoding="utf-8").splitlines()
        judged = [judge(json.loads(line), check, encoder) for line in lines]
        print(json.dumps(figures(judged, check.threshold), indent=1))
    except RagError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
