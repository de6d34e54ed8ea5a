"""``python -m rag.training.mean --out DIR CHECKPOINT CHECKPOINT ...``: one model of several, of their mean weights.

Runs that start from the same weights end near enough for their mean to be a model, often a better one than each
(Wortsman et al., arXiv 2203.05482). ``python -m rag.training --export-only`` exports it.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from rag.errors import ModelError, RagError
from rag.training.run import CHECKPOINT


def mean(checkpoints: Sequence[Path], out: Path) -> None:
    """Write a checkpoint of the mean weights, without an optimizer, into ``out``; its counts are sums.

    Raises:
        ModelError: where a checkpoint is missing, or two are not of one kind of model.
    """
    import torch

    for path in checkpoints:
        if not path.is_file():
            raise ModelError(f"no checkpoint {path}: name the {CHECKPOINT} of a run")
    saved = [torch.load(path, weights_only=True, map_location="cpu") for path in checkpoints]
    models, states = [each["model"] for each in saved], [each["state"] for each in saved]
    shapes = [{name: weight.shape for name, weight in model.items()} for model in models]
    if any(shape != shapes[0] for shape in shapes):
        raise ModelError("these checkpoints are of different models: name runs of one --model")
    model = {
        name: torch.stack([each[name] for each in models]).mean(0) if weight.is_floating_point() else weight
        for name, weight in models[0].items()
    }
    out.mkdir(parents=True, exist_ok=True)
    torch.save(
        {"model": model, "state": {key: sum(state[key] for state in states) for key in states[0]}}, out / CHECKPOINT
    )


def main(arguments: list[str] | None = None) -> int:
    """Write the mean that the arguments name and return the exit status: 0, or 2 for a mistake one can mend."""
    parser = argparse.ArgumentParser(prog="python -m rag.training.mean", description=__doc__)
    parser.add_argument("checkpoints", type=Path, nargs="+", metavar="CHECKPOINT", help=f"the {CHECKPOINT} of a run")
    parser.add_argument("--out", type=Path, required=True, help="folder for the checkpoint")
    given = parser.parse_args(arguments)
    try:
        mean(given.checkpoints, given.out)
    except RagError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
