"""The commands that keep a library: index, sync, remove, stats, verify, export, inspect."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from rag.cli.terminal import (
    JsonFlag,
    LibraryOption,
    assistant_of,
    print_json,
    progress_bar,
    write_json_only,
)
from rag.files import path_of
from rag.progress import IndexReport
from rag.visible import visible

PathsArgument = Annotated[
    list[Path],
    typer.Argument(
        parser=path_of,
        metavar="PATHS",
        help="Files and folders of articles; '-' is standard input, which adds to what came from it.",
    ),
]
COUNTS = ("new", "changed", "unchanged", "duplicates", "removed", "passages")


ColumnOption = Annotated[
    list[str] | None,
    typer.Option("--column", help="What a table or record calls a column, as in text=story; may be repeated."),
]


def index(
    paths: PathsArgument,
    column: ColumnOption = None,
    library: LibraryOption = None,
    as_json: JsonFlag = False,
) -> None:
    """Add articles to a library, or update them; unchanged ones cost next to nothing.

    Stop it at any time with Ctrl-C: the same command goes on from there.

    Example: footnote index ~/articles --library ~/articles-library
    """
    _read(paths, column, library, as_json, sync=False)


def sync(
    folder: Annotated[
        Path, typer.Argument(parser=path_of, metavar="FOLDER", help="The folder that the library is to follow.")
    ],
    column: ColumnOption = None,
    library: LibraryOption = None,
    as_json: JsonFlag = False,
) -> None:
    """Make a library equal to a folder: add, update, and let go of files that lay in it and are gone.

    Articles that were read from elsewhere stay.

    Example: footnote sync ~/articles --library ~/articles-library
    """
    _read([folder], column, library, as_json, sync=True)


def _read(paths: list[Path], column: list[str] | None, library: Path | None, as_json: bool, *, sync: bool) -> None:
    columns = _columns(column or [])
    assistant = assistant_of(library)
    try:
        with progress_bar(quiet=as_json) as advance:
            report = assistant.index(paths, progress=advance, columns=columns, sync=sync)
    except KeyboardInterrupt:
        typer.echo("stopped; what was embedded so far is kept, the same command goes on from there", err=True)
        raise typer.Exit(130) from None
    _show(report, assistant.settings.library, as_json)


def _columns(given: list[str]) -> dict[str, str]:
    from rag.records import check_columns

    columns: dict[str, str] = {}
    for name, _, value in (pair.partition("=") for pair in given):
        check_columns({name: value})
        if columns.setdefault(name, value) != value:
            raise typer.BadParameter(f"--column {name}={columns[name]} and {name}={value}: give one of them")
    return columns


def _show(report: IndexReport, library: Path, as_json: bool) -> None:
    skipped = [{"path": skip.path, "reason": skip.reason} for skip in report.skipped]
    counts = {name: getattr(report, name) for name in COUNTS}
    if as_json:
        columns = {origin: dict(used) for origin, used in report.columns}
        print_json({"library": str(library), **counts, "skipped": skipped, "columns": columns, "note": report.note})
        return
    typer.echo(f"{library}: " + ", ".join(f"{count:,} {name}" for name, count in counts.items()))
    for origin, used in report.columns[:10]:
        told = ", ".join(f"{column} from {name!r}" for column, name in used)
        typer.echo(visible(f"  {origin}: {told}"))
    for skip in skipped:
        typer.echo(visible(f"  skipped {skip['path']}: {skip['reason']}"))
    if report.note:
        typer.echo(f"  {report.note}")
    typer.echo(f'Ask it: footnote ask "..." --library {library}')


def remove(
    names: Annotated[
        list[str] | None, typer.Argument(help="Ids of articles, files and folders, or 'standard input'.")
    ] = None,
    source: Annotated[str | None, typer.Option(help="Remove all articles of this outlet.")] = None,
    library: LibraryOption = None,
    as_json: JsonFlag = False,
) -> None:
    """Let articles go: afterwards no file of the library holds their text. The files that they came from stay.

    Example: footnote remove ~/articles/old --library ~/articles-library
    """
    from rag.upkeep import remove as remove_articles

    if not names and source is None:
        raise typer.BadParameter("name an article, a file or a folder, or give --source")
    folder = assistant_of(library).settings.library
    count = remove_articles(folder, names or [], source=source)
    if as_json:
        print_json({"library": str(folder), "removed": count})
    else:
        typer.echo(f"{folder}: {count:,} removed")


def stats(library: LibraryOption = None, as_json: JsonFlag = False) -> None:
    """Tell what a library holds: articles, passages, outlets, dates, size."""
    from rag.upkeep import stats as count

    found = count(assistant_of(library).settings.library)
    if as_json:
        print_json(found.to_dict())
        return
    span = f", published {found.first[:10]} to {found.last[:10]}" if found.first and found.last else ""
    typer.echo(f"{found.library}, generation {found.generation}, encoder {found.encoder}, {found.size / 1e6:,.1f} MB")
    if found.exported:
        typer.echo(f"questions are encoded by {found.exported}")
    typer.echo(f"{found.articles:,} articles ({found.notices:,} notices) in {found.passages:,} passages{span}")
    typer.echo(f"{found.stories:,} different stories, from {found.files:,} files")
    for name, number in found.sources[:20]:
        typer.echo(f"  {number:7,}  {visible(name) if name else 'no outlet named'}")
    if len(found.sources) > 20:
        typer.echo(f"  and {len(found.sources) - 20:,} outlets more (--json lists all)")
    if found.helpful is None:
        typer.echo("ratings of answers cannot be read; footnote verify tells why")
    elif found.helpful or found.unhelpful:
        typer.echo(f"{found.helpful:,} answers rated helpful, {found.unhelpful:,} not (footnote feedback lists them)")


def verify(
    library: LibraryOption = None,
    repair: Annotated[bool, typer.Option(help="Make damaged indexes anew from the articles.")] = True,
    as_json: JsonFlag = False,
) -> None:
    """Check every hash, count and offset of a library, and mend what can be mended.

    Exits with 0 where the library is sound or was mended, with 1 where it is not.
    """
    from rag.verification import verify as check

    folder = assistant_of(library).settings.library
    found = check(folder, repair=repair)
    if as_json:
        keys = ("articles", "passages", "problems", "repaired", "sound")
        print_json({"library": str(folder), **{key: getattr(found, key) for key in keys}})
    else:
        for problem in found.problems:
            typer.echo(visible(problem))
        state = "mended: its indexes were made anew" if found.repaired else "sound" if found.sound else "damaged"
        typer.echo(f"{folder}: {found.articles:,} articles, {found.passages:,} passages, {state}")
    raise typer.Exit(0 if found.sound else 1)


def export(
    library: LibraryOption = None,
    out: Annotated[
        Path | None, typer.Option(parser=path_of, metavar="FILE", help="Write to this file instead of standard output.")
    ] = None,
) -> None:
    """Write all articles as JSON Lines, which index reads back to the same articles.

    Example: footnote export --library ~/articles-library > articles.jsonl
    """
    from rag.exporting import export as lines
    from rag.exporting import export_to

    folder = assistant_of(library).settings.library
    if out is not None:
        export_to(folder, out)
        return
    write_json_only()
    for line in lines(folder):
        sys.stdout.write(line + "\n")


def inspect(
    path: Annotated[Path, typer.Argument(parser=path_of, metavar="PATH", help="A file or folder of articles.")],
    column: ColumnOption = None,
    as_json: JsonFlag = False,
) -> None:
    """Show how files are read: their articles, and what was put aside as furniture of the page.

    Every character of a file belongs to an article, a notice or a named piece of furniture; "map" in the JSON tells
    to which.
    """
    from rag.articles import split
    from rag.documents import Skipped
    from rag.loaders import load

    articles: list[Any] = []
    furniture: list[Any] = []
    pieces: list[Any] = []
    skipped: list[Any] = []
    for document in load(path, _columns(column or [])):
        if isinstance(document, Skipped):
            skipped.append({"path": document.path, "reason": document.reason})
            continue
        found = split(document).to_dict()
        for piece in found["map"]:
            number = None if piece["article"] is None else len(articles) + piece["article"]
            pieces.append({**piece, "article": number, "origin": document.origin})
        articles += [{**article, "origin": document.origin} for article in found["articles"]]
        furniture += [{**piece, "origin": document.origin} for piece in found["furniture"]]
    if as_json:
        print_json({"articles": articles, "furniture": furniture, "map": pieces, "skipped": skipped})
        return
    for article in articles:
        known = (article["source"], ", ".join(article["authors"]), article["published"], article["url"])
        about = ", ".join(part for part in known if part)
        typer.secho(f"{article['kind']}: {visible(article['title'] or 'untitled')}", bold=True)
        typer.echo(f"  {len(article['text'])} characters{', ' + visible(about) if about else ''}")
        typer.echo("  " + visible(article["text"][:200]).replace("\n", " ") + "...")
    for piece in furniture:
        typer.echo(f"furniture, {piece['name']}: {visible(piece['text'].strip())!r}")
    for skip in skipped:
        typer.echo(visible(f"skipped {skip['path']}: {skip['reason']}"))
