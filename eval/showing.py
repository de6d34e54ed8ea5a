"""What the terminal shows: no name steers it, no encoding is too poor for it, and who stops reading ends nothing."""

from __future__ import annotations

import contextlib
import io
import os
import sys
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from rag import visible

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text


def console(*, stderr: bool = False) -> Console:
    """A console that goes on measuring behind a pipe that was closed, as ``head`` does, and then shows no more.

    What the stream's encoding lacks is spelled out from now on: minutes of asking are not to be lost to a dash.
    """
    from rich.console import Console

    class Patient(Console):
        def on_broken_pipe(self) -> None:
            self.quiet = True
            with contextlib.suppress(OSError):  # else Python complains once more as it ends
                os.dup2(os.open(os.devnull, os.O_WRONLY), self.file.fileno())

    stream = sys.stderr if stderr else sys.stdout
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(errors="backslashreplace")
    return Patient(stderr=stderr)


def plain(text: str, style: str = "") -> Text:
    """A text that is shown as it stands: no markup is read in it, and no character of it steers the terminal."""
    from rich.text import Text

    return Text(visible(text), style=style)


@contextlib.contextmanager
def bar(shown_in: Console, said: str, total: int) -> Iterator[Callable[[int], None]]:
    """A bar of so many steps; what is yielded takes how many are done."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    description = TextColumn("{task.description}", style="progress.description", markup=False)
    columns = (description, BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=shown_in) as progress:
        task = progress.add_task(visible(said), total=total)
        yield lambda done: progress.update(task, completed=done)
