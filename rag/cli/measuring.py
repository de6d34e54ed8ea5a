"""The commands that measure: eval how good the answers are, bench how fast they come."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from rag.cli.terminal import assistant_of
from rag.files import path_of

BenchmarksArgument = Annotated[
    list[Path] | None,
    typer.Argument(
        parser=path_of, metavar="PATHS", help="Folders in the form of BEIR or CLAPnq; none means the seeds."
    ),
]
LibrariesOption = Annotated[
    Path | None,
    typer.Option(
        "--library",
        "-l",
        parser=path_of,
        metavar="DIR",
        help="Keep the benchmarks' libraries in folders of their own below this one; where is told.",
    ),
]
ReportOption = Annotated[
    Path | None,
    typer.Option("--json", parser=path_of, metavar="FILE", help="Write figures and answers to this file."),
]
PageOption = Annotated[
    Path | None,
    typer.Option("--html", parser=path_of, metavar="FILE", help="Write a report with plots to this file."),
]
AgainstOption = Annotated[
    Path | None,
    typer.Option("--against", parser=path_of, metavar="FILE", help="An earlier --json file to compare with."),
]
LimitOption = Annotated[int | None, typer.Option("--limit", min=1, help="Ask only so many questions, evenly spaced.")]
SearchesFlag = Annotated[bool, typer.Option("--searches", help="Measure, too, what other ways of searching find.")]
UndatedFlag = Annotated[bool, typer.Option("--undated", help="Do not tell on which days the questions were asked.")]
AfterOption = Annotated[
    Path | None,
    typer.Option(
        "--after",
        parser=path_of,
        metavar="PATH",
        help="A benchmark of conversations: put one, about something else, before each question.",
    ),
]
DrawOption = Annotated[int, typer.Option("--draw", help="Another number draws other conversations for --after.")]

PartsArgument = Annotated[
    list[str] | None,
    typer.Argument(help="cold, question, index; none means these. Long ones: search (8 GB of disk), growth (20 GB)."),
]
ArticlesOption = Annotated[
    list[Path] | None,
    typer.Option(
        "--articles",
        parser=path_of,
        metavar="PATH",
        help="What index and --peers read; none means the seeds. cold and question have no use for it.",
    ),
]
AskedLibraryOption = Annotated[
    Path | None,
    typer.Option(
        "--library",
        "-l",
        parser=path_of,
        metavar="PATH",
        help="Folder of the library that is asked; index and --peers make their own. Without it, the default one.",
    ),
]
FiguresOption = Annotated[
    Path | None, typer.Option("--json", parser=path_of, metavar="FILE", help="Write the figures to this file.")
]
PlotOption = Annotated[
    Path | None,
    typer.Option(
        "--plot", parser=path_of, metavar="FILE", help="Draw the ratios into this .svg, .png or .pdf (extra eval)."
    ),
]
PeersOption = Annotated[
    Path | None,
    typer.Option(
        "--peers",
        parser=path_of,
        metavar="DIR",
        help="A virtual environment of peers to compare with; alone, only them.",
    ),
]


def evaluate(
    paths: BenchmarksArgument = None,
    library: LibrariesOption = None,
    json_file: ReportOption = None,
    html_file: PageOption = None,
    against: AgainstOption = None,
    limit: LimitOption = None,
    searches: SearchesFlag = False,
    undated: UndatedFlag = False,
    after: AfterOption = None,
    draw: DrawOption = 0,
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


def bench(
    parts: PartsArgument = None,
    articles: ArticlesOption = None,
    library: AskedLibraryOption = None,
    json_file: FiguresOption = None,
    plot: PlotOption = None,
    peers: PeersOption = None,
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
