"""The ``footnote`` command: ask, chat, index, inspect, eval. The only module of ``rag`` that prints.

It is the roof of the house: it alone starts the rooms beside ``rag``, the web chat and the evaluation.
"""

from __future__ import annotations

import contextlib
import json
import sys
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from rag.assistant import Assistant
from rag.errors import RagError
from rag.indexing import Progress

app = typer.Typer(
    name="footnote",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Ask a collection of articles. Every sentence of an answer is footnoted to the exact words that it rests on; "
    "where the articles do not answer, it says so. No network, no key.",
    epilog="Settings can also be given in the environment: RAG_LIBRARY, RAG_ENCODER, RAG_READER, RAG_REFUSAL.",
)

LibraryOption = Annotated[
    Path | None,
    typer.Option("--library", "-l", help="Folder of the library; the default one is built from the seed articles."),
]
JsonFlag = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]


def _assistant(library: Path | None) -> Assistant:
    from rag.settings import Settings

    return Assistant(Settings(library=library) if library else Settings())


def _print_json(value: object) -> None:
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2))


@app.command()
def ask(
    question: Annotated[str, typer.Argument(help="The question, in quotation marks; '-' reads standard input.")],
    library: LibraryOption = None,
    as_json: JsonFlag = False,
) -> None:
    """Answer one question, with a footnote for every sentence.

    Example: footnote ask "Who leads the commission?" --library ~/articles-library
    """
    if question == "-":
        question = sys.stdin.read()
    assistant = _assistant(library)
    with _progress_bar(quiet=as_json) as advance:  # the first question ever builds the default library
        assistant.open(advance)
    answer = assistant.ask(question)
    if as_json:
        _print_json(answer.to_dict())
        return
    typer.echo(_visible(answer.text))
    if answer.short:
        typer.secho(f"Short answer: {_visible(answer.short)}", bold=True)
    typer.echo(f"Confidence: {answer.confidence:.0%}")
    for citation in answer.citations:
        article = citation.article
        about = ", ".join(part for part in (article.source, article.published, article.url) if part)
        title = f"{article.title or 'untitled'}{f' ({about})' if about else ''}"
        typer.echo(f"\n[{citation.number}] {_visible(title)}, characters {citation.start}-{citation.end}:")
        typer.echo(f'    "{_visible(citation.quote)}"')
    if answer.refused and answer.hits:
        typer.echo("\nThe nearest passages, which do not answer:")
        for hit in answer.hits[:3]:
            title = hit.passage.article.title or "untitled"
            typer.echo(f"  - {_visible(title)}: {_visible(hit.passage.text[:160])}...")


@app.command()
def index(
    paths: Annotated[list[Path], typer.Argument(help="Files and folders of articles.")],
    library: LibraryOption = None,
    as_json: JsonFlag = False,
) -> None:
    """Add articles to a library, or update them; unchanged ones cost next to nothing.

    Stop it at any time with Ctrl-C: the same command goes on from there.

    Example: footnote index ~/articles --library ~/articles-library
    """
    assistant = _assistant(library)
    try:
        with _progress_bar(quiet=as_json) as advance:
            report = assistant.index(paths, progress=advance)
    except KeyboardInterrupt:
        typer.echo("stopped; what was embedded so far is kept, the same command goes on from there", err=True)
        raise typer.Exit(130) from None
    skipped = [{"path": skip.path, "reason": skip.reason} for skip in report.skipped]
    counts = {name: getattr(report, name) for name in ("new", "changed", "unchanged", "removed", "passages")}
    if as_json:
        _print_json({"library": str(assistant.settings.library), **counts, "skipped": skipped, "note": report.note})
        return
    typer.echo(f"{assistant.settings.library}: " + ", ".join(f"{count} {name}" for name, count in counts.items()))
    for skip in skipped:
        typer.echo(f"  skipped {skip['path']}: {skip['reason']}")
    if report.note:
        typer.echo(f"  {report.note}")
    typer.echo(f'Ask it: footnote ask "..." --library {assistant.settings.library}')


@app.command()
def chat(
    library: LibraryOption = None,
    host: Annotated[str, typer.Option(help="Address to listen on; 127.0.0.1 is this machine alone.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port to listen on.")] = 7860,
) -> None:
    """Ask in a web browser; prints the address and serves until Ctrl-C."""
    from ui.app import serve

    serve(_assistant(library), host=host, port=port)


@app.command()
def inspect(
    path: Annotated[Path, typer.Argument(help="A file or folder of articles.")],
    as_json: JsonFlag = False,
) -> None:
    """Show how files are read: their articles, and what was put aside as furniture of the page.

    Every character of a file belongs to an article, a notice or a named piece of furniture.
    """
    from rag.articles import split
    from rag.documents import Skipped
    from rag.loaders import load

    articles: list[Any] = []
    furniture: list[Any] = []
    skipped: list[Any] = []
    for document in load(path):
        if isinstance(document, Skipped):
            skipped.append({"path": document.path, "reason": document.reason})
            continue
        found = split(document).to_dict()
        articles += [{**article, "origin": document.origin} for article in found["articles"]]
        furniture += [{**piece, "origin": document.origin} for piece in found["furniture"]]
    if as_json:
        _print_json({"articles": articles, "furniture": furniture, "skipped": skipped})
        return
    for article in articles:
        about = ", ".join(article[key] for key in ("source", "published", "url") if article[key])
        typer.secho(f"{article['kind']}: {_visible(article['title'] or 'untitled')}", bold=True)
        typer.echo(f"  {len(article['text'])} characters{', ' + _visible(about) if about else ''}")
        typer.echo("  " + _visible(article["text"][:200]).replace("\n", " ") + "...")
    for piece in furniture:
        typer.echo(f"furniture, {piece['name']}: {_visible(piece['text'].strip())!r}")
    for skip in skipped:
        typer.echo(f"skipped {skip['path']}: {skip['reason']}")


@app.command(name="eval")
def evaluate(
    paths: Annotated[list[Path] | None, typer.Argument(help="Folders in BEIR's form; none means the seeds.")] = None,
    library: LibraryOption = None,
    json_file: Annotated[Path | None, typer.Option("--json", help="Write figures and answers to this file.")] = None,
    html_file: Annotated[Path | None, typer.Option("--html", help="Write a report with plots to this file.")] = None,
    against: Annotated[Path | None, typer.Option(help="An earlier --json file to compare with.")] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="Ask only so many questions, evenly spaced.")] = None,
) -> None:
    """Measure retrieval, answers, citations, refusals and latency on held-out questions.

    Example: footnote eval my-benchmark --json figures.json
    """
    from eval.run import run

    raise typer.Exit(
        run(paths or [], library=library, json_file=json_file, html_file=html_file, against=against, limit=limit)
    )


@contextlib.contextmanager
def _progress_bar(*, quiet: bool) -> Iterator[Callable[[Progress], None]]:
    """A line that counts articles and passages while an index is made; silent where nobody watches."""
    from rich.console import Console
    from rich.progress import Progress as Bar
    from rich.progress import SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    hidden = quiet or not sys.stderr.isatty()
    with Bar(*columns, console=Console(stderr=True), disable=hidden, transient=True) as bar:
        task = bar.add_task("loading")

        def advance(progress: Progress) -> None:
            bar.update(task, description=f"{progress.articles:,} articles, {progress.passages:,} passages embedded")

        yield advance


def _visible(text: str) -> str:
    """The text with control characters made visible, so that an article cannot steer the terminal."""
    return "".join(f"\\x{ord(c):02x}" if unicodedata.category(c) == "Cc" and c not in "\n\t" else c for c in text)


def main() -> None:
    """Run the command; a mendable error is one line on standard error and exit status 2."""
    try:
        app()
    except RagError as error:
        typer.secho(f"error: {error}", err=True, fg=typer.colors.RED)
        sys.exit(2)
