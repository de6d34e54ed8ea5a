"""One answer's scores, by hand: shown rightly, shown wrongly, refused, badly quoted."""

from __future__ import annotations

from dataclasses import replace

import pytest

from eval import metrics
from eval.questions import Question, Turn
from eval.scoring import Row, is_verbatim, score, shown_sentences, with_ids
from rag import Answer, Article, Citation, Hit, Passage

TEA = Article("tea", "All about Tea!", "Tea is drunk at four. It is hot.\nSee note [1] there.")
COFFEE = Article("coffee", "Coffee", "Coffee is drunk at four too.")
ARTICLES = {"tea": TEA, "coffee": COFFEE}
ASKED = Question("q", "When is tea drunk?", True, ("four",), {"tea": 1})
UNANSWERABLE = Question("u", "Who invented tea?", False, (), {}, kind="near")


def cite(article: Article, quote: str, number: int = 1) -> Citation:
    start = article.text.index(quote)
    return Citation(number, article, start, start + len(quote))


def answered(*citations: Citation, short: str | None = None) -> Answer:
    text = " ".join(f"{citation.quote} [{citation.number}]" for citation in citations)
    return Answer("?", "?", text, short, False, 0.8, citations)


REFUSED = Answer("?", "?", "The articles do not say.", None, True, 0.1)
RIGHT = answered(cite(TEA, "It is hot."), cite(TEA, "Tea is drunk at four.", 2), short="at four")
HITS = tuple(Hit(Passage(article, 0, len(article.text)), 1.0) for article in (COFFEE, TEA, TEA))


def row(question: Question, answer: Answer, hits: tuple[Hit, ...] = HITS) -> Row:
    return score(question, answer, hits, ARTICLES)


def test_a_right_answer() -> None:
    scored = row(ASKED, RIGHT)
    expected = {"present": 1, "first_sentence": 0, "exact_match": 0, "f1": 2 / 3, "sentences": 2, "verbatim": 1}
    expected |= {"article_right": 1, "article_precision": 1, "present_article_right": 1, "right": 1, "wrong": 0}
    expected |= {"MRR": 0.5, "hit@1": 0, "hit@5": 1, "passage@1": 1, "passage@5": 1, "false_refusals": 0}
    expected |= {"shown_right": 1, "right_if_shown": 1, "confidence": 0.8, "answerable": 1}
    assert {name: scored.scores[name] for name in expected} == pytest.approx(expected)
    assert not {"precision", "recall", "recall_near", "present_followup"} & set(scored.scores)
    assert (scored.found, scored.passage, scored.right, scored.wrong) == ((2,), 1, True, False)


def test_a_refused_answerable_question_scores_zero_and_is_not_dropped() -> None:
    scored = row(ASKED, REFUSED)
    zero = ("present", "first_sentence", "exact_match", "f1", "right", "wrong", "shown_right", "precision")
    assert {scored.scores[name] for name in zero} == {0.0}
    assert scored.scores["false_refusals"] == 1.0
    assert not {"verbatim", "article_right", "sentences", "right_if_shown"} & set(scored.scores)


def test_nothing_found_scores_zero() -> None:
    scored = row(ASKED, REFUSED, ())
    assert {scored.scores[name] for name in ("nDCG@10", "R@5", "MRR", "hit@1", "passage@1", "passage@5")} == {0.0}
    assert (scored.found, scored.passage) == ((), None)


def test_an_unanswerable_question_is_right_only_if_refused() -> None:
    refused, shown = row(UNANSWERABLE, REFUSED).scores, row(UNANSWERABLE, RIGHT).scores
    names = ("recall", "recall_near", "right", "wrong", "shown_right")
    assert [refused[name] for name in names] == [1, 1, 1, 0, 0]
    assert [shown[name] for name in names] == [0, 0, 0, 1, 0]
    assert refused["precision"] == 1 and "precision" not in shown
    assert "recall_far" not in refused and not {"present", "MRR", "article_right"} & set(shown)


def test_the_right_words_from_the_wrong_article() -> None:
    scored = row(ASKED, answered(cite(COFFEE, COFFEE.text))).scores
    assert (scored["present"], scored["article_right"], scored["present_article_right"]) == (1, 0, 0)
    both = row(ASKED, answered(cite(COFFEE, COFFEE.text), cite(TEA, "It is hot.", 2))).scores
    assert (both["article_right"], both["article_precision"], both["present_article_right"]) == (1, 0.5, 0)


def test_without_accepted_answers_the_cited_article_tells() -> None:
    question = replace(ASKED, answers=())
    assert row(question, RIGHT).right is True
    assert row(question, answered(cite(COFFEE, COFFEE.text))).wrong
    assert "present" not in row(question, RIGHT).scores
    unknown = row(replace(question, relevant={}), RIGHT)
    assert unknown.right is None and not unknown.wrong


def test_follow_ups_are_scored_apart_too() -> None:
    scored = row(replace(ASKED, history=(Turn("What about tea?"),)), RIGHT).scores
    assert scored["present_followup"] == scored["present"] == 1


def test_titles_stand_for_ids_and_what_is_not_there_stays() -> None:
    titled = replace(ASKED, relevant={"all about TEA": 2, "gone": 1})
    untitled = {name: Article(name, "", "Milk is white.") for name in ("?", "one")}
    odd = replace(ASKED, relevant={"...": 1, "?": 2, "coffee": 3})
    named_so = Article("all", "coffee", "It is called as another's id.")
    found = with_ids([titled, odd], {**ARTICLES, **untitled, "all": named_so})
    assert found[0].relevant == {"tea": 2, "gone": 1}
    assert found[1].relevant == {"...": 1, "?": 2, "coffee": 3}, "ids first; marks alone are no title"


def test_titles_are_normalised_once(monkeypatch: pytest.MonkeyPatch) -> None:
    normalised: list[str] = []

    def noted(text: str) -> str:
        normalised.append(text)
        return text.lower()

    monkeypatch.setattr(metrics, "normalise", noted)
    with_ids([replace(ASKED, relevant={"tea": 1, f"gone {n}": 1}) for n in range(50)], ARTICLES)
    assert len(normalised) == len(ARTICLES) + 50


def test_a_bracketed_number_in_a_quote_is_no_marker() -> None:
    answer = answered(cite(TEA, "See note [1] there."), cite(TEA, "It is hot.", 2))
    assert [sentence.replace("(", "[") for sentence in shown_sentences(answer)] == ["See note [1] there.", "It is hot."]
    both = (cite(TEA, "It is hot."), cite(TEA, "It is hot.", 2))
    twice = Answer("?", "?", "It is hot. [1][2]", None, False, 0.5, both)
    assert shown_sentences(twice) == ("It is hot.",)


def test_a_quote_must_be_the_librarys_shown_and_marked() -> None:
    citation = cite(TEA, "It is hot.")
    answer = answered(citation)
    assert is_verbatim(citation, answer, ARTICLES)
    assert not is_verbatim(citation, replace(answer, text="It is very hot. [1]"), ARTICLES)
    assert not is_verbatim(citation, replace(answer, text="It is hot."), ARTICLES)
    assert not is_verbatim(citation, answer, {})
    assert not is_verbatim(citation, answer, {"tea": replace(TEA, text="It changed since.")})
    assert not is_verbatim(Citation(1, TEA, 5, 5), answer, ARTICLES)
    assert row(ASKED, Answer("?", "?", "Tea, I think.", None, False, 0.9)).scores["verbatim"] == 0


def test_what_a_model_wrote_shows_its_markers_and_not_its_quotes() -> None:
    """Held to the quotes in its text, a run with a writer broke the promise at every answer."""
    said = replace(answered(cite(TEA, "It is hot.")), text="Tea is served hot. [1]")
    assert score(ASKED, said, HITS, ARTICLES, written=True).scores["verbatim"] == 1
    assert row(ASKED, said).scores["verbatim"] == 0
    for broken in (replace(said, text="Tea is served hot."), replace(said, citations=(Citation(1, TEA, 5, 5),))):
        assert score(ASKED, broken, HITS, ARTICLES, written=True).scores["verbatim"] == 0
    changed = {**ARTICLES, "tea": replace(TEA, text="It changed since.")}
    assert score(ASKED, said, HITS, changed, written=True).scores["verbatim"] == 0


def test_citing_a_copy_of_the_relevant_article_is_right() -> None:
    copied = replace(cite(COFFEE, COFFEE.text), also_in=(TEA,))
    scored = row(ASKED, answered(copied)).scores
    assert (scored["article_right"], scored["article_precision"], scored["present_article_right"]) == (1, 1, 1)
    assert row(replace(ASKED, answers=()), answered(copied)).right is True


def test_what_agrees_with_a_sentence_is_cited_and_not_shown() -> None:
    agreed = replace(answered(cite(TEA, "It is hot."), cite(COFFEE, COFFEE.text, 2)), text="It is hot. [1] [2]")
    assert all(is_verbatim(citation, agreed, ARTICLES) for citation in agreed.citations)
    assert shown_sentences(agreed) == ("It is hot.",)
    assert row(ASKED, agreed).scores["sentences"] == 1
    assert not is_verbatim(agreed.citations[1], replace(agreed, text="It is hot. [1]"), ARTICLES)
    assert not is_verbatim(agreed.citations[1], agreed, {**ARTICLES, "coffee": replace(COFFEE, text="Changed.")})


def test_a_row_as_json_keeps_the_hits_without_their_text() -> None:
    written = row(ASKED, replace(RIGHT, hits=HITS)).to_dict()
    assert written["id"] == "q" and written["relevant"] == {"tea": 1}
    assert "text" not in written["answer"]["hits"][0] and written["answer"]["hits"][0]["article"]["id"] == "coffee"
    assert written["answer"]["citations"][0]["quote"] == "It is hot."


CHOSEN = replace(ASKED, answers=(), selections=(("Tea is drunk at four .", "It is hot ."), ("See note [ 1 ] there .",)))


def test_cited_sentences_are_measured_against_those_that_people_chose() -> None:
    both = row(CHOSEN, RIGHT).scores
    assert (both["sentence_f1"], both["sentence_precision"], both["sentence_recall"]) == (1, 1, 1)
    one = row(CHOSEN, answered(cite(TEA, "It is hot."))).scores
    assert (one["sentence_f1"], one["sentence_precision"], one["sentence_recall"]) == pytest.approx((2 / 3, 1, 0.5))
    nearest = row(CHOSEN, answered(cite(TEA, "See note [1] there."))).scores
    assert (nearest["sentence_f1"], nearest["right"]) == (1, 1)


def test_a_refused_question_with_chosen_sentences_scores_zero_and_a_wrong_sentence_is_wrong() -> None:
    refused = row(CHOSEN, REFUSED).scores
    names = ("sentence_f1", "sentence_precision", "sentence_recall", "right", "wrong")
    assert [refused[name] for name in names] == [0, 0, 0, 0, 0]
    wrong = row(replace(CHOSEN, selections=(("Coffee is black.",),)), RIGHT).scores
    assert [wrong[name] for name in names] == [0, 0, 0, 0, 1]
    assert wrong["article_right"] == 1, "the article alone does not make it right"


def test_accepted_answers_tell_what_is_right_where_there_are_both() -> None:
    scored = row(replace(CHOSEN, answers=("noon",)), RIGHT).scores
    assert (scored["right"], scored["present"], scored["sentence_f1"]) == (0, 0, 1)
    assert "sentence_f1" not in row(ASKED, RIGHT).scores
    assert "sentence_f1" not in row(UNANSWERABLE, RIGHT).scores
