"""Asks a benchmark's questions and reports how well they were answered: what ``footnote eval`` does.

What was measured is written as soon as it was, before it is shown and before anything else is asked: neither Ctrl-C nor
a benchmark that fails later loses it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from eval import clapnq
from eval.asking import evaluate
from eval.compare import compare, earlier_scores, show_changes
from eval.conversations import conversations_of, put_after
from eval.figures import Scores
from eval.libraries import library_of
from eval.questions import Benchmark
from eval.questions import load as load_beir
from eval.report import Report, show, write_json
from eval.searches import compare_searches, show_searches
from eval.showing import bar, console, plain
from eval.writing import check_writable
from rag import Assistant, RagError, Settings

if TYPE_CHECKING:
    from rich.console import Console

INTERRUPTED = 130  # the exit status of a program that Ctrl-C ended


def run(
    paths: Sequence[Path],
    *,
    library: Path | None = None,
    json_file: Path | None = None,
    html_file: Path | None = None,
    against: Path | None = None,
    limit: int | None = None,
    searches: bool = False,
    undated: bool = False,
    after: Path | None = None,
    draw: int = 0,
) -> int:
    """Evaluate each benchmark, print its figures and write what was asked for.

    Args:
        paths: folders in the form of BEIR or of CLAPnq; none for the questions on the seeds.
        library: a folder below which each benchmark's library has one of its own; None for the user's cache directory.
        json_file: file for the figures and each question's scores.
        html_file: file for the report with plots and the wrong answers.
        against: an earlier run's JSON file to compare with; it may be the one that is written.
        limit: ask so many of each benchmark's questions, evenly spaced.
        searches: measure, too, what other ways of searching would find.
        undated: keep to oneself the days on which the questions were asked.
        after: a benchmark whose conversations are put before questions that have none, as if they went on from them.
        draw: another number draws other conversations.

    Returns:
        0; 1 where a figure fell beyond noise against the earlier run; 130 where Ctrl-C stopped the questions.

    Raises:
        RagError: a benchmark, a library or a file cannot be used; the message says what to do.
    """
    out, errors = console(), console(stderr=True)
    _check_first(against, json_file, html_file)
    loaded = [load(path).first(limit) for path in paths] or [load().first(limit)]
    if undated:
        loaded = [benchmark.undated() for benchmark in loaded]
    benchmarks = _named_apart(_put_after(loaded, after, draw, out))
    # Read before anything is asked, and before it may be written over.
    earlier = {each.name: earlier_scores(against, each) for each in benchmarks} if against is not None else {}
    reports: list[Report] = []
    fell = False
    try:
        for benchmark in benchmarks:
            each = _evaluated(benchmark, library, errors, searches=searches)
            report, stopped = _kept_and_shown(each, lambda now: _write([*reports, now], json_file, html_file), out)
            reports.append(report)
            fell |= _fell(earlier.get(benchmark.name), report, out)
            if stopped:
                return INTERRUPTED
    except KeyboardInterrupt:
        errors.print("Stopped; what was measured before is kept." if reports else "Stopped; nothing was measured.")
        return INTERRUPTED
    return int(fell)


def load(path: Path | None = None) -> Benchmark:
    """Read a benchmark of any form that is known, or the one on the seeds for None; raises RagError where it cannot."""
    return clapnq.load(path) if path is not None and clapnq.recognises(path) else load_beir(path)


def _check_first(against: Path | None, json_file: Path | None, html_file: Path | None) -> None:
    """Refuse at once what would otherwise be refused after many minutes of asking."""
    if against is not None and not against.is_file():
        raise RagError(f"there is no earlier run {against}: give a file that `footnote eval --json FILE` wrote")
    check_writable(json_file, html_file)
    if html_file is not None:
        from eval.plots import require_plots

        require_plots()


def _put_after(benchmarks: list[Benchmark], after: Path | None, draw: int, out: Console) -> list[Benchmark]:
    """The benchmarks behind conversations of another one, or as they are without one."""
    if after is None:
        if draw:
            raise RagError(f"--draw {draw} draws nothing without conversations: name a benchmark of them with --after")
        return benchmarks
    conversations, lacking = conversations_of(load(after), after)
    if lacking:
        of_all = f"{lacking} of {lacking + len(conversations)} conversations lack a reply: left out"
        out.print(plain(f"{after}: {of_all}"))
    return [put_after(benchmark, conversations, draw) for benchmark in benchmarks]


def _evaluated(benchmark: Benchmark, library: Path | None, errors: Console, *, searches: bool) -> Iterator[Report]:
    """The report once the questions were asked, and once more when other ways of searching were measured, too."""
    assistant = _with_library(benchmark, library, errors)
    with bar(errors, benchmark.name, len(benchmark.questions)) as advance:
        report = evaluate(benchmark, assistant, lambda asked, _: advance(asked))
    yield report
    if searches and not report.stopped:
        with bar(errors, f"{benchmark.name}: ways of searching", report.n["with_articles"]) as advance:
            found = compare_searches([row.question for row in report.rows], assistant, advance)
        yield replace(report, searches=found)


def _with_library(benchmark: Benchmark, library: Path | None, errors: Console) -> Assistant:
    """Make or reuse the benchmark's library; tells where it lies, since the bench can be put to it, too."""
    settings = Settings()
    place = library_of(benchmark.corpus, settings.encoder, library)
    assistant = Assistant(settings.model_copy(update={"library": place}))
    with errors.status(plain(f"{benchmark.name}: reading {benchmark.corpus}")) as status:
        done = assistant.index(
            [benchmark.corpus],
            progress=lambda at: status.update(
                plain(f"{benchmark.name}: {at.articles} articles, {at.passages} passages")
            ),
        )
    for skipped in done.skipped:
        errors.print(plain(f"not read: {skipped.path}: {skipped.reason}"))
    errors.print(plain(f"{benchmark.name}: its library is {place}"), soft_wrap=True)
    return assistant


def _kept_and_shown(each: Iterator[Report], keep: Callable[[Report], None], out: Console) -> tuple[Report, bool]:
    """The last of a benchmark's reports, each kept as it comes, and whether Ctrl-C ended it; shown whatever happens."""
    report: Report | None = None
    stopped = False
    try:
        for report in each:
            keep(report)
    except KeyboardInterrupt:
        if report is None:
            raise
        stopped = True
    finally:
        if report is not None:
            show(report, out)
            if report.searches:
                show_searches(report.searches, out)
    assert report is not None
    return report, stopped or report.stopped


def _write(reports: Sequence[Report], json_file: Path | None, html_file: Path | None) -> None:
    if json_file is not None:
        write_json(reports, json_file)
    if html_file is not None:
        from eval.page import write_page

        write_page(reports, html_file)


def _named_apart(benchmarks: list[Benchmark]) -> list[Benchmark]:
    """The benchmarks, a name that is taken already told apart by a number."""
    named: dict[str, Benchmark] = {}
    for benchmark in benchmarks:
        name, number = benchmark.name, 2
        while name in named:
            name, number = f"{benchmark.name}-{number}", number + 1
        named[name] = replace(benchmark, name=name)
    return list(named.values())


def _fell(before: Mapping[str, Scores] | None, report: Report, out: Console) -> bool:
    """Whether a figure fell beyond noise; what changed is shown."""
    if before is None:
        return False
    after = {row.question.id: row.scores for row in report.rows}
    shared = set(before) & set(after)
    if not shared:  # stopped before the first of them
        out.print("Nothing to compare: no question of the earlier run was asked.")
        return False
    changes = compare(before, after)
    show_changes(changes, len(shared), out)
    return any(change.fell for change in changes)
