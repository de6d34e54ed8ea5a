"""Kills indexing at random moments: ``python -m tests.kill FOLDER [--kills 100] [--seed N] [--work DIR]``, on Linux.

A library is made of a tenth of the articles, then of all, then one article is changed again and again; each run is
killed with SIGKILL at a random moment of its start, its embedding or its publishing, and begun anew. After each kill
the library, as soon as there is one, must open, hold exactly the articles of its generation, answer as it did before
and verify; after the last, it must equal one that was made undisturbed: the same passages, and for every question the
same ten best of them. Exits with 1 where anything was lost.
"""

from __future__ import annotations

import argparse
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from rag import Assistant, RagError, Settings
from rag.exporting import export
from rag.library import open_library
from rag.manifest import read_manifest
from rag.verification import verify
from tests.corrections import Corpus, changed, corpus_lines, questions, shortened
from tests.forking import open_source
from tests.killing import PHASES, IndexingRun, Moment

HALF_A_BATCH = 64
"""Passages whose vectors a kill costs, on average."""

LONGEST = 0.5
"""Seconds after publishing in which a kill is of interest; then the process only ends."""

STAGES = (
    ("first tenth", 0.1, {"start-up": 2, "writing": 5, "indexes": 3}),
    ("all articles", 0.5, {"start-up": 1, "writing": 8, "indexes": 1}),
    ("one changed", 0.4, {"start-up": 1, "writing": 6, "indexes": 8, "published": 5}),
)
"""Name, share of the kills, and how the kills of a stage fall on the phases."""


class Trial:
    """The library that is killed again and again, and what is known of it.

    Args:
        work: folder for everything.
        chance: draws the moments.
        fork: what runs are forked from, but for those that are killed in their start.
    """

    def __init__(self, work: Path, chance: random.Random, fork: subprocess.Popen[bytes]) -> None:
        self.library = work / "library"
        self.source = work / "in" / "corpus.jsonl"
        self.log = work / "run.log"
        self.chance = chance
        self._fork = fork
        self.died: Counter[tuple[str, str]] = Counter()
        self.losses: list[str] = []
        self._assistant = Assistant(Settings(library=self.library))
        self._sound: dict[int, dict[str, str]] = {}
        self._said: dict[tuple[int, str], str] = {}
        self.kills = 0

    def give(self, corpus: Corpus) -> None:
        """Let the corpus be what the next run reads."""
        self.source.parent.mkdir(exist_ok=True)
        self.source.write_text("\n".join(corpus.lines) + "\n", encoding="utf-8")

    def finish(self, corpus: Corpus) -> Mapping[str, float]:
        """Let a run come to its end, and check; returns the seconds of its phases."""
        self.give(corpus)
        spans = IndexingRun(self.source, self.library, self.log, self._fork).end()
        self.check("finished", corpus)
        return spans

    def kill(self, stage: str, corpus: Corpus, moment: Moment) -> None:
        """Kill a run, and check what it left."""
        self.give(corpus)
        fork = None if moment.phase == "start-up" else self._fork
        phase = IndexingRun(self.source, self.library, self.log, fork).die(moment)
        if phase is None:
            trouble = self.check(f"ended after kill {self.kills}", corpus)
            told = f"ended before {moment.phase} + {moment.seconds:.2f} s"
            print(f"     {stage:13} {told}  {trouble or 'sound'}", flush=True)
            return
        self.kills += 1
        self.died[stage, phase] += 1
        started = time.monotonic()
        trouble = self.check(f"kill {self.kills}", corpus)
        took = time.monotonic() - started
        manifest = read_manifest(self.library)
        told = f"generation {manifest.generation if manifest else 0}, draft of {self.kept():,} passages"
        print(
            f"{self.kills:4} {stage:13} {phase:9} {moment.seconds:7.2f} s  {told}, checked in {took:.1f} s"
            f"  {trouble or 'sound'}",
            flush=True,
        )

    def check(self, when: str, corpus: Corpus) -> str:
        """Open, compare, verify and ask; what is wrong is noted, and returned in one line."""
        troubles = list(self._troubles(corpus))
        self.losses += [f"{when}: {trouble}" for trouble in troubles]
        return "; ".join(troubles)

    def _troubles(self, corpus: Corpus) -> Iterator[str]:
        try:
            manifest = read_manifest(self.library)
            if manifest is None:
                if self._sound:
                    yield "the library is gone"
                return
            number = manifest.generation
            library = open_library(self.library)
            texts = {article.id: article.text for article, _ in library.each_article()}
            if texts != self._sound.setdefault(number, corpus.held()):
                yield f"generation {number} does not hold the articles that it should"
            yield from verify(self.library, repair=False).problems
            question = self.chance.choice(corpus.questions[:5])
            text = self._assistant.ask(question).text
            if text != self._said.setdefault((number, question), text):
                yield f"generation {number} answers {question!r} otherwise than before"
        except (RagError, OSError, sqlite3.Error) as error:
            yield f"{type(error).__name__}: {error}"

    def kept(self) -> int:
        """How many passages the draft holds; a copy is looked at, so that the next run finds it as it was left."""
        staging = self.library / "generations" / "next"
        with tempfile.TemporaryDirectory() as folder:
            for name in ("articles.sqlite", "articles.sqlite-wal"):
                if (staging / name).exists():
                    shutil.copyfile(staging / name, Path(folder) / name)
            try:
                connection = sqlite3.connect(Path(folder) / "articles.sqlite")
                count = int(connection.execute("SELECT COUNT(*) FROM passages").fetchone()[0])
                connection.close()
            except sqlite3.Error:  # no draft, or one without tables yet
                return 0
        return count


def main(arguments: Sequence[str] | None = None) -> int:
    """Kill as often as asked; returns 0 where nothing was lost."""
    parser = argparse.ArgumentParser(prog="python -m tests.kill", description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("folder", type=Path, help="articles; queries.jsonl among them is what is asked")
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--articles", type=int, metavar="N", help="take the first N of a corpus.jsonl only")
    parser.add_argument("--seed", type=int, default=1, help="of the moments")
    parser.add_argument("--work", type=Path, help="where the libraries are made, and kept")
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as scratch, open_source() as fork:
        work = given.work or Path(scratch)
        work.mkdir(parents=True, exist_ok=True)
        folder = shortened(given.folder, given.articles, work / "articles")
        subject = Trial(work, random.Random(given.seed), fork)
        assert fork.stdin is not None
        try:
            return trial(folder, given.kills, subject, work)
        finally:
            fork.stdin.close()


def trial(folder: Path, kills: int, subject: Trial, work: Path) -> int:
    """Make the undisturbed library, then the killed one, and compare them."""
    started = time.monotonic()
    wanted, spans, corpus = undisturbed(folder, work)
    print(f"undisturbed: {', '.join(f'{name} {seconds:.1f} s' for name, seconds in spans.items())}", flush=True)
    chance = subject.chance
    passages = len(wanted[0])
    tenth = corpus.first(max(1, len(corpus.lines) // 10))
    for (name, share, weights), part in zip(STAGES, (tenth, corpus), strict=False):
        goal = passages * len(part.lines) // len(corpus.lines)
        for place, phase in enumerate(phases := spread(round(kills * share), weights)):
            seconds = chance.random() * spans[phase]
            if phase == "writing":  # as many steps as there are kills left carry the draft through the rest of the work
                rest = max(0, goal - subject.kept())
                step = rest / phases[place:].count("writing") + min(HALF_A_BATCH, rest)
                seconds = chance.random() + chance.uniform(0.0, 2.0) * step * spans["writing"] / passages
            subject.kill(name, part, Moment(phase, seconds))
        subject.finish(part)
    compare("with all articles", subject, wanted, corpus)
    correct(subject, kills, corpus)
    compare("changed back", subject, wanted, corpus)
    show(subject, time.monotonic() - started)
    return 1 if subject.losses or subject.kills < kills else 0


def correct(subject: Trial, kills: int, corpus: Corpus) -> None:
    """Correct one article after the other until there are as many kills as asked, then have all back as they were."""
    name, _, weights = STAGES[-1]
    spans = subject.finish(changed(corpus, subject.chance, 0))
    left = kills - subject.kills
    phases = subject.chance.sample(spread(left, weights), left)
    for number in range(1, 1 + 2 * left):  # a run may end before its moment comes
        if subject.kills < kills:
            phase = phases[number % left]
            longest = min(spans[phase], LONGEST) if phase == "published" else spans[phase]
            moment = Moment(phase, subject.chance.random() * longest)
            subject.kill(name, changed(corpus, subject.chance, number), moment)
    subject.finish(corpus)


def undisturbed(folder: Path, work: Path) -> tuple[tuple[list[str], dict[str, list[str]]], Mapping[str, float], Corpus]:
    """Index a folder without disturbance; returns what the library holds and finds, its phases, and the corpus."""
    file = folder / "corpus.jsonl"
    source = file if file.is_file() else folder
    library = work / "undisturbed"
    shutil.rmtree(library, ignore_errors=True)
    shutil.rmtree(work / "library", ignore_errors=True)
    spans = IndexingRun(source, library, work / "run.log").end()
    articles = {article.id: article for article, _ in open_library(library).each_article()}
    lines = corpus_lines(folder) or list(export(library))
    corpus = Corpus(tuple(lines), articles, questions(folder, articles))
    return state(library, corpus.questions), spans, corpus


def spread(count: int, weights: Mapping[str, int]) -> list[str]:
    """So many phases by weight, in the order of a run."""
    whole, parts = sum(weights.values()), list(weights.items())
    bounds = [round(count * sum(weight for _, weight in parts[:n]) / whole) for n in range(len(parts) + 1)]
    return [name for (name, _), low, high in zip(parts, bounds, bounds[1:], strict=False) for _ in range(high - low)]


def state(library: Path, asked: Sequence[str]) -> tuple[list[str], dict[str, list[str]]]:
    """The passages of a library, and the ten best of them for each question."""
    assistant = Assistant(Settings(library=library))
    found = {question: [hit.passage.id for hit in assistant.search(question, 10)] for question in asked}
    return sorted(passage.id for passage in assistant.passages()), found


def compare(when: str, subject: Trial, wanted: tuple[list[str], dict[str, list[str]]], corpus: Corpus) -> None:
    """Note where the killed library differs from the undisturbed one."""
    passages, found = state(subject.library, corpus.questions)
    if passages != wanted[0]:
        subject.losses.append(f"{when}: other passages than in the undisturbed library")
    other = [question for question, best in found.items() if best != wanted[1][question]]
    subject.losses += [f"{when}: other passages for {question!r}" for question in other]
    print(f"{when}: {len(passages):,} passages, {len(found) - len(other)} of {len(found)} questions find the same ten")


def show(subject: Trial, seconds: float) -> None:
    """Print where the kills fell, and what was lost."""
    print(f"\n{'killed in':15}" + "".join(f"{phase:>12}" for phase in PHASES))
    for name, _, _ in STAGES:
        print(f"{name:15}" + "".join(f"{subject.died[name, phase]:12}" for phase in PHASES))
    print(f"{subject.died.total()} kills, {len(subject.losses)} losses, {seconds / 60:.0f} minutes")
    for loss in subject.losses:
        print(f"  {loss}")


if __name__ == "__main__":
    sys.exit(main())
