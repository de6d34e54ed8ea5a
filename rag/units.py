"""What a number counts: days or years, euros or dollars, percent, kilometres or miles.

Six years are not six months, though both are six; and a model that reads two texts at once is fooled by just that.
"""

from __future__ import annotations

import re

_FORMS = {
    "second": "second seconds sec secs",
    "minute": "minute minutes min mins",
    "hour": "hour hours hr hrs",
    "day": "day days",
    "week": "week weeks wk wks",
    "fortnight": "fortnight fortnights",
    "month": "month months",
    "year": "year years yr yrs",
    "decade": "decade decades",
    "century": "century centuries",
    "a.m.": "am a.m",
    "p.m.": "pm p.m",
    "dollar": "dollar dollars usd $",
    "euro": "euro euros eur \u20ac",
    "pound": "pound pounds gbp lb lbs \u00a3",
    "yen": "yen jpy \u00a5",
    "rouble": "rouble roubles ruble rubles rub \u20bd",
    "rupee": "rupee rupees inr \u20b9",
    "franc": "franc francs chf",
    "yuan": "yuan renminbi cny",
    "won": "krw \u20a9",
    "lira": "lira liras \u20ba",
    "hryvnia": "hryvnia hryvnias \u20b4",
    "krone": "krone kroner krona kronor",
    "peso": "peso pesos",
    "cent": "cent cents",
    "percent": "percent % pct",
    "point": "percentage",
    "kilometre": "kilometre kilometres kilometer kilometers km kms",
    "metre": "metre metres meter meters",
    "centimetre": "centimetre centimetres centimeter centimeters cm",
    "millimetre": "millimetre millimetres millimeter millimeters mm",
    "mile": "mile miles mi",
    "yard": "yard yards yd yds",
    "foot": "foot feet ft",
    "inch": "inch inches",
    "hectare": "hectare hectares ha",
    "acre": "acre acres",
    "tonne": "tonne tonnes ton tons",
    "kilogram": "kilogram kilograms kilogramme kilogrammes kilo kilos kg kgs",
    "gram": "gram grams gramme grammes",
    "ounce": "ounce ounces oz",
    "litre": "litre litres liter liters",
    "gallon": "gallon gallons",
    "barrel": "barrel barrels",
}
_UNIT = {form: name for name, forms in _FORMS.items() for form in forms.split()}
"""By what is written. A word that is a unit and much else besides, as the money "won", is none."""

_SIGN_BEFORE = re.compile(r"(?P<sign>[$\u20ac\u00a3\u00a5\u20bd\u20b9\u20a9\u20ba\u20b4])\s?$")
_CODE_BEFORE = re.compile(r"\b(?P<sign>USD|EUR|GBP|CHF)\s?$")
_WORD_AFTER = re.compile(
    r"\s?(?P<sign>[%$\u20ac\u00a3\u00a5\u20bd\u20b9\u20a9\u20ba\u20b4])(?!\d)"
    r"|[\s\u2010\u2011-]?(?P<power>(?:square|cubic|sq\.?)[ -])?(?P<word>per[ -]cent\b|[a-z]\.m\b|[a-z]+)",
    re.IGNORECASE,
)
_WHOSE = re.compile(r"\s(?:[A-Z][a-z]+|U\.?S\.?|UK)(?=\s[a-z])")
"""Whose money it is: "five million Swiss francs"."""


def unit(text: str, start: int, end: int) -> str:
    """What the number at ``text[start:end]`` counts, in whatever way it is written; "" where that is no known unit.

    Whose dollars they are is not told, and pounds may be money or weight.
    """
    before = text[max(0, start - 5) : start]
    sign = _SIGN_BEFORE.search(before) or _CODE_BEFORE.search(before)
    if sign is not None:
        return _UNIT[sign["sign"].lower()]
    whose = _WHOSE.match(text, end)
    return _behind(text, end) or (_behind(text, whose.end()) if whose else "")


def _behind(text: str, end: int) -> str:
    found = _WORD_AFTER.match(text, end)
    if found is None:
        return ""
    if found["sign"]:
        return _UNIT[found["sign"]]
    word = found["word"].lower()
    name = "percent" if word.startswith("per") and word.endswith("cent") else _UNIT.get(word, "")
    power = "cubic" if (found["power"] or "").lower().startswith("c") else "square" if found["power"] else ""
    return f"{power} {name}".strip() if name else ""
