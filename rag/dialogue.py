"""A follow-up becomes a question that stands alone.

Thin for now: a question that leans on what was said before is searched for together with the question before it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.schema import Answer

_LEANS_ON_EARLIER = re.compile(
    r"^\s*(?:and|but|so|or|then|also|what about|how about|what else|who else|where else|why not)\b"
    r"|\b(?:he|she|it|they|him|her|hers|them|his|its|their|theirs|this|that|these|those|there|then|ones?)\b",
    re.IGNORECASE,
)
_FEW_WORDS = 3


def standalone(question: str, history: Sequence[Answer]) -> str:
    """The question to search for.

    Args:
        question: as it was asked.
        history: the earlier answers of the conversation, oldest first.

    Returns:
        The question itself where there is no history or it stands alone, else the last question that stood alone
        followed by it.
    """
    if not history:
        return question
    leans = _LEANS_ON_EARLIER.search(question) or len(question.split()) <= _FEW_WORDS
    return f"{history[-1].standalone} {question}" if leans else question
