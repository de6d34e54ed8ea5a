"""What a question leaves out and takes over from the one before: "And in which city?", "What about the tribunal?"."""

from __future__ import annotations

import re

from rag.lexical import Words
from rag.names import VERBS, WORD, names

_ABOUT = re.compile(
    r"^\s*(?:and|but|so|or|then|also|what about|how about|what else|who else|where else|why not)\b", re.IGNORECASE
)


def says_little(question: str, words: Words) -> bool:
    """Whether a question goes on from another by its form: "And in which city?", "What about the tribunal?"."""
    content = words.content(question)
    about = _ABOUT.search(question) is not None
    if len(content) <= 1:
        whole = any(word.group().lower() in VERBS for word in WORD.finditer(question))
        return about or not whole or next(names(question), None) is None  # "Who is Putin?" says enough, "Putin?" not
    return about and len(content) <= 2
