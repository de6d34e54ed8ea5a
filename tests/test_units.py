"""What a number counts, and that two numbers that count different things are two numbers."""

from __future__ import annotations

import pytest

from rag.numerals import missing_numbers, numbers
from rag.units import unit


@pytest.mark.parametrize(
    ("text", "units"),
    [
        ("$5 million, 5 million dollars and US$5m", ["dollar", "dollar", "dollar"]),
        ("\u20ac7 billion, 7 billion euros, 7\u20ac, EUR 7", ["euro", "euro", "euro", "euro"]),
        ("five million Swiss francs and 9 U.S. dollars", ["franc", "dollar"]),
        ("12.6%, 12.6 % and 12.6 percent, 12.6 per cent", ["percent", "percent", "percent", "percent"]),
        ("3 percentage points of 4 points", ["point", ""]),
        ("a five-year plan, a six\u2011month tour, 8 hours", ["year", "month", "hour"]),
        ("9 a.m. to 5 pm", ["a.m.", "p.m."]),
        ("30 km, 30 square kilometres and 30 cubic metres", ["kilometre", "square kilometre", "cubic metre"]),
        ("two ships in 2014, 40 $2 tickets", ["", "", "", "dollar"]),
        ("Ardmore won 7 games", [""]),
    ],
)
def test_what_a_number_counts(text: str, units: list[str]) -> None:
    assert [unit(text, fact.start, fact.end) for fact in numbers(text)] == units


@pytest.mark.parametrize(
    ("sentence", "evidence", "lacking"),
    [
        ("The ferry rests for six years.", "The ferry rests for six months.", ("six",)),
        ("The mill cost 1.5 billion dollars.", "The mill cost 1.5 billion euros.", ("1.5 billion",)),
        ("The mill cost \u20ac7 billion then.", "The mill cost $7 billion then.", ("7 billion",)),
        ("She got one year and 15 months.", "She got one year and 15 days.", ("15",)),
        ("She got one month.", "She got one year.", ("one",)),
        ("The canal is 300 miles long.", "The canal is 300 kilometres long.", ("300",)),
        ("It fell by 5 dollars.", "It fell by 5 percent.", ("5",)),
        ("It fell by 5 percentage points.", "It fell by 5 percent.", ("5",)),
        ("It opens at 9 p.m.", "It opens at 9 a.m.", ("9",)),
        ("More than 20 days went by.", "Then 23 hours went by.", ("20",)),
        ("It fell by 12.6%.", "It fell by 12.6 per cent.", ()),
        ("It cost $5 million.", "It cost 5 million dollars.", ()),
        ("It cost 5 million dollars.", "It cost US$5m.", ()),
        ("A five-year plan was made.", "A plan for five years was made.", ()),
        ("A plan for 2 years was made.", "A two-year plan was made.", ()),
        ("It took 9 hours.", "It took from 8 to 9.", ()),
        ("It cost 12.", "It cost 12 euros.", ()),
        ("It took 5 days and cost 5 euros.", "It cost 5 euros, and took 5 days.", ()),
        ("Five ships sank.", "Five of the years were dry.", ()),
        ("One of the ships sank.", "It sank in one year.", ()),
    ],
)
def test_a_number_is_held_where_it_counts_the_same(sentence: str, evidence: str, lacking: tuple[str, ...]) -> None:
    assert missing_numbers(sentence, evidence) == lacking
