"""The day of a question: articles of the days around it count for more, and where none is, no day counts."""

from __future__ import annotations

import json
from datetime import date

import pytest

from rag import Assistant, QuestionError, Settings, day_of
from rag.answer import OTHER_DAYS
from rag.encoder import Encoder
from rag.indexing import index
from rag.recency import recencies, recency

DAY = date(2022, 6, 17)
QUESTION = "Who resigned as head of the harbour board this week?"
MARCH = "Ada Brill resigned as head of the harbour board on Monday, after a quarrel over the new quay."
JUNE = "Ivo Marn resigned as head of the harbour board on Monday, after a quarrel over the old quay."


@pytest.fixture(scope="module")
def assistant(encoder: Encoder, tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    place = tmp_path_factory.mktemp("days")
    records = [
        {"id": "march", "title": "Harbour board loses its head", "text": MARCH, "date": "2022-03-08"},
        {"id": "june", "title": "Head of harbour board gives up", "text": JUNE, "date": "2022-06-15T08:00:00+02:00"},
        {"id": "undated", "title": "Tides", "text": "The tide at Ardmore is highest in the week after the new moon."},
    ]
    (place / "in.jsonl").write_text("\n".join(map(json.dumps, records)), encoding="utf-8")
    index(place / "library", encoder, [place / "in.jsonl"])
    return Assistant(Settings(library=place / "library", refusal="never"))


def test_recency_falls_with_every_day_in_both_directions() -> None:
    shares = [recency(f"2022-06-{17 - days:02}", DAY) for days in range(16)]
    assert shares[0] == 1.0
    assert shares == sorted(shares, key=lambda share: -(share or 0.0))
    assert recency("2022-06-20", DAY) == recency("2022-06-14", DAY) == recency("2022-06-14T23:59:00Z", DAY)
    assert recency(None, DAY) is recency("soon", DAY) is None


def test_days_do_not_count_where_they_are_not_told_or_nothing_is_of_them() -> None:
    published = {1: "2022-06-15", 2: "2021-01-01", 3: None}
    assert set(recencies(published, DAY)) == {1, 2}
    assert recencies(published, None) == recencies(published, date(2026, 1, 1)) == recencies({}, DAY) == {}


@pytest.mark.parametrize(("asked", "name"), [(date(2022, 3, 9), "Ada Brill"), (DAY, "Ivo Marn")])
def test_the_answer_is_that_of_its_day(assistant: Assistant, asked: date, name: str) -> None:
    answer = assistant.ask(QUESTION, asked=asked)
    assert answer.citations[0].quote.startswith(name)
    assert answer.hits[0].passage.text.startswith(name)
    assert assistant.search(QUESTION, 1, asked=asked)[0].passage.text.startswith(name)
    assert answer.asked == asked
    assert answer.to_dict()["asked"] == asked.isoformat()
    assert answer.note is None or OTHER_DAYS[:12] not in answer.note


def test_a_day_that_nothing_is_of_does_not_count_and_it_is_said(assistant: Assistant) -> None:
    plain, late = assistant.ask(QUESTION), assistant.ask(QUESTION, asked=date(2026, 11, 24))
    assert (late.text, late.confidence, late.asked) == (plain.text, plain.confidence, None)
    assert [hit.score for hit in late.hits] == [hit.score for hit in plain.hits]
    assert OTHER_DAYS.format("2026-11-24") in (late.note or "")
    refusing = Assistant(assistant.settings.model_copy(update={"refusal": "strict"}))
    refused = refusing.ask("Who won the chess championship in Reykjavik?", asked=date(2026, 11, 24))
    assert refused.refused
    assert refused.note == OTHER_DAYS.format("2026-11-24")


def test_the_answer_of_another_day_is_not_taken_from_memory(assistant: Assistant) -> None:
    texts = [assistant.ask(QUESTION, asked=asked).text for asked in (None, DAY, date(2022, 3, 9), DAY)]
    assert texts[1] == texts[3] != texts[2]


def test_a_day_is_read_as_people_write_it() -> None:
    assert day_of("2022-06-17") == day_of(" June 17, 2022 ") == day_of("17 June 2022") == DAY
    assert day_of("Today") == date.today()
    with pytest.raises(QuestionError, match="'yesterweek' is no date: give the day of the question as 2022-06-17"):
        day_of("yesterweek")
