"""Runs of a program, forked from a process that has imported everything: they begin at once, not after ten seconds.

``python -m tests.forking PROGRAM MODULE...`` is that process. It reads a line of JSON for each run: its arguments, the
file of its output and that of its errors. It writes the run's process id, and its exit status once it has ended.
"""

from __future__ import annotations

import importlib
import json
import os
import select
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

_ROOT = Path(__file__).parent.parent
_HEAVY = ("sentence_transformers", "faiss", "tantivy", "datasketch", "filelock", "rag.indexing")


class Forked:
    """A forked run; to be asked as a ``Popen`` is.

    Args:
        source: the process that it is forked from, of ``open_source``; it has one run at a time.
        arguments: of the program.
        log: gets what the run says.
        errors: gets what it says on standard error; if not given, ``log`` does.
    """

    def __init__(
        self, source: subprocess.Popen[bytes], arguments: Sequence[str], log: Path, errors: Path | None = None
    ) -> None:
        assert source.stdin is not None and source.stdout is not None
        self._told = source.stdout
        line = json.dumps([list(arguments), str(log), str(errors or log)])
        source.stdin.write(line.encode() + b"\n")
        self.pid = int(self._told.readline())
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """The exit status, or None while the run goes on."""
        if self.returncode is None and select.select([self._told], [], [], 0)[0]:
            self.wait()
        return self.returncode

    def wait(self) -> int:
        """Wait for the run's end; returns its exit status, negative where a signal ended it."""
        if self.returncode is None:
            self.returncode = int(self._told.readline())
        return self.returncode


def open_source(program: str = "rag.cli", heavy: Sequence[str] = _HEAVY) -> subprocess.Popen[bytes]:
    """Start the process that runs are forked from; closing its standard input ends it.

    Args:
        program: the module whose ``main`` each run calls; the ``footnote`` command if not given.
        heavy: what else is imported once for all of them.
    """
    command = [sys.executable, "-m", "tests.forking", program, *heavy]
    return subprocess.Popen(command, cwd=_ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0)


def main() -> None:
    """Fork a run for each line that comes."""
    program, *heavy = sys.argv[1:]
    for name in (*heavy, program):
        importlib.import_module(name)
    for line in sys.stdin.buffer:
        child = os.fork()
        if not child:
            _become(program, *json.loads(line))
        print(child, flush=True)
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)


def _become(program: str, arguments: Sequence[str], log: str, errors: str) -> None:
    """Be the program, in a process group of its own."""
    os.setsid()
    stream = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(stream, 1)
    os.dup2(stream if errors == log else os.open(errors, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), 2)
    sys.argv = ["footnote", *arguments]
    status = 1
    try:
        importlib.import_module(program).main()
        status = 0
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:
        sys.excepthook(*sys.exc_info())
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)


if __name__ == "__main__":
    main()
