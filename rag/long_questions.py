"""As much of a long message as a model reads: first what it asks, then what is told around it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rag.sentences import sentence_spans


def shortened(message: str, most: int, tokens: Callable[[str], Sequence[tuple[int, int]]]) -> str:
    """A message in at most so many tokens, itself where it has no more.

    People tell what they know before they ask, so that the sentences with a question mark, the last of them first,
    are kept before others, which are taken from the front. Where none has one, the last sentence is what is asked.

    Args:
        message: of any length.
        most: how many tokens are read.
        tokens: where the tokens of a text stand in it, in characters.
    """
    if len(tokens(message)) <= most:
        return message
    sentences = [message[start:end] for start, end in sentence_spans(message)]
    asking = [n for n, sentence in enumerate(sentences) if "?" in sentence or (n and sentence.startswith("("))]
    asking = asking or [len(sentences) - 1]
    kept: dict[int, str] = {}
    for n in (*reversed(asking), *(n for n in range(len(sentences)) if n not in asking)):
        places = tokens(sentences[n])
        if len(places) <= most:
            kept[n] = sentences[n]
            most -= len(places)
        elif n not in asking or not kept:
            kept[n] = sentences[n][: places[most - 1][1]] if most else ""
            break
    return " ".join(kept[n] for n in sorted(kept) if kept[n])
