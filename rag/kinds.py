"""What kind of thing a name is of, as far as its words tell: a person, a state or another body, several at once."""

# Lists of words read best as words, and news is full of curly apostrophes.
# ruff: noqa: RUF001, SIM905
from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

Kind = Literal["person", "place", "thing", "several", "any"]

JOINS = frozenset("of the for and de la le du da dos di von van der den ter al bin ibn".split())
"""Small words within a name."""
TITLES = frozenset("Dr Mr Mrs Ms Prof St Sen Rep Gov Gen Lt Sgt Capt Col Rev Hon".split())
"""What a name goes on after though a full stop stands behind it."""
_POSTS = frozenset(
    "President Chancellor Minister Premier Secretary Commissioner Senator Governor Mayor Ambassador Chairman "
    "Chairwoman Director Spokesman Spokeswoman Spokesperson Congressman Congresswoman Representative Judge Professor "
    "Speaker Doctor Captain Colonel Sergeant Archbishop Bishop Cardinal Pope".split()
)
OFFICES = _POSTS | frozenset(
    "Prime Deputy Vice Foreign Interior Defence Defense Finance Attorney Justice Major Chief Executive Officer Former "
    "Acting".split()
)
"""What stands before a person's name and tells what they are: by itself it names no one."""
CALLINGS = frozenset(word.lower() for word in _POSTS) | frozenset(
    "actor actress activist artist author billionaire boss businessman businesswoman chief coach comedian composer "
    "economist emperor executive footballer general head journalist king lawmaker lawyer leader novelist philosopher "
    "physicist player poet politician prince princess queen ruler scientist singer star writer carmaker company firm "
    "giant newspaper".split()
)
"""What somebody or something is, said right before a name: "French president Ana Bo"."""
_CROWNS = frozenset("King Queen Prince Princess Emperor Empress Sultan Emir Sheikh Duke Duchess".split())
PEOPLES = frozenset(
    "Afghan African American Arab Argentine Asian Australian Austrian Belarusian Belgian Brazilian British "
    "Bulgarian Canadian Chechen Chilean Chinese Colombian Croatian Cuban Czech Danish Dutch Egyptian English "
    "Estonian Ethiopian European Filipino Finnish French Georgian German Greek Haitian Hungarian Indian "
    "Indonesian Iranian Iraqi Irish Israeli Italian Japanese Jewish Kenyan Korean Kurdish Latvian Lebanese Libyan "
    "Lithuanian Mexican Moldovan Moroccan Muslim Nigerian Norwegian Pakistani Palestinian Peruvian Polish "
    "Portuguese Romanian Russian Scottish Serbian Somali Soviet Spanish Sudanese Swedish Swiss Syrian Taiwanese "
    "Thai Tunisian Turkish Ukrainian Venezuelan Vietnamese Welsh Western Yemeni Catholic Christian Democratic "
    "Republican Conservative Labour".split()
)
"""Words that are capital though, before another, they only tell of which people or party it is."""
_BODIES = frozenset(
    "Administration Agency Airport Alliance Army Assembly Association Authority Bank Board Bridge Bureau Canal Center "
    "Centre City Club College Commission Committee Company Congress Corporation Council County Department Empire "
    "Federation Forces Foundation Fund Government Group Hospital Institute Island Islands Kingdom League Ministry "
    "Museum Nations Office Organisation Organization Parliament Party Police Republic Sea Senate Service Services "
    "Society Stadium States Trust Union University".split()
)
"""What the names of bodies and places end in, or begin with before an "of", and no person's does."""
_STATES = frozenset(
    "Afghanistan, Albania, Algeria, America, Andorra, Angola, Antigua and Barbuda, Argentina, Armenia, Australia, "
    "Austria, Azerbaijan, Bahamas, Bahrain, Bangladesh, Barbados, Belarus, Belgium, Belize, Benin, Bhutan, Bolivia, "
    "Bosnia, Bosnia and Herzegovina, Botswana, Brazil, Britain, Brunei, Bulgaria, Burkina Faso, Burma, Burundi, "
    "Cambodia, Cameroon, Canada, Cape Verde, Chile, China, Colombia, Congo, Costa Rica, Croatia, Cuba, Cyprus, "
    "Czech Republic, Czechia, Denmark, Djibouti, Dominican Republic, East Timor, Ecuador, Egypt, El Salvador, England, "
    "Eritrea, Estonia, Eswatini, Ethiopia, Fiji, Finland, France, Gabon, Gambia, Georgia, Germany, Ghana, Greece, "
    "Grenada, Guatemala, Guinea, Guyana, Haiti, Honduras, Hungary, Iceland, India, Indonesia, Iran, Iraq, Ireland, "
    "Israel, Italy, Ivory Coast, Jamaica, Japan, Kazakhstan, Kenya, Kosovo, Kuwait, Kyrgyzstan, Laos, Latvia, Lebanon, "
    "Lesotho, Liberia, Libya, Liechtenstein, Lithuania, Luxembourg, Madagascar, Malawi, Malaysia, Maldives, Mali, "
    "Malta, Mauritania, Mauritius, Mexico, Moldova, Monaco, Mongolia, Montenegro, Morocco, Mozambique, Myanmar, "
    "Namibia, Nepal, Netherlands, New Zealand, Nicaragua, Niger, Nigeria, North Korea, North Macedonia, "
    "Northern Ireland, Norway, Oman, Pakistan, Palestine, Panama, Papua New Guinea, Paraguay, Peru, Philippines, "
    "Poland, Portugal, Qatar, Romania, Russia, Rwanda, Samoa, San Marino, Saudi Arabia, Scotland, Senegal, Serbia, "
    "Sierra Leone, Singapore, Slovakia, Slovenia, Somalia, South Africa, South Korea, South Sudan, Soviet Union, "
    "Spain, Sri Lanka, Sudan, Suriname, Sweden, Switzerland, Syria, Taiwan, Tajikistan, Tanzania, Thailand, Togo, "
    "Trinidad and Tobago, Tunisia, Turkey, Turkmenistan, Türkiye, UAE, UK, US, USA, Uganda, Ukraine, "
    "United Arab Emirates, United Kingdom, United States, Uruguay, Uzbekistan, Vatican, Venezuela, Vietnam, Wales, "
    "Yemen, Zambia, Zimbabwe".split(", ")
)
"""States act as people do, though no "he" or "she" stands for them. Jordan and Chad are people's names as well."""

_LONGEST_PERSON = 4
"""The most words of a person's own name: "Luiz Inácio Lula da Silva"."""


def kind_of(name: str) -> Kind:
    """What a name may be of: one of unknown words may be of anything, a name of people or a state's may not.

    Args:
        name: as it was said, with "the" where it is part of it.
    """
    if parts_of(name):
        return "several"
    words = bare(name).replace(".", "").split()
    definite = words[0].lower() == "the"
    if _is_persons(words[definite:], definite):
        return "person"
    own = [word for word in words if word not in OFFICES | PEOPLES | JOINS]
    acronym = len(words) == 1 and name.isupper()
    of_body = definite or acronym or is_body(name) or bool(set(words) & {"of", "the", "for", "and"})
    return "thing" if of_body or len(own) > _LONGEST_PERSON else "any"


def is_state(name: str) -> bool:
    """Whether a name is a state's: "Kenya", "the United States"."""
    return re.sub(r"^the ", "", bare(name), flags=re.IGNORECASE).replace(".", "") in _STATES


def is_body(name: str) -> bool:
    """Whether a name is a state's, or says that it is some body's: "Perm University", "Bank of Perm"."""
    words = bare(name).split()
    return is_state(name) or words[-1] in _BODIES or _head(words)[-1] in _BODIES | {"Church", "House", "State"}


def parts_of(name: str) -> tuple[str, ...]:
    """The names that several go by, "Macron and Scholz" or "Kenya, Chad and Mali"; () where a name is of one.

    Behind "the" two words may be one name ("the Food and Drug Administration"), but not with a state or an acronym
    ("the UN and Perm"). Commas alone may tell what somebody is: "Ana Bo, President of Perm".
    """
    if is_state(name) or re.search(r"\b(?:of|for)\b", name):
        return ()
    parts = tuple(part for part in re.split(r"\s*,\s*(?:and\s+)?|\s+and\s+", bare(name)) if part)
    if len(parts) == 1 or not all(_names_one(part) for part in parts):
        return ()
    one = len(parts) == 2 and parts[1].split()[-1] in _BODIES and not is_body(parts[0])
    apart = is_state(parts[-1]) or parts[0].split()[-1].isupper()
    return () if one or (parts[0].lower().startswith("the ") and not apart) else parts


def bare(name: str) -> str:
    """A name without the ending that tells that something is its owner's."""
    return re.sub(r"['’]s$", "", name)


def _names_one(part: str) -> bool:
    nameless = OFFICES | PEOPLES | JOINS | {"Jr", "Sr", "Inc", "Ltd"}
    return part.removeprefix("the ")[:1].isupper() and not set(part.rstrip(".").split()) <= nameless


def _head(words: Sequence[str]) -> Sequence[str]:
    """The words of a name before its first "of" or "for"."""
    end = next((place for place, word in enumerate(words) if place and word in ("of", "for")), len(words))
    return words[:end]


def _is_persons(words: Sequence[str], definite: bool) -> bool:
    """Whether a name without its "the" tells a person's title or post: "President Bo", "the King", "Dr Bo"."""
    head = _head(words)
    if not head or head[-1] in _BODIES:
        return False
    if len(head) > 1 and (head[0] in _CROWNS or head[0] in TITLES - {"St"}):
        return True
    if head[-1] in _POSTS or (head[-1] == "General" and set(head[:-1]) & OFFICES):
        return True
    if head[-1] in _CROWNS:
        return len(head) < len(words) or (definite and set(head) <= _CROWNS | PEOPLES | {"Crown"})
    post = next((place for place, word in enumerate(head) if word in _POSTS), len(head))
    return any(word not in OFFICES | PEOPLES | JOINS | {"General"} for word in head[post:])
