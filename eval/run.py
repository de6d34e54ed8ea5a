"""Asks a benchmark's questions and reports how well they were answered: what ``footnote eval`` does."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from eval import clapnq
from eval.compare import compare, earlier_scores, show_changes
from eval.conversations import conversations_of, put_after
from eval.questions import Benchmark, Question
from eval.questions import load as load_beir
from eval.report import Report, show, write_json
from eval.scoring import Row, score, with_ids
from eval.searches import compare_searches, show_searches
from eval.writing import check_writable
from rag import Answer, Article, Assistant, Hit, QuestionError, RagError, Settings

if TYPE_CHECKING:
    from rich.console import Console

DEPTH = 100  # passages of each question that the retrieval figures look at
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
        library: where the library of a single benchmark is kept; else it is kept in the user's cache directory.
        json_file: file for the figures and each question's scores.
        html_file: file for the report with plots and the wrong answers.
        against: an earlier run's JSON file to compare with.
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
    from rich.console import Console

    console = Console()
    _check_first(paths, library, against, json_file, html_file)
    if html_file is not None:
        from eval.plots import require_plots

        require_plots()
    loaded = [load(path).first(limit) for path in paths] or [load().first(limit)]
    if undated:
        loaded = [benchmark.undated() for benchmark in loaded]
    benchmarks = _named_apart(_put_after(loaded, after, draw, console))
    reports: list[Report] = []
    for benchmark in benchmarks:
        reports.append(_evaluated(benchmark, library, searches=searches))
        show(reports[-1], console)
        if reports[-1].searches:
            show_searches(reports[-1].searches, console)
        if reports[-1].stopped:
            break
    if json_file is not None:
        write_json(reports, json_file)
    if html_file is not None:
        from eval.page import write_page

        write_page(reports, html_file)
    fell = [_fell(against, report, console) for report in reports] if against is not None else []
    return INTERRUPTED if reports[-1].stopped else int(any(fell))


def _put_after(benchmarks: list[Benchmark], after: Path | None, draw: int, console: Console) -> list[Benchmark]:
    """The benchmarks behind conversations of another one, or as they are without one."""
    if after is None:
        if draw:
            raise RagError(f"--draw {draw} draws nothing without conversations: name a benchmark of them with --after")
        return benchmarks
    conversations, lacking = conversations_of(load(after), after)
    if lacking:
        console.print(f"{after}: {lacking} of {lacking + len(conversations)} conversations lack a reply: left out")
    return [put_after(benchmark, conversations, draw) for benchmark in benchmarks]


def load(path: Path | None = None) -> Benchmark:
    """Read a benchmark of any form that is known, or the one on the seeds for None; raises RagError where it cannot."""
    return clapnq.load(path) if path is not None and clapnq.recognises(path) else load_beir(path)


def evaluate(benchmark: Benchmark, assistant: Assistant, progress: Callable[[int, int], None] | None = None) -> Report:
    """Ask every question and score every answer; Ctrl-C ends the asking and keeps what was answered.

    Args:
        benchmark: the questions.
        assistant: has the benchmark's articles in its library.
        progress: called with how many questions were answered, and how many there are.
    """
    articles = {article.id: article for article in assistant.articles()}
    questions = with_ids(benchmark.questions, articles)
    rows: list[Row] = []
    try:
        assistant.ask("Is everything ready?")  # the first question loads the models; none that is timed shall
        for question in questions:
            rows.append(_asked(question, assistant, articles))
            if progress is not None:
                progress(len(rows), len(questions))
    except KeyboardInterrupt:
        if not rows:
            raise
    wanted = {id_ for question in questions for id_ in question.relevant}
    return Report(
        name=benchmark.name,
        rows=tuple(rows),
        questions=len(questions),
        articles=len(articles),
        missing=len(wanted - set(articles)),
        unjudged=benchmark.unjudged,
        settings=assistant.settings.model_dump(mode="json"),
        thresholds={dated: assistant.thresholds(dated=dated) for dated in (False, True)},
    )


def _check_first(paths: Sequence[Path], library: Path | None, against: Path | None, *written: Path | None) -> None:
    """Refuse at once what would otherwise be refused after many minutes of asking."""
    if library is not None and len(paths) > 1:
        raise RagError(f"--library holds the articles of one PATH, and {len(paths)} are given: give one with it")
    if against is not None and not against.is_file():
        raise RagError(f"there is no earlier run {against}: give a file that `footnote eval --json FILE` wrote")
    check_writable(*written)


def _asked(question: Question, assistant: Assistant, articles: dict[str, Article]) -> Row:
    try:
        history = _conversation(question, assistant)
        answer = assistant.ask(question.text, history=history, asked=question.asked)
        found = assistant.search(question.text, limit=DEPTH, history=history, asked=question.asked)
        hits = _as_answered(answer, found)
    except QuestionError as error:  # a question that cannot be asked is not answered, and counts
        answer, hits = Answer(question.text, question.text, str(error), None, refused=True, confidence=0.0), ()
    return score(question, answer, hits, articles, written=assistant.writes)


def _as_answered(answer: Answer, found: Sequence[Hit]) -> Sequence[Hit]:
    """The passages in the order in which the answer offers them, and below them what the search finds deeper down."""
    places = {hit.passage.id: place for place, hit in enumerate(answer.hits)}
    return sorted(found, key=lambda hit: places.get(hit.passage.id, len(places)))


def _conversation(question: Question, assistant: Assistant) -> tuple[Answer, ...]:
    """The answers before the question: asked for, or made of the replies that its history tells."""
    history: tuple[Answer, ...] = ()
    for turn in question.history:
        if turn.reply is None:
            answer = assistant.ask(turn.question, history=history, asked=question.asked)
        else:
            answer = Answer(turn.question, turn.question, turn.reply, None, refused=False, confidence=1.0)
        history = (*history, answer)
    return history


def _evaluated(benchmark: Benchmark, library: Path | None, *, searches: bool) -> Report:
    """Make or reuse the benchmark's library and evaluate, with progress on standard error."""
    from rich.console import Console
    from rich.progress import MofNCompleteColumn, Progress, TimeRemainingColumn

    settings = Settings()
    place = library or cached_library(benchmark.corpus, settings.encoder)
    assistant = Assistant(settings.model_copy(update={"library": place}))
    errors = Console(stderr=True)
    with errors.status(f"{benchmark.name}: reading {benchmark.corpus}") as status:
        done = assistant.index(
            [benchmark.corpus],
            progress=lambda at: status.update(f"{benchmark.name}: {at.articles} articles, {at.passages} passages"),
        )
    for skipped in done.skipped:
        errors.print(f"not read: {skipped.path}: {skipped.reason}", markup=False)
    bars = (*Progress.get_default_columns()[:2], MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*bars, console=errors) as bar:
        task = bar.add_task(benchmark.name, total=len(benchmark.questions))
        report = evaluate(benchmark, assistant, lambda asked, _: bar.update(task, completed=asked))
        if not searches or report.stopped:
            return report
        task = bar.add_task(f"{benchmark.name}: ways of searching", total=report.n["with_articles"])
        asked = ((row.question, _conversation(row.question, assistant), row.relevant) for row in report.rows)
        found = compare_searches(asked, assistant, lambda done: bar.update(task, completed=done))
        return replace(report, searches=found)


def cached_library(corpus: Path, encoder: str) -> Path:
    """The folder in the user's cache directory for a corpus as it is now: a changed corpus has another."""
    from platformdirs import user_cache_path

    files = sorted(corpus.iterdir()) if corpus.is_dir() else [corpus]
    stamps = [f"{file.resolve()} {file.stat().st_size} {file.stat().st_mtime_ns}" for file in files]
    digest = hashlib.sha256("\n".join([encoder, str(Assistant.library_format), *stamps]).encode()).hexdigest()
    name = corpus.name if corpus.is_dir() else corpus.resolve().parent.name
    return user_cache_path("footnote", appauthor=False) / "eval" / f"{name}-{digest[:16]}"


def _named_apart(benchmarks: list[Benchmark]) -> list[Benchmark]:
    """The benchmarks, a name that is taken already told apart by a number."""
    named: dict[str, Benchmark] = {}
    for benchmark in benchmarks:
        name, number = benchmark.name, 2
        while name in named:
            name, number = f"{benchmark.name}-{number}", number + 1
        named[name] = Benchmark(name, benchmark.corpus, benchmark.questions, benchmark.unjudged)
    return list(named.values())


def _fell(against: Path, report: Report, console: Console) -> bool:
    before = earlier_scores(against, report)
    after = {row.question.id: row.scores for row in report.rows}
    changes = compare(before, after)
    show_changes(changes, len(set(before) & set(after)), console)
    return any(change.fell for change in changes)
