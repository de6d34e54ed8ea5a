"""One question's answer, scored: a number for each measure that applies to the question, and none for the others.

A measure that applies is never left out because the answer was bad: a question with nothing found, or refused where the
articles answer, scores 0.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from eval import metrics
from eval.questions import Question
from rag import Answer, Article, Citation, Hit


@dataclass(frozen=True, slots=True)
class Row:
    """A question, what was answered, and how good it was.

    Attributes:
        question: what was asked.
        answer: what came back.
        relevant: ids of the library's articles that answer, with grades; a key that fits no article stays as it is.
        found: the places, from 1, of the relevant articles in the ranking, each article placed by its best passage.
        passage: the place, from 1, of the first passage that holds an accepted answer, or None.
        scores: see ``eval.figures`` for what each means; a measure that does not apply is absent.
    """

    question: Question
    answer: Answer
    relevant: Mapping[str, int]
    found: tuple[int, ...]
    passage: int | None
    scores: Mapping[str, float]

    @property
    def right(self) -> bool | None:
        """Answered rightly or rightly refused; None where nothing is known that would tell."""
        return bool(self.scores["right"]) if "right" in self.scores else None

    @property
    def wrong(self) -> bool:
        """An answer was shown that is not right."""
        return bool(self.scores.get("wrong", 0.0))

    def to_dict(self) -> dict[str, Any]:
        """The row as JSON types; the found passages go without their text, which the library has."""
        answer = self.answer.to_dict()
        answer["hits"] = [{key: value for key, value in hit.items() if key != "text"} for hit in answer["hits"]]
        return {
            "id": self.question.id,
            "text": self.question.text,
            "kind": self.question.kind,
            "answerable": self.question.answerable,
            "answers": list(self.question.answers),
            "sentences": [list(chosen) for chosen in self.question.selections],
            "relevant": dict(self.relevant),
            "found": list(self.found),
            "passage": self.passage,
            "scores": dict(self.scores),
            "answer": answer,
        }


def score(
    question: Question,
    answer: Answer,
    hits: Sequence[Hit],
    articles: Mapping[str, Article],
    *,
    written: bool = False,
) -> Row:
    """Score one answer.

    Args:
        question: what was asked, and what is known of its answer; its relevant articles by id (``with_ids``).
        answer: what came back.
        hits: the passages that were found for it, best first, as deep as the ranking is to be measured.
        articles: the library's articles by id, which quotes are checked against.
        written: whether a model wrote it, so that its quotes need not stand in its text.
    """
    relevant = question.relevant
    ranking = ranked_articles(hits)
    places = (place for place, hit in enumerate(hits, start=1) if metrics.holds(hit.passage.text, question.answers))
    passage = next(places, None)
    scores = metrics.retrieval(relevant, ranking) if relevant else {}
    if question.answerable and question.answers:
        scores["passage@1"] = float(passage == 1)
        scores["passage@5"] = float(passage is not None and passage <= 5)
    scores |= _answer_scores(question, answer)
    scores |= _citation_scores(question, answer, articles, written=written)
    scores |= _refusal_scores(question, answer, scores)
    found = tuple(place for place, article in enumerate(ranking, start=1) if article in relevant)
    return Row(question, answer, relevant, found, passage, scores)


def ranked_articles(hits: Sequence[Hit]) -> list[str]:
    """The ids of the articles that hits show, each once, best first; a copy stands behind the one that is shown."""
    return list(dict.fromkeys(article.id for hit in hits for article in (hit.passage.article, *hit.also_in)))


def with_ids(questions: Sequence[Question], articles: Mapping[str, Article]) -> tuple[Question, ...]:
    """The questions with their relevant articles by their ids in the library, found by id or else by title.

    A key that is neither stays as it is: the library lacks that article.
    """
    titled: dict[str, list[str]] = {}
    for article in articles.values():
        titled.setdefault(metrics.normalise(article.title), []).append(article.id)

    def ids(key: str) -> Sequence[str]:
        title = "" if key in articles else metrics.normalise(key)
        return titled.get(title, (key,)) if title else (key,)  # a title of marks alone is nobody's

    return tuple(
        replace(question, relevant={id_: grade for key, grade in question.relevant.items() for id_ in ids(key)})
        for question in questions
    )


def shown_sentences(answer: Answer) -> tuple[str, ...]:
    """The sentences of an answer without their markers; a bracketed number inside a quote is no marker."""
    text = answer.text
    for citation in answer.citations:
        text = text.replace(citation.quote, citation.quote.replace("[", "("))
    numbers = "|".join(str(citation.number) for citation in answer.citations)
    parts = re.split(rf"(?:\s*\[(?:{numbers})\])+", text) if numbers else [text]
    return tuple(part.strip() for part in parts if part.strip())


def is_verbatim(citation: Citation, answer: Answer, articles: Mapping[str, Article], *, written: bool = False) -> bool:
    """Whether the library's article has the quote at its offsets, and the answer shows it under its marker.

    White space may be laid out differently in the answer; every other character counts. What a further marker of a
    sentence cites agrees with it in words of its own, which the answer need not show; nor need one that a model wrote
    (``written``) show any quote, but its markers.
    """
    article = articles.get(citation.article.id)
    quote, number = citation.quote, citation.number
    if article is None or not quote.strip() or article.text[citation.start : citation.end] != quote:
        return False
    said = " ".join(answer.text.split())
    is_further = re.search(rf"\[{number - 1}\] ?\[{number}\]", said) is not None
    return is_further or ((written or " ".join(quote.split()) in said) and f"[{number}]" in said)


def _answer_scores(question: Question, answer: Answer) -> dict[str, float]:
    scores: dict[str, float] = {}
    sentences = () if answer.refused else shown_sentences(answer)
    if not answer.refused:
        scores["sentences"] = float(len(sentences))
    if question.answerable and question.selections:
        cited = tuple(dict.fromkeys(citation.quote for citation in answer.citations))
        overlap = metrics.sentence_overlap(cited, question.selections)
        scores |= zip(("sentence_f1", "sentence_precision", "sentence_recall"), overlap, strict=True)
    if not (question.answerable and question.answers):
        return scores
    accepted = question.answers
    scores["present"] = float(any(metrics.holds(citation.quote, accepted) for citation in answer.citations))
    if question.history:
        scores["present_followup"] = scores["present"]
    scores["first_sentence"] = float(bool(sentences) and metrics.holds(sentences[0], accepted))
    short = None if answer.refused else answer.short
    scores["exact_match"] = metrics.exact_match(short, accepted)
    scores["f1"] = metrics.f1(short, accepted)
    return scores


def _citation_scores(
    question: Question, answer: Answer, articles: Mapping[str, Article], *, written: bool
) -> dict[str, float]:
    if answer.refused:
        return {}
    cited = answer.citations
    verbatim = bool(cited) and all(is_verbatim(citation, answer, articles, written=written) for citation in cited)
    scores = {"verbatim": float(verbatim)}
    if question.answerable and question.relevant:
        right = [_is_of(question.relevant, citation) for citation in cited]
        scores["article_right"] = float(any(right))
        scores["article_precision"] = sum(right) / len(right) if right else 0.0
        holding = [citation for citation in cited if metrics.holds(citation.quote, question.answers)]
        if holding:
            scores["present_article_right"] = float(any(_is_of(question.relevant, citation) for citation in holding))
    return scores


def _is_of(relevant: Mapping[str, int], citation: Citation) -> bool:
    """Whether a relevant article is cited, or a copy of it that holds the very words."""
    return any(article.id in relevant for article in (citation.article, *citation.also_in))


def _refusal_scores(question: Question, answer: Answer, scores: Mapping[str, float]) -> dict[str, float]:
    refused = float(answer.refused)
    told = {"confidence": answer.confidence, "answerable": float(question.answerable)}
    if answer.refused:
        told["precision"] = float(not question.answerable)
    if question.answerable:
        told["false_refusals"] = refused
        told_by = "present" if question.answers else "sentence_f1" if question.selections else "article_right"
        if told_by == "article_right" and not question.relevant:
            return told  # nothing is known of the answer but that there is one
        told["right"] = float(scores.get(told_by, 0.0) > 0)
    else:
        told["recall"] = refused
        if question.kind in ("near", "far"):
            told[f"recall_{question.kind}"] = refused
        told["right"] = refused
    told["wrong"] = float(not answer.refused and not told["right"])
    told["shown_right"] = float(not answer.refused and bool(told["right"]))
    if not answer.refused:
        told["right_if_shown"] = told["right"]
    return told
