"""Asks a benchmark's questions, each with the conversation before it, and scores every answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from eval.conversations import conversation
from eval.questions import Benchmark, Question
from eval.report import Report
from eval.scoring import Row, score, with_ids
from rag import Answer, Article, Assistant, Hit, QuestionError

DEPTH = 100  # passages of each question that the retrieval figures look at


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


def _asked(question: Question, assistant: Assistant, articles: dict[str, Article]) -> Row:
    try:
        history = conversation(question, assistant)
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
