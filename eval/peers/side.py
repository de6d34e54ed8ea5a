"""Runs Footnote or one peer in a process of its own: ``python side.py MODULE ACTION FOLDER``.

``FOLDER/job.json`` says what is to be done (a ``Job``). What was measured goes to standard output as lines of JSON;
whatever a library prints itself goes to standard error. Only the standard library is imported here.
"""

from __future__ import annotations

import importlib
import importlib.metadata
import json
import os
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Protocol, TypedDict, cast

FOUND = 10
"""How many passages are found for a question."""


class Job(TypedDict):
    """What every side is given.

    Attributes:
        model: folder or name of the sentence-transformers model.
        passages: texts, each of which fits the model; what peers index.
        articles: files and folders; what Footnote indexes, and cuts into the same passages.
        question: what a cold process is asked.
    """

    model: str
    passages: list[str]
    articles: list[str]
    question: str


class Side(Protocol):
    """One of the ``with_`` modules.

    Attributes:
        PACKAGES: distributions that must be installed; the first one's version is told.
        DOES: in a few words, how it indexes and finds.
    """

    PACKAGES: tuple[str, ...]
    DOES: str

    def indexing(self, job: Job, folder: Path) -> Callable[[], object]:
        """Load the model, index a small text, and return what indexes the job and keeps the index in the folder."""
        ...

    def searching(self, job: Job, folder: Path) -> Callable[[str], Sequence[object]]:
        """Open what was indexed in the folder; return what finds the texts of at least ``FOUND`` passages."""
        ...


def installed(side: Side) -> dict[str, str]:
    """The version of a side, or which of its packages is missing."""
    try:
        versions = [importlib.metadata.version(package) for package in side.PACKAGES]
    except importlib.metadata.PackageNotFoundError as error:
        return {"missing": str(error.name)}
    return {"version": versions[0], "does": side.DOES}


def main(module: str, action: str, folder: Path) -> None:
    """Do one of ``installed``, ``index``, ``ask`` (a JSON text a line on standard input) and ``cold``."""
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)

    def tell(what: dict[str, Any]) -> None:
        out.write(json.dumps(what) + "\n")
        out.flush()

    side = cast(Side, importlib.import_module(module))
    if action == "installed":
        tell(dict(installed(side)))
        return
    job: Job = json.loads((folder / "job.json").read_text(encoding="utf-8"))
    if action == "index":
        work = side.indexing(job, folder)
        started = time.perf_counter()
        work()
        tell({"seconds": time.perf_counter() - started})
        return
    search = side.searching(job, folder)
    if action == "cold":
        tell({"found": len(search(job["question"])[:FOUND])})
        return
    search(job["question"])
    tell({"ready": True})
    for line in sys.stdin:
        question = json.loads(line)
        started = time.perf_counter()
        found = search(question)[:FOUND]
        tell({"seconds": time.perf_counter() - started, "found": len(found)})


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], Path(sys.argv[3]))
