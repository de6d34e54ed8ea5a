"""The words of all passages, or of all articles, searched by BM25 with tantivy."""

from __future__ import annotations

import math
import re
import tempfile
from collections.abc import Iterable, Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import tantivy

_ANALYZER = "english_words"
_WRITER_BYTES = 64_000_000
_MANY = 50_000
"""Above so many texts a search leaves out the words that most of them hold: they tell next to nothing apart, and to
look them up took half to two thirds of a search among a million (CHANGELOG.md)."""
_FUNCTION_WORDS = (
    "a an the this that these those some any each every all both no not only own same other another such more most "
    "much many few several lot what which who whom whose when where why how whether and or but nor if then than so as "
    "because while although though since until unless of in on at by for with without about against between among "
    "into through during before after above below to from up down out off over under again further i me my we us our "
    "you your he him his she her it its they them their am is are was were be been being do does did doing have has "
    "had having will would shall should can could may might must there here just also too very s t d ll re ve m don "
    "now according following name tell say said"
)


class Words:
    """Cuts a text into the terms that the index holds: lower case, no accents, English stems."""

    @cached_property
    def _analyzer(self) -> tantivy.TextAnalyzer:
        return _analyzer()

    def terms(self, text: str) -> tuple[str, ...]:
        """The terms of a text in order, repeats included."""
        return tuple(self._analyzer.analyze(text))

    def content(self, text: str) -> frozenset[str]:
        """The terms of a text that say what it is about: all but the words that hold English sentences together.

        How rare a word is in a small collection does not tell: "what" may not stand in it at all.
        """
        return frozenset(self.terms(text)) - self._function_terms

    @cached_property
    def _function_terms(self) -> frozenset[str]:
        return frozenset(self.terms(_FUNCTION_WORDS))


class WordIndex:
    """BM25 over texts, those of passages or of whole articles; each is known by a number of the caller's.

    Args:
        folder: where the index lies.
        create: start an empty index there.
    """

    def __init__(self, folder: Path, *, create: bool = False) -> None:
        import tantivy

        schema = (
            tantivy.SchemaBuilder()
            .add_unsigned_field("number", fast=True)
            .add_text_field("words", tokenizer_name=_ANALYZER, index_option="freq")
            .build()
        )
        self._index = tantivy.Index(schema, path=str(folder)) if create else _opened(folder)
        self._index.register_tokenizer(_ANALYZER, _analyzer())
        self.words = Words()
        self._searcher = self._index.searcher()

    def add(self, texts: Iterable[tuple[int, str]]) -> None:
        """Add numbered texts and make them findable; raises OSError where the disk does not take them."""
        import tantivy

        try:
            writer = self._index.writer(heap_size=_WRITER_BYTES, num_threads=1)
            for number, text in texts:
                document = tantivy.Document()
                document.add_unsigned("number", number)
                document.add_text("words", text)
                writer.add_document(document)
            writer.commit()
            writer.wait_merging_threads()
            self._index.reload()
        except ValueError as error:  # tantivy tells a nest of errors, what the system said among them
            if not _of_the_disk(error):
                raise
            said = re.search(r'message: "(.*?)"', str(error))
            raise OSError(f"the word index cannot be written ({said[1] if said else error})") from error
        self._searcher = self._index.searcher()

    def search(self, question: str, limit: int, others: Mapping[str, float] | None = None) -> dict[int, float]:
        """The BM25 score of each of the best texts, best first; any word of the question may match.

        Among many texts, words that most of them hold do not count, unless there are no others.

        Args:
            question: each of its terms counts 1.
            limit: the most texts to return.
            others: terms that are searched for as well, each with what it counts, on top of the question's.
        """
        import tantivy

        weights = dict.fromkeys(self._telling(self.words.terms(question)), 1.0)
        for term, weight in (others or {}).items():
            weights[term] = weights.get(term, 0.0) + weight
        if not weights or not len(self):
            return {}
        query = tantivy.Query.boolean_query(
            [(tantivy.Occur.Should, self._term_query(term, weight)) for term, weight in sorted(weights.items())]
        )
        found = self._searcher.search(query, limit, count=False).hits
        numbers = self._searcher.fast_field_values("number", [address for _, address in found])
        return {
            int(number): float(score) for number, (score, _) in zip(numbers, found, strict=True) if number is not None
        }

    def _telling(self, terms: tuple[str, ...]) -> tuple[str, ...]:
        """Those of the terms that most texts do not hold, where there are many texts and any such term."""
        texts = len(self)
        if texts <= _MANY:
            return terms
        return tuple(term for term in terms if self._searcher.doc_freq("words", term) <= texts / 2) or terms

    def _term_query(self, term: str, weight: float) -> tantivy.Query:
        import tantivy

        query = tantivy.Query.term_query(self._index.schema, "words", term, "freq")
        return query if weight == 1.0 else tantivy.Query.boost_query(query, weight)

    def __len__(self) -> int:
        return int(self._searcher.num_docs)

    def rarity(self, terms: Iterable[str]) -> Mapping[str, float]:
        """The weight of each term by how few texts hold it: BM25's idf, never below zero."""
        total = len(self)
        weights = {}
        for term in set(terms):
            held = self._searcher.doc_freq("words", term)
            weights[term] = math.log(1 + (total - held + 0.5) / (held + 0.5))
        return weights


def _opened(folder: Path) -> tantivy.Index:
    """The index in a folder; where that may not be written, by links to its files.

    Even to be read, tantivy wants a file to lock beside the others. Once it is open, so are all of its files: the links
    can go then, and are not left behind by a process that is ended at a stroke.
    """
    import tantivy

    try:
        return tantivy.Index.open(str(folder))
    except ValueError as error:
        if "lockfile" not in str(error).lower():
            raise
    with tempfile.TemporaryDirectory(prefix="footnote-words-", ignore_cleanup_errors=True) as place:
        for file in folder.iterdir():
            if file.suffix != ".lock":
                Path(place, file.name).symlink_to(file.resolve())
        return tantivy.Index.open(place)


def _of_the_disk(error: ValueError) -> bool:
    """Whether the system told it, or a writer whose thread died of that just before: "(io::Error most likely)"."""
    return re.search(r"io(?:::| )?error", str(error), re.IGNORECASE) is not None


def _analyzer() -> tantivy.TextAnalyzer:
    import tantivy

    return (
        tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
        .filter(tantivy.Filter.remove_long(60))
        .filter(tantivy.Filter.lowercase())
        .filter(tantivy.Filter.ascii_fold())
        .filter(tantivy.Filter.stemmer("english"))
        .build()
    )
