"""Several trained models as one: the mean of their weights, where their runs began with the same ("model soups").

Method: Wortsman et al. 2022, arXiv 2203.05482. It reads as quickly as one of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rag.errors import ModelError
from rag.training.run import CHECKPOINT, State, saved_run

if TYPE_CHECKING:
    import torch


def average(checkpoints: Sequence[Path], out: Path) -> State:
    """Write the mean of the checkpoints' weights as a checkpoint that can be exported, not trained on.

    Args:
        checkpoints: of runs of the same task.
        out: the folder to write it into.

    Returns:
        The steps and pairs of all of them together.

    Raises:
        ModelError: one is missing, or the models differ in form.
    """
    import torch

    runs = [saved_run(path) for path in checkpoints]
    shapes = [{name: weight.shape for name, weight in run["model"].items()} for run in runs]
    for path, shape in zip(checkpoints, shapes, strict=True):
        if shape != shapes[0]:
            raise ModelError(f"{path} holds a model of another form than {checkpoints[0]}: average runs of one task")
    model = {name: _mean([run["model"][name] for run in runs]) for name in shapes[0]}
    numbers = {name: sum(run["state"][name] for run in runs) for name in ("step", "seconds", "pairs")}
    out.mkdir(parents=True, exist_ok=True)
    torch.save({"model": model, "state": {**numbers, "chunk": 0}}, out / CHECKPOINT)
    return State(**numbers)


def _mean(weights: Sequence[torch.Tensor]) -> torch.Tensor:
    import torch

    first = weights[0]
    return torch.stack([*weights]).mean(dim=0) if first.is_floating_point() else first
