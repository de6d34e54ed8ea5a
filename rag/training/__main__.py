"""``python -m rag.training``: train the reader or the support check, export it, measure it on what was held apart."""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

from rag.cross_encoder import MANIFEST
from rag.encoder import default_model
from rag.errors import ModelError, RagError
from rag.training.claims import read_claims, split_claims
from rag.training.data import read_rows, split_rows
from rag.training.reading import ReaderTask
from rag.training.run import CHECKPOINT, PEAK_RATE, Plan, Task, load_model, train
from rag.training.supporting import SupportTask

_TOLD = ("largest_logit_difference", "steps", "windows_trained")
"""What the manifest tells of training and export."""


def main(arguments: list[str] | None = None) -> int:
    """Train as the arguments say and return the exit status: 0, 2 for a mistake one can mend, 130 for Ctrl-C."""
    parser = argparse.ArgumentParser(prog="python -m rag.training", description=__doc__)
    parser.add_argument("--model", choices=("reader", "support"), default="reader", help="what to train; reader")
    data = "folder with squad/*.json.gz and reader/*.jsonl.gz, and for the support check support/*.jsonl.gz, too"
    parser.add_argument("--data", type=Path, required=True, help=data)
    parser.add_argument("--out", type=Path, required=True, help="folder for the checkpoint and the model")
    length = parser.add_mutually_exclusive_group()
    length.add_argument("--minutes", type=float, default=70.0, help="of training, 70 unless told")
    steps = "batches of training, in place of --minutes; several numbers: the rate rises and falls for each"
    length.add_argument("--steps", type=int, nargs="+", default=[], help=steps)
    length.add_argument("--export-only", action="store_true", help="export and measure the checkpoint as it stands")
    length.add_argument(
        "--measure-only", action="store_true", help="measure the model in --out, which was exported before"
    )
    parser.add_argument("--resume", action="store_true", help="carry on from the checkpoint in --out")
    parser.add_argument("--begin", type=Path, help="checkpoint to start from the weights of; the encoder's")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=2, help="of torch, 2 unless told")
    parser.add_argument("--batch", type=int, default=0, help="pairs in a step; 16, of the reader 8, unless told")
    parser.add_argument("--rate", type=float, default=PEAK_RATE, help=f"the highest learning rate; {PEAK_RATE}")
    parser.add_argument("--dropout", type=float, default=0.0, help="for many passes over the pairs; 0")
    workers = "processes that make batches while a GPU trains, where they can be forked; 0"
    parser.add_argument("--workers", type=int, default=0, help=workers)
    given = parser.parse_args(arguments)
    names = ("seed", "threads", "batch", "rate", "dropout", "workers", "begin")
    settings = {name: getattr(given, name) for name in names}
    plan = Plan(given.out, given.minutes, tuple(given.steps), **settings)
    try:
        run = _Reader(given.data) if given.model == "reader" else _Support(given.data)
        print(f"{run.counts[0]} pairs to train on, {run.counts[1]} held apart", flush=True)
        if not (given.export_only or given.measure_only):
            train(plan, run.task, given.resume)
        run.finish(plan, _exported_before(plan) if given.measure_only else run.export(plan))
    except RagError as error:
        print(error, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    return 0


class _Reader:
    """The reader: what it trains on, and how it is exported and measured."""

    def __init__(self, data: Path) -> None:
        rows, self._held = split_rows(read_rows(data))
        self.counts = len(rows), len(self._held)
        self.task: Task = ReaderTask(rows)

    def export(self, plan: Plan) -> Mapping[str, float]:
        """Export the checkpoint of ``plan.out``; what is told of that."""
        from rag.training.export import write_manifest

        exported = _export(plan, self.task, ("start_logits", "end_logits"))
        write_manifest(plan.out, {"scale": 1.0, "bias": 0.0}, exported)
        return exported

    def finish(self, plan: Plan, exported: Mapping[str, float]) -> None:
        """Write what the model in ``plan.out`` is worth, and what is told of its export, into its manifest."""
        from rag.training.export import write_manifest
        from rag.training.measure import measure

        calibration, figures = measure(plan.out, self._held)
        write_manifest(plan.out, calibration, figures | dict(exported))
        print(f"calibration {calibration}\nfigures {figures | dict(exported)}\nthe reader is in {plan.out}")


class _Support:
    """The support check: what it trains on, and how it is exported and measured."""

    def __init__(self, data: Path) -> None:
        claims, self._held = split_claims(read_claims(data))
        rows, self._held_rows = split_rows(read_rows(data))
        self.counts = len(claims), len(self._held)
        self.task: Task = SupportTask(claims, rows)

    def export(self, plan: Plan) -> Mapping[str, float]:
        """Export the checkpoint of ``plan.out``; what is told of that."""
        from rag.training.export import write_manifest
        from rag.training.measure_support import THRESHOLDS

        exported = _export(plan, self.task, ("logits",))
        write_manifest(plan.out, {"scale": 1.0, "bias": 0.0, "thresholds": THRESHOLDS}, exported)
        return exported

    def finish(self, plan: Plan, exported: Mapping[str, float]) -> None:
        """Write what the model in ``plan.out`` is worth, and what is told of its export, into its manifest."""
        from rag.training.export import write_manifest
        from rag.training.measure_support import measure

        calibration, figures = measure(plan.out, self._held, self._held_rows)
        write_manifest(plan.out, calibration, figures | dict(exported))
        print(f"calibration {calibration}\nfigures {figures | dict(exported)}\nthe support check is in {plan.out}")


def _export(plan: Plan, task: Task, outputs: tuple[str, ...]) -> dict[str, float]:
    from rag.training.export import export_onnx

    model, state = load_model(plan.out / CHECKPOINT, task)
    shutil.copyfile(str(default_model() / "tokenizer.json"), plan.out / "tokenizer.json")
    difference = export_onnx(model, plan.out / "model.onnx", outputs)
    return dict(zip(_TOLD, (round(difference, 4), state.step, state.pairs), strict=True))


def _exported_before(plan: Plan) -> dict[str, float]:
    try:
        figures = json.loads((plan.out / MANIFEST).read_text(encoding="utf-8"))["figures"]
    except (OSError, ValueError, KeyError) as error:
        raise ModelError(f"{plan.out} holds no exported model with its {MANIFEST}: export one first") from error
    return {name: figures[name] for name in _TOLD if name in figures}


if __name__ == "__main__":
    sys.exit(main())
