"""The processes of Footnote and of the peers beside it: started, asked, and what they complain of told."""

from __future__ import annotations

import contextlib
import json
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import rag
from eval.measuring import quoting_environment
from eval.peers.side import FOUND
from rag import RagError

SCRIPTS = Path(__file__).parent / "peers"

_OWN = ("with_footnote", "with_vector")
"""The modules that need Footnote."""

_ALONE = {
    "HF_HUB_OFFLINE": "1",
    "TRANSFORMERS_OFFLINE": "1",
    "HAYSTACK_TELEMETRY_ENABLED": "False",
    "LANGSMITH_TRACING": "false",
    "LANGCHAIN_TRACING_V2": "false",
    "ANONYMIZED_TELEMETRY": "False",
    "DO_NOT_TRACK": "1",
}
"""Nothing is fetched and nobody is told."""


@dataclass(frozen=True, slots=True)
class Side:
    """Footnote or a peer: how its processes are started, and the folder that its index is kept in."""

    name: str
    module: str
    python: Path
    folder: Path

    def start(self, action: str) -> contextlib.AbstractContextManager[Process]:
        """Start a process of the side; it is waited for on leaving, or ended where something went wrong."""
        return _process(self, action)

    def once(self, action: str) -> dict[str, Any]:
        """What a process of the side tells first."""
        with self.start(action) as process:
            return process.told()


@dataclass(frozen=True, slots=True)
class Process:
    """A running process of a side."""

    side: Side
    running: subprocess.Popen[str]
    log: Path

    def told(self) -> dict[str, Any]:
        """The next thing that it tells; raises RagError with the last thing it complained of where there is none."""
        assert self.running.stdout is not None
        line = self.running.stdout.readline()
        if line:
            told: dict[str, Any] = json.loads(line)
            return told
        complaints = self.log.read_text(encoding="utf-8", errors="replace").split("\n")
        last = next((complaint for complaint in reversed(complaints) if complaint.strip()), "it said nothing")
        raise RagError(
            f"{self.side.name} could not be measured: {last.strip()}; {self.side.python} has other versions?"
        )

    def asked(self, question: str) -> float:
        """The seconds that it takes to find passages for a question."""
        assert self.running.stdin is not None
        with contextlib.suppress(BrokenPipeError):  # what it ended with is told below
            self.running.stdin.write(json.dumps(question) + "\n")
            self.running.stdin.flush()
        told = self.told()
        self.enough(told)
        return float(told["seconds"])

    def enough(self, told: Mapping[str, Any]) -> None:
        """Raise RagError where it found too little to be compared."""
        if told["found"] < FOUND:
            raise RagError(f"{self.side.name} found {told['found']} of {FOUND} passages: give more articles")


@contextlib.contextmanager
def _process(side: Side, action: str) -> Iterator[Process]:
    own = side.module in _OWN
    environment = quoting_environment() | _ALONE
    # What this process imports from is not the peers' business, and Footnote is not installed where it is developed.
    environment.pop("PYTHONPATH", None)
    if own:
        environment["PYTHONPATH"] = str(Path(str(rag.__file__)).parent.parent)
    side.folder.mkdir(parents=True, exist_ok=True)
    log = side.folder / "log.txt"
    command = [str(side.python), str(SCRIPTS / "side.py"), side.module, action, str(side.folder)]
    with log.open("w", encoding="utf-8") as stream:
        running = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=stream,
            env=environment,
            text=True,
            encoding="utf-8",
        )
    with running:
        try:
            yield Process(side, running, log)
        except BaseException:
            running.kill()
            raise


def python_of(environment: Path) -> Path:
    """The python of a virtual environment, which is named by its folder or directly; raises RagError if none."""
    places = (environment, environment / "bin" / "python", environment / "Scripts" / "python.exe")
    # Not resolved: an environment's python is often a link, and is itself only under its own name.
    python = next((place.absolute() for place in places if place.is_file()), None)
    if python is None:
        raise RagError(f"{environment} is no virtual environment: make one with python -m venv {environment}")
    return python
