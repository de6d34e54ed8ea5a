"""What every command takes and shows alike: paths, JSON, an article's name, and how far a run is."""

from __future__ import annotations

import contextlib
import io
import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated

import typer

from rag.assistant import Assistant
from rag.files import path_of
from rag.progress import Progress
from rag.schema import Article
from rag.visible import visible

LibraryOption = Annotated[
    Path | None,
    typer.Option(
        "--library",
        "-l",
        parser=path_of,
        metavar="PATH",
        help="Folder of the library, or the default one, which ask and chat make of the seed articles if need be.",
    ),
]
JsonFlag = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]


def assistant_of(library: Path | None) -> Assistant:
    """The assistant of the library that was named, or of the default one."""
    from rag.settings import Settings

    return Assistant(Settings(library=library) if library else Settings())


def spell_out_what_is_lacking() -> None:
    """Have standard output spell out the characters that its encoding lacks, rather than end at the first."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")


def write_json_only() -> None:
    """Have standard output write JSON as programs read it: in UTF-8 and with plain line ends on every system.

    Half a surrogate pair, the one thing that UTF-8 lacks, is spelled as JSON spells it.
    """
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace", newline="\n")


def print_json(value: object) -> None:
    """Print a value as JSON."""
    write_json_only()
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2))


def named(article: Article) -> str:
    """An article's title with what is known of where, by whom and when it was published."""
    known = (article.source, ", ".join(article.authors), article.published, article.url)
    about = ", ".join(part for part in known if part)
    return visible(f"{article.title or 'untitled'}{f' ({about})' if about else ''}")


@contextlib.contextmanager
def progress_bar(*, quiet: bool) -> Iterator[Callable[[Progress], None]]:
    """A bar with articles, passages, rate and time left while an index is made; silent where nobody watches."""
    if quiet or not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, SpinnerColumn, TaskProgressColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bar
    from rich.progress import TimeRemainingColumn as TimeLeft

    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TimeElapsedColumn(),
        TimeLeft(),
    )
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("loading", total=None)

        def advance(progress: Progress) -> None:
            seconds = bar.tasks[0].elapsed or 0.0
            rate = f", {progress.passages / seconds:.0f}/s" if seconds > 1 else ""
            done = f"{progress.articles:,} articles, {progress.passages:,} passages embedded"
            shown = (
                (done, progress.stage) if progress.articles else (progress.stage,)
            )  # without articles, nothing is indexed
            description = ", ".join(shown) if progress.stage else f"{done}{rate}"
            if progress.share is None:
                bar.update(task, description=description)
            else:
                bar.update(task, description=description, total=1.0, completed=progress.share)

        yield advance
