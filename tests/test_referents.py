"""Pronouns get the name that they stand for where it is plain, and nothing else of a question is changed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rag import Answer
from rag.referents import readings
from tests.said import CALL, COUNCIL, WORDS, said

WRITER = said("Who wrote the report on Perm?", "Pavel Mikov")


@pytest.mark.parametrize(
    ("history", "question", "wanted"),
    [
        ((COUNCIL,), "When did it expel Russia?", "When did the Council of Europe expel Russia?"),
        ((COUNCIL,), "Who are its members?", "Who are the Council of Europe's members?"),
        ((COUNCIL,), "Which offices has it opened?", "Which offices has the Council of Europe opened?"),
        ((WRITER,), "Where was he born?", "Where was Pavel Mikov born?"),
        ((WRITER,), "Where did people meet him?", "Where did people meet Pavel Mikov?"),
        ((WRITER,), "What did Ana Bo say about him?", "What did Ana Bo say about Pavel Mikov?"),
        ((WRITER,), "Did Ana Bo meet her?", "Did Ana Bo meet Pavel Mikov?"),
        ((said("Did Ana Bo call Lind?"),), "Why did Bo fire him?", "Why did Bo fire Lind?"),
        ((said("Did Ana Bo call Lind?"),), "Did he fire Lind?", "Did Ana Bo fire Lind?"),
        (
            (said("Did Perm join the union?"),),
            "Was anyone arrested for it?",
            "Was anyone arrested for it?",
        ),
        ((said("Did Perm join the union?"),), "Who signed it?", "Who signed it? (Perm join union)"),
        ((said("Did Perm join the union?"),), "Who helped them?", "Who helped them? (Perm join union)"),
        ((COUNCIL,), "Is it safe to eat?", "Is the Council of Europe safe to eat?"),
        ((COUNCIL,), "When will it take steps to help?", "When will the Council of Europe take steps to help?"),
        ((WRITER,), "When and where was he born?", "When and where was Pavel Mikov born?"),
        ((said("Who shot Ana Bo?"),), "Where did it happen?", "Where did it happen? (shot Ana Bo)"),
        ((said("Did Marn attack Brodno?"),), "When did it end?", "When did it end? (Marn attack Brodno)"),
        ((said("Did Marn attack?"),), "When did it end the truce?", "When did Marn end the truce?"),
        ((said("Who won the Marn Cup?"),), "When did it take place?", "When did the Marn Cup take place?"),
        ((COUNCIL, WRITER), "And where?", "And where? (Pavel Mikov)"),
        ((COUNCIL,), "Thanks! When did it expel Russia?", "Thanks! When did the Council of Europe expel Russia?"),
        ((COUNCIL,), "I am a bit confused. Is it a court?", "I am a bit confused. Is the Council of Europe a court?"),
        ((COUNCIL, said("Based on this, who joins?")), "Is it old?", "Is the Council of Europe old?"),
        ((said("After Zelensky spoke, who left?"),), "Where did he speak?", "Where did Zelensky speak?"),
        ((said("Who directed Before Sunrise?"),), "When was it made?", "When was Before Sunrise made?"),
        ((said("Before I pay, who delivers?"),), "Why?", "Why? (pay delivers)"),
        ((COUNCIL,), "Russia?", "Russia? (the Council of Europe)"),
        ((said("Too many cooks?"),), "Why?", "Why? (cooks)"),
        ((said("How long is the long road?"),), "Why?", "Why? (long road)"),
        (
            (said("when did the union admit perm"), replace(said("why"), standalone="why (union admit perm)")),
            "and how many people cheered",
            "and how many people cheered (union admit perm)",
        ),
        ((said("Russia has left?"),), "When did it leave?", "When did Russia leave?"),
        ((said("how do I pay cash for a car?"),), "Why?", "Why? (pay cash car)"),
        ((said("What's the price of a passport?"),), "Why?", "Why? (price passport)"),
        ((said("Don't passports expire?"),), "And when?", "And when? (passports expire)"),
        ((said("Where did Ana Bo sing?", "Dublin"),), "What did she sing?", "What did Ana Bo sing?"),
        (
            (said("Where will the treaty be signed?", "Dublin"),),
            "When will they go?",
            "When will they go? (treaty signed)",
        ),
        ((said("Where does Ana Bo live?", "Dublin"),), "How large is it?", "How large is Dublin?"),
        ((said("Which country won?", "Kenya"),), "Did they celebrate?", "Did Kenya celebrate?"),
        ((said("When did Ana Bo sing?", "Thursday"),), "Where did she sing?", "Where did Ana Bo sing?"),
        ((said("What did Ana Bo sing in May?"),), "When was she heard?", "When was Ana Bo heard?"),
        (
            (said("Who won the Kenyan vote?", "Ana Bo"), said("How old is Ana Bo?", "50")),
            "When was it held?",
            "When was the Kenyan vote held?",
        ),
        (
            (said("And who won the Kenyan vote?", "Ana Bo"), said("How old is Bo?")),
            "When was it held?",
            "When was the Kenyan vote held?",
        ),
        ((said("How much did J.K. Rowling give?"),), "Did she tell?", "Did J.K. Rowling tell?"),
        ((said("What did Dr. Ana Bo say?"),), "When did she say it?", "When did Dr. Ana Bo say it?"),
        ((said("Did Ana von der Bo resign?"),), "Why did she?", "Why did Ana von der Bo?"),
        ((said("Did U.S. President Ana Bo sign?"),), "Why did she?", "Why did U.S. President Ana Bo?"),
        ((said("Is the U.S. at war?"),), "Since when is it?", "Since when is the U.S.?"),
        ((said("HOW MANY PEOPLE DIED THERE?"),), "How did they die?", "How did they die? (PEOPLE DIED)"),
        (
            (said("Which leader called Olaf Scholz?", "French President Ana Bo"),),
            "What did she say?",
            "What did French President Ana Bo say?",
        ),
        ((said("Who called Scholz?", "Chief executive Ana Bo"),), "What did she say?", "What did Ana Bo say?"),
        ((said("Who is it?", "regional Human Rights Commissioner Ana Bo"),), "Is she old?", "Is Ana Bo old?"),
        ((said("What is Ana Bo?", "Commissioner"),), "Is she old?", "Is Ana Bo old?"),
    ],
)
def test_follow_ups_are_spelled_out(history: tuple[Answer, ...], question: str, wanted: str) -> None:
    assert readings(question, history, WORDS) == (wanted,)


@pytest.mark.parametrize(
    ("asked", "short", "question", "wanted"),
    [
        ("Did Bo and Lind meet in Marn?", None, "What did they say?", ("What did Bo and Lind say?",)),
        ("Did Bo and Lind meet in Marn?", None, "What did she say?", ("What did Bo say?", "What did Lind say?")),
        ("Did Mali and Togo sign the deal?", None, "When does it expire?", ("When does it expire?",)),
        ("Who met?", "Ana Bo and Ivo Lind", "Where did he go?", ("Where did Ana Bo go?",)),
        ("Who met?", "Ana Bo, Ivo Lind and Mali", "Where did they go?", ("Where did Ana Bo, Ivo Lind and Mali go?",)),
        ("Which states may join?", "Mali, Togo and Kenya", "Where will it sit?", ("Where will it sit?",)),
        ("What did Bo say in Marn?", None, "What did she do?", ("What did Bo do?",)),
        ("What did Bo say about Mali?", None, "What did she do?", ("What did Bo do?",)),
        ("What did the Pope say about Mali?", None, "Where did he say it?", ("Where did the Pope say it?",)),
        ("Did President Bo visit Mali?", None, "When did it respond?", ("When did Mali respond?",)),
        ("Did President Bo call Lind?", None, "What did he say?", ("What did President Bo say?", "What did Lind say?")),
        ("Did Ana Maria da Bo Lind win?", None, "Is she old?", ("Is Ana Maria da Bo Lind old?",)),
        ("Who invaded Mali?", "Togo", "Why did it invade?", ("Why did Togo invade?",)),
        ("Who attacked Mali?", "NATO", "Why did it attack?", ("Why did NATO attack?",)),
    ],
)
def test_a_pronoun_takes_a_name_of_its_kind(
    asked: str, short: str | None, question: str, wanted: tuple[str, ...]
) -> None:
    assert readings(question, (said(asked, short),), WORDS) == wanted


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("Do you know when he left?", "Do you know when Pavel Mikov left?"),
        ("Please explain why he left", "Please explain why Pavel Mikov left"),
        ("I'd like to know why he left", "I'd like to know why Pavel Mikov left"),
        ("According to the article, why did he leave?", "According to the article, why did Pavel Mikov leave?"),
        ("Thanks! Could you tell me why he left?", "Thanks! Could you tell me why Pavel Mikov left?"),
        ("Last week, what did he say?", "Last week, what did Pavel Mikov say?"),
        ("Exactly when did he leave?", "Exactly when did Pavel Mikov leave?"),
        ("Can you give more details?", "Can you give more details? (Pavel Mikov)"),
        ("Does the mayor know when he left?", "Does the mayor know when he left?"),
        ("what do teachers want", "what do teachers want"),
        ("What happened yesterday?", "What happened yesterday?"),
    ],
)
def test_what_only_leads_to_a_question_explains_nothing(question: str, wanted: str) -> None:
    assert readings(question, (WRITER,), WORDS) == (wanted,)


@pytest.mark.parametrize(
    ("asked", "wanted"),
    [
        ("Who won the 2022 French presidential election?", "When was the 2022 French presidential election held?"),
        ("Who has won the French presidential election?", "When was the French presidential election held?"),
        ("Did the British government resign?", "When was the British government held?"),
        ("Will Ukrainian troops leave the city?", "When was Ukrainian troops held?"),
        ("Is the Russian army retreating from Kherson?", "When was the Russian army held?"),
        ("Which French voters backed Macron?", "When was French voters held?"),
        ("Who leads the French?", "When was the French held?"),
        ("Who leads the Democratic Party?", "When was the Democratic Party held?"),
    ],
)
def test_a_word_for_a_people_names_what_it_is_said_of(asked: str, wanted: str) -> None:
    assert readings("When was it held?", (said(asked),), WORDS)[0] == wanted


@pytest.mark.parametrize(
    "question",
    [
        "Which countries are expected to join the tribunal?",
        "When did Ukraine say it would sign the agreement?",
        "How many refugees have arrived in Perm since February?",
        "Actor Ana Dvorak died on Sunday. Which city was she born in?",
        "A chemist found a salt in a lake. What is it called?",
        "You said that Perm has a zoo. How old is it?",
        "What about the injured children? Are they at home?",
        "Who is Putin?",
        "Who won the Brodno vote and when was it held?",
        "who is lind and where was he born",
        "Did the mayor resign and was she fired?",
        "Is it true that Scholz will send tanks?",
        "Was it Ruto who won?",
        "Who wrote the book and sold it?",
        "The road bridge: who built it?",
        "A law passed in May. Who wrote it?",
        "Did the mayor say the police beat him?",
        "Did Ana Bo say Ivo Lind called her?",
        "Did the police see her dog?",
        "What did Ana Bo bring with her?",
        "Did Brodno make it to the final?",
        "Is it safe to travel to Brodno?",
        "Would it be possible for a town to leave the union?",
        "How long does it take to walk to Brodno?",
        "Runner Ana Dvorak began what may be her last season in which city?",
    ],
)
@pytest.mark.parametrize("history", [(), (COUNCIL,), (WRITER,)])
def test_a_question_that_stands_alone_is_left_alone(question: str, history: tuple[Answer, ...]) -> None:
    assert readings(question, history, WORDS) == (question,)


def test_a_person_is_not_taken_for_a_thing() -> None:
    assert readings("When was he born?", (COUNCIL,), WORDS) == ("When was he born?",)
    leader = said("Who leads it?", "Pavel Mikov")
    assert readings("When was it founded?", (COUNCIL, leader), WORDS) == ("When was the Council of Europe founded?",)


def test_without_history_nothing_changes() -> None:
    assert readings("When did it expel Russia?", (), WORDS) == ("When did it expel Russia?",)


def test_two_names_of_one_kind_are_two_readings() -> None:
    macron, scholz = "What did Macron say?", "What did Scholz say?"
    assert readings("What did he say?", (CALL,), WORDS) == (macron, scholz)
    told = said("Who called, Macron or Scholz?", "Emmanuel Macron")
    assert readings("What did he say?", (told,), WORDS) == ("What did Emmanuel Macron say?",)
    assert readings("What did they say?", (CALL,), WORDS) == (macron,)
    assert len(readings("What did he say?", (CALL, COUNCIL), WORDS)) == 1


def test_what_the_talk_was_about_is_no_rival() -> None:
    told = replace(said("And Macron?"), standalone="And Macron? (Scholz)")
    assert readings("What did he say?", (told,), WORDS) == ("What did Macron say?",)
