"""The training run: a schedule as long as the time given, saved as it goes, resumable after a kill."""

from __future__ import annotations

import math
import time
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from rag.errors import ModelError
from rag.training.feed import Batch, Chunks, Progress, batches

if TYPE_CHECKING:
    import torch

PEAK_RATE = 1.2e-4
WARM_UP = 0.06
LATER_PEAK = 0.5
"""Of ``PEAK_RATE``, in every leg after the first: what has been learnt is to be added to, not to be shaken off."""
LOOKED_AT = 5
"""Steps from one look at the loss to the next."""
CHECKPOINT = "checkpoint.pt"


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run is to do.

    Attributes:
        out: folder for the checkpoint and the exported model.
        minutes: of training; the rate falls to zero by then. Ignored where ``steps`` is given.
        steps: batches of training, a number for each leg; at the end of a leg the rate is zero. Empty for ``minutes``.
        seed: of every random choice.
        threads: of torch, on a processor.
        save_minutes: between checkpoints.
        batch: pairs in a step; 0 for the task's own number.
        rate: the highest learning rate.
        dropout: the share of activations that are left out while it trains. One short pass over the pairs never
            overfits, so that dropout would only cost time; many passes do.
        workers: processes that make batches; 0 for none, which makes them in between the steps.
        begin: checkpoint whose weights a new run starts from, with nothing else of it; None for the encoder's.
    """

    out: Path
    minutes: float = 70.0
    steps: tuple[int, ...] = ()
    seed: int = 0
    threads: int = 2
    save_minutes: float = 10.0
    batch: int = 0
    rate: float = PEAK_RATE
    dropout: float = 0.0
    workers: int = 0
    begin: Path | None = None


@dataclass(slots=True)
class State:
    """Where a run stands; what a checkpoint holds besides weights."""

    step: int = 0
    chunk: int = 0
    seconds: float = 0.0
    pairs: int = 0


class Task(Protocol):
    """What is trained: a model, what it reads, and what it is punished for."""

    def new_model(self, dropout: float = 0.0) -> Any:
        """The model as it is before the first step; the weights of its head are named in ``head``."""
        ...

    @property
    def head(self) -> str:
        """How the names of the fresh weights begin, which learn four times as fast as the others."""
        ...

    @property
    def batch(self) -> int:
        """Pairs in a step, unless the plan has its own number."""
        ...

    def chunks(self, seed: int, batch: int) -> Chunks:
        """What makes the batches of a chunk, in an order that depends on the seed and the chunk's number alone."""
        ...

    def loss(self, model: Any, batch: Batch) -> torch.Tensor:
        """The mean loss of a batch, a scalar."""
        ...


def rate_at(progress: float, peak: float = PEAK_RATE) -> float:
    """The learning rate after a share of the run: linear up to ``WARM_UP``, then linear down to zero."""
    if progress < WARM_UP:
        return peak * max(progress / WARM_UP, 0.02)
    return peak * max(0.0, (1 - progress) / (1 - WARM_UP))


def train(plan: Plan, task: Task, resume: bool) -> State:
    """Train as planned, leave a checkpoint in ``plan.out``, and return where the run ended.

    On a CUDA device where there is one, then in bfloat16 where torch deems it safe; weights stay in 32 bits.

    Progress goes to standard output. A KeyboardInterrupt saves a checkpoint and is raised again.

    Raises:
        ModelError: where a package is missing, there is nothing to resume, or the loss or a weight is no number any
            more; the last checkpoint stays as it was then.
    """
    import torch

    torch.manual_seed(plan.seed)
    torch.set_num_threads(plan.threads)
    model = task.new_model(plan.dropout)
    if plan.begin and not resume:
        model.load_state_dict(_saved(plan.begin)["model"])
    model.to(_device()).train()
    optimizer = _optimizer(model, task.head)
    state = _resume(plan, model, optimizer) if resume else State()
    try:
        _loop(plan, task, model, optimizer, state)
    except KeyboardInterrupt:
        save(plan, model, optimizer, state)
        print(f"stopped at step {state.step}; --resume carries on", flush=True)
        raise
    save(plan, model, optimizer, state)
    return state


def _loop(plan: Plan, task: Task, model: Any, optimizer: torch.optim.Optimizer, state: State) -> None:
    import torch

    device, done = _device(), Progress()
    begun = time.monotonic() - state.seconds
    saved, shown, mean = time.monotonic(), time.monotonic(), math.nan
    chunks = task.chunks(plan.seed, plan.batch or task.batch)
    for chunk, batch in batches(chunks, state.chunk, plan.workers, done):
        progress = done.share = _progress(plan, state)
        if progress >= 1:
            break
        for group in optimizer.param_groups:
            group["lr"] = leg_rate(plan, state) * group["scale"]
        with torch.autocast(device.type, torch.bfloat16, enabled=device.type == "cuda"):
            loss = task.loss(model, {name: values.to(device, non_blocking=True) for name, values in batch.items()})
        loss.backward()  # type: ignore[no-untyped-call]  # torch leaves it untyped
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        state.step += 1
        state.chunk = max(state.chunk, chunk)
        state.pairs += len(batch["input_ids"])
        state.seconds = time.monotonic() - begun
        if state.step % LOOKED_AT == 0:  # to look at a loss is to wait for the device
            now = float(loss.detach())
            if not math.isfinite(now):
                raise ModelError(
                    f"the loss is {now} at step {state.step}: train at a lower --rate, or from other weights"
                )
            mean = now if math.isnan(mean) else 0.9 * mean + 0.1 * now
        if time.monotonic() - shown > 30:
            shown = time.monotonic()
            pace = state.pairs / state.seconds
            print(f"{progress:6.1%}  step {state.step}  loss {mean:.3f}  {pace:.1f} pairs/s", flush=True)
        if time.monotonic() - saved > 60 * plan.save_minutes:
            save(plan, model, optimizer, state)
            saved = time.monotonic()


def _device() -> torch.device:
    import torch

    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def _progress(plan: Plan, state: State) -> float:
    return state.step / sum(plan.steps) if plan.steps else state.seconds / (60 * plan.minutes)


def leg_rate(plan: Plan, state: State) -> float:
    """The learning rate now: of the leg that the step belongs to, where the plan has legs."""
    begun = 0
    for leg, steps in enumerate(plan.steps):
        if state.step < begun + steps:
            return rate_at((state.step - begun) / steps, plan.rate) * (LATER_PEAK if leg else 1.0)
        begun += steps
    return rate_at(_progress(plan, state), plan.rate)


def _optimizer(model: Any, head: str) -> torch.optim.Optimizer:
    """AdamW; the fresh head learns four times as fast, and biases and norms do not decay."""
    import torch

    groups: dict[tuple[float, float], list[torch.nn.Parameter]] = defaultdict(list)
    for name, weight in model.named_parameters():
        if weight.requires_grad:
            groups[0.01 if weight.dim() > 1 else 0.0, 4.0 if name.startswith(head) else 1.0].append(weight)
    return torch.optim.AdamW(
        [{"params": some, "weight_decay": decay, "scale": scale} for (decay, scale), some in groups.items()],
        lr=PEAK_RATE,
        fused=True,
    )


def save(plan: Plan, model: Any, optimizer: torch.optim.Optimizer, state: State) -> None:
    """Write the checkpoint; a kill while it is written leaves the one before.

    Raises:
        ModelError: a weight is no number any more; the checkpoint before is left as it was.
    """
    import torch

    if not all(bool(weight.isfinite().all()) for weight in model.parameters()):
        raise ModelError(
            f"a weight is no number any more at step {state.step}, and the checkpoint before is kept: "
            "train at a lower --rate, or from other weights"
        )
    plan.out.mkdir(parents=True, exist_ok=True)
    part = plan.out / (CHECKPOINT + ".part")
    numbers = {"step": state.step, "chunk": state.chunk, "seconds": state.seconds, "pairs": state.pairs}
    torch.save({"model": model.state_dict(), "optimizer": optimizer.state_dict(), "state": numbers}, part)
    part.replace(plan.out / CHECKPOINT)


def load_model(path: Path, task: Task) -> tuple[Any, State]:
    """The model of a checkpoint, and where its run stood.

    Raises:
        ModelError: where there is no such checkpoint.
    """
    saved = _saved(path)
    model = task.new_model()
    model.load_state_dict(saved["model"])
    return model, State(**saved["state"])


def _saved(path: Path) -> dict[str, Any]:
    import torch

    if not path.is_file():
        raise ModelError(f"no checkpoint {path}: train first, without --resume or --export-only")
    saved: dict[str, Any] = torch.load(path, weights_only=True, map_location="cpu")
    return saved


def _resume(plan: Plan, model: Any, optimizer: torch.optim.Optimizer) -> State:
    saved = _saved(plan.out / CHECKPOINT)
    model.load_state_dict(saved["model"])
    optimizer.load_state_dict(saved["optimizer"])
    state = State(**saved["state"])
    state.chunk += 1  # rather skip the rest of a chunk than read its beginning twice
    return state
