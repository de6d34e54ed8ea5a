"""Feeds files to everything that reads: ``python -m tests.fuzz -max_total_time=600``, after ``pip install atheris``.

Whatever the bytes, a loader reads them or raises DocumentError; every character of a document has a place; sentences
and passages lie in order and cover the text. Options are libFuzzer's; a folder as argument keeps what was found.
"""

from __future__ import annotations

import sys
import tempfile
from itertools import pairwise
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["rag"]):
    from rag.articles import Split, split
    from rag.documents import Document, Skipped
    from rag.errors import DocumentError
    from rag.furniture import furniture_name
    from rag.loaders import FORMATS, load
    from rag.passages import cut
    from rag.schema import Article
    from rag.sentences import paragraph_spans, sentence_spans

FOLDER = Path(tempfile.mkdtemp(prefix="footnote-fuzz-"))


def read(data: bytes) -> None:
    """One made-up file: its first byte tells its format."""
    suffix = FORMATS[data[0] % len(FORMATS)] if data else ".txt"
    file = FOLDER / f"file{suffix}"
    file.write_bytes(data[1:])
    try:
        for item in load(file):
            if isinstance(item, Skipped):
                assert "\n" not in item.reason, item.reason
            else:
                check(item)
    except DocumentError as error:
        assert "\n" not in str(error), error


def check(document: Document) -> None:
    """Every character has a place, and every article is cut without loss."""
    found: Split = split(document)
    assert "".join(found.text[piece.start : piece.end] for piece in found.pieces) == document.text
    for article in found.articles:
        spans = sentence_spans(article.text)
        assert all(0 <= start < end <= len(article.text) for start, end in spans)
        assert all(one[1] <= two[0] for one, two in pairwise(spans))
        covered(article)


def covered(article: Article) -> None:
    """The passages hold every character that is neither white space nor page furniture, once."""
    cuts = cut(article, lambda text: range(0, len(text), 4), 50)
    held = [at for piece in cuts for at in range(piece.passage.start, piece.passage.end)]
    assert len(held) == len(set(held))
    left = set(range(len(article.text))) - set(held)
    for span in paragraph_spans(article.text):
        if furniture_name(article.text[slice(*span)]):
            left -= set(range(*span))
    assert not "".join(article.text[at] for at in left).strip()


if __name__ == "__main__":
    atheris.Setup(sys.argv, read)
    atheris.Fuzz()
