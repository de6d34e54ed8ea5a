"""The ``footnote`` command: ask, chat, eval, and the commands that keep a library.

It is the roof of the house: it alone starts the rooms beside ``rag``, the web chat and the evaluation.
"""

from __future__ import annotations

import contextlib
import sys
from typing import Annotated

import typer

from rag.asking import checked
from rag.cli import library as library_commands
from rag.cli import measuring
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
from rag.decoding import decode
from rag.errors import RagError
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
        question = decode(sys.stdin.buffer.read(), "standard input").text
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
    if not answer.refused:
        typer.echo(f"Confidence: {answer.confidence:.0%}")
    elif answer.hits:
        typer.echo(f"Confidence that the nearest quote would answer: {answer.confidence:.0%}")
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

    with contextlib.suppress(KeyboardInterrupt):  # as it is meant to be stopped
        serve(assistant_of(library), host=host, port=port)
    print("Stopped.")
    leave(0)  # a question on its way must not hold the process


app.command(name="eval")(measuring.evaluate)
app.command()(measuring.bench)


def main() -> None:
    """Run the command; a mendable error is one line on standard error and exit status 2."""
    spell_out_what_is_lacking()
    try:
        app()
    except RagError as error:
        typer.secho(visible(f"error: {error}"), err=True, fg=typer.colors.RED)
        sys.exit(2)
