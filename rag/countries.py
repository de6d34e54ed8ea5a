"""Countries whose names and peoples do not begin alike: who writes "Dutch" and who "the Netherlands" mean one thing."""

from __future__ import annotations

import functools
import re

_COUNTRIES = """
America, American, Americans, United States, US, USA
Belgium, Belgian, Belgians
Britain, British, Briton, Britons, Brits, United Kingdom, UK
China, Chinese
Cyprus, Cypriot, Cypriots
Denmark, Danish, Dane, Danes
Emirates, Emirati, Emiratis, UAE
England, English
Finland, Finnish, Finn, Finns
France, French
Greece, Greek, Greeks
Iceland, Icelandic
Ireland, Irish
Italy, Italian, Italians
Lebanon, Lebanese
Malta, Maltese
Myanmar, Burma, Burmese
Netherlands, Dutch, Holland
Norway, Norwegian, Norwegians
Philippines, Philippine, Filipino, Filipinos
Poland, Polish, Pole, Poles
Portugal, Portuguese
Scotland, Scottish, Scots
Soviet, Soviets, Soviet Union, USSR
Spain, Spanish, Spaniard, Spaniards
Sweden, Swedish, Swede, Swedes
Switzerland, Swiss
Turkey, Turkish, Turk, Turks, Turkiye
Wales, Welsh
"""
"""One country a line, by every name that its own and its people's names do not begin alike."""


def other_names(text: str) -> set[str]:
    """The words, in lower case, of all names of the countries that a text names.

    Args:
        text: as it was written: "US" is a country, "us" is not.
    """
    found = set()
    plain = text.replace("U.S.A", "USA").replace("U.S", "US").replace("U.K", "UK")
    for names in _countries():
        if re.search(rf"\b(?:{'|'.join(names)})\b", plain):
            found |= {word for name in names for word in name.lower().split()}
    return found


@functools.cache
def _countries() -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(line.split(", ")) for line in _COUNTRIES.split("\n") if line)
