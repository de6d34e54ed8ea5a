"""The command that shows how readers rated answers."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from rag.cli.terminal import LibraryOption, assistant_of, write_json_only
from rag.ratings import Rating
from rag.visible import visible


def feedback(
    library: LibraryOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON Lines, one rating each.")] = False,
    clear: Annotated[bool, typer.Option("--clear", help="Delete all ratings instead.")] = False,
) -> None:
    """List how readers rated answers, newest first.

    Where an article that an answer quoted has changed or gone since, the question, the verdict and the note are left.

    Example: footnote feedback --library ~/articles-library --json > ratings.jsonl
    """
    from rag.feedback import clear as delete_ratings
    from rag.feedback import ratings

    folder = assistant_of(library).settings.library
    if clear:
        count = delete_ratings(folder)
        told = "the ratings could not be read; their file was" if count is None else f"{count:,} ratings"
        typer.echo(f"{folder}: {told} deleted", err=as_json)
        return
    found = ratings(folder)
    if as_json:
        write_json_only()
        for rating in found:
            typer.echo(json.dumps(rating.to_dict(), ensure_ascii=False))
        return
    helpful = sum(rating.helpful for rating in found)
    typer.echo(f"{folder}: {helpful:,} answers rated helpful, {len(found) - helpful:,} not")
    for rating in found:
        _show_rating(rating)


def _show_rating(rating: Rating) -> None:
    verdict = "helpful" if rating.helpful else "not helpful"
    when = rating.rated[:16].replace("T", " ")
    lines = [rating.question]
    if rating.standalone != rating.question:
        lines.append(f"searched for: {rating.standalone}")
    lines.append(rating.answer or "(an article that the answer quoted has changed or gone)")
    if rating.note:
        lines.append(f"note: {rating.note}")
    for place, line in enumerate(lines):
        column = "" if place else f"{when}  {verdict}"
        typer.echo(f"{column:30} {visible(' '.join(line.split()))}")
