"""The ``footnote`` command: ask, chat, eval, and the commands that keep a library.

It is the roof of the house: it alone starts the rooms beside ``rag``, the web chat and the evaluation.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from rag.asking import checked
from rag.cli import library as library_commands
from rag.cli.feedback import feedback
from rag.cli.terminal import (
    JsonFlag,
    LibraryOption,
    assistant_of,
    named,
    print_json,
    progress_bar,
    spell_out_what_is_lacking,
)
from rag.errors import RagError
from rag.files import path_of
from rag.recency import day_of
from rag.visible import visible

app = typer.Typer(
    name="footnote",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Ask a collection of articles. Every sentence of an answer is footnoted to the exact words that it rests on; "
    "where the articles do not answer, it says so. No network, no key.",
    epilog="Settings can also be given in the environment: RAG_LIBRARY, RAG_ENCODER, RAG_READER, RAG_REFUSAL; "
    "RAG_WRITER_URL, RAG_WRITER_MODEL and RAG_WRITER_KEY let a model write, every sentence checked; RAG_WRITER_CHECK "
    "tells how strictly, RAG_WRITER_REWRITE how long it may take to rewrite a follow-up.",
)

for command in (
    library_commands.index,
    library_commands.sync,
    library_commands.remove,
    library_commands.stats,
    library_commands.verify,
    library_commands.export,
    library_commands.inspect,
    feedback,
):
    app.command()(command)


@app.command()
def ask(
    question: Annotated[str, typer.Argument(help="The question, in quotation marks; '-' reads standard input.")],
    library: LibraryOption = None,
    asked: Annotated[
        str | None,
        typer.Option(help="The day of a question about the news, 2022-06-17 or today: its articles count for more."),
    ] = None,
    as_json: JsonFlag = False,
) -> None:
    """Answer one question, with a footnote for every sentence.

    Example: footnote ask "Who leads the commission?" --library ~/articles-library

    Example: footnote ask "Who resigned this week?" --asked 2022-10-21
    """
    if question == "-":
        question = sys.stdin.read()
    checked(question)  # before anything is built or loaded
    day = None if asked is None else day_of(asked)
    assistant = assistant_of(library)
    with progress_bar(quiet=as_json) as advance:  # the first question ever builds the default library
        assistant.open(advance)
    answer = assistant.ask(question, asked=day)
    if as_json:
        print_json(answer.to_dict())
        return
    typer.echo(visible(answer.text))
    if answer.short:
        typer.secho(f"Short answer: {visible(answer.short)}", bold=True)
    if answer.note:
        typer.echo(visible(answer.note))
    if answer.removal:
        typer.echo(f"{answer.removal} (--json has what was removed)")
    typer.echo(f"Confidence: {answer.confidence:.0%}")
    for citation in answer.citations:
        page = f"page {citation.page}, " if citation.page else ""
        place = f"{page}characters {citation.start}-{citation.end}"
        typer.echo(f"\n[{citation.number}] {named(citation.article)}, {place}:")
        typer.echo(f'    "{visible(citation.quote)}"')
        for article in citation.also_in:
            typer.echo(f"    also in {named(article)}")
    if answer.refused and answer.hits:
        typer.echo("\nThe nearest passages, which do not answer:")
        for hit in answer.hits[:3]:
            title = hit.passage.article.title or "untitled"
            typer.echo(f"  - {visible(title)}: {visible(hit.passage.text[:160])}...")


@app.command()
def chat(
    library: LibraryOption = None,
    host: Annotated[str, typer.Option(help="Address to listen on; 127.0.0.1 is this machine alone.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port to listen on; 0 takes any free one.")] = 7860,
) -> None:
    """Ask in a web browser; prints the address and serves until Ctrl-C."""
    from ui.app import serve
    from ui.server import leave

    try:
        serve(assistant_of(library), host=host, port=port)
    except KeyboardInterrupt:
        print("Stopped.")  # as it is meant to be
    leave(0)  # a question on its way must not hold the process


@app.command(name="eval")
def evaluate(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(
            parser=path_of, metavar="PATHS", help="Folders in the form of BEIR or CLAPnq; none means the seeds."
        ),
    ] = None,
    library: Annotated[
        Path | None,
        typer.Option(
            "--library",
            "-l",
            parser=path_of,
            metavar="DIR",
            help="Keep the benchmarks' libraries in folders of their own below this one; where is told.",
        ),
    ] = None,
    json_file: Annotated[
        Path | None,
        typer.Option("--json", parser=path_of, metavar="FILE", help="Write figures and answers to this file."),
    ] = None,
    html_file: Annotated[
        Path | None,
        typer.Option("--html", parser=path_of, metavar="FILE", help="Write a report with plots to this file."),
    ] = None,
    against: Annotated[
        Path | None, typer.Option(parser=path_of, metavar="FILE", help="An earlier --json file to compare with.")
    ] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="Ask only so many questions, evenly spaced.")] = None,
    searches: Annotated[
        bool, typer.Option("--searches", help="Measure, too, what other ways of searching find.")
    ] = False,
    undated: Annotated[
        bool, typer.Option("--undated", help="Do not tell on which days the questions were asked.")
    ] = False,
    after: Annotated[
        Path | None,
        typer.Option(
            parser=path_of,
            metavar="PATH",
            help="A benchmark of conversations: put one, about something else, before each question.",
        ),
    ] = None,
    draw: Annotated[int, typer.Option(help="Another number draws other conversations for --after.")] = 0,
) -> None:
    """Measure retrieval, answers, citations, refusals and latency on held-out questions.

    A folder holds corpus.jsonl, queries.jsonl and qrels.tsv as BEIR has them, or answerable.jsonl and
    unanswerable.jsonl as CLAPnq has; python -m eval --help tells every key.

    Exits with 1 where a figure fell beyond noise against the earlier run, with 130 where Ctrl-C ended it.

    Example: footnote eval my-benchmark --json figures.json
    """
    from eval.run import run

    raise typer.Exit(
        run(
            paths or [],
            library=library,
            json_file=json_file,
            html_file=html_file,
            against=against,
            limit=limit,
            searches=searches,
            undated=undated,
            after=after,
            draw=draw,
        )
    )


@app.command()
def bench(
    parts: Annotated[
        list[str] | None,
        typer.Argument(
            help="cold, question, index; none means these. Long ones: search (8 GB of disk), growth (20 GB)."
        ),
    ] = None,
    articles: Annotated[
        list[Path] | None,
        typer.Option(
            "--articles", parser=path_of, metavar="PATH", help="What is indexed for the rate; none means the seeds."
        ),
    ] = None,
    library: LibraryOption = None,
    json_file: Annotated[
        Path | None, typer.Option("--json", parser=path_of, metavar="FILE", help="Write the figures to this file.")
    ] = None,
    plot: Annotated[
        Path | None,
        typer.Option(
            "--plot",
            parser=path_of,
            metavar="FILE",
            help="Draw the ratios into this .svg, .png or .pdf (extra eval).",
        ),
    ] = None,
    peers: Annotated[
        Path | None,
        typer.Option(
            "--peers",
            parser=path_of,
            metavar="DIR",
            help="A virtual environment of peers to compare with; alone, only them.",
        ),
    ] = None,
) -> None:
    """Measure speed, as ratios against sentence-transformers alone in the same run.

    search is against FAISS searching all of 10,000, 100,000 and a million vectors: the library's own, then those with
    noise. growth asks whole questions of made libraries of 10,000 and a million passages. Where --articles is a folder
    in BEIR's form, its questions are asked.

    --peers is against haystack, LlamaIndex, LangChain and txtai, those that are installed in an environment of their
    own: python -m venv peers, then peers/bin/pip install -r eval/peers/requirements.txt. Give a few hundred articles.

    Example: footnote bench index --articles my-articles

    Example: footnote bench --peers peers --articles my-articles
    """
    from eval.bench import bench as measure
    from rag.opening import seeds

    folder = assistant_of(library).settings.library
    measure(parts or [], articles or [seeds()], folder, json_file, peers=peers, plot=plot)


def main() -> None:
    """Run the command; a mendable error is one line on standard error and exit status 2."""
    spell_out_what_is_lacking()
    try:
        app()
    except RagError as error:
        typer.secho(visible(f"error: {error}"), err=True, fg=typer.colors.RED)
        sys.exit(2)
