"""``python -m eval``: the same as ``footnote eval``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from eval.run import run
from rag import RagError, path_of, visible

_HELP = """\
Ask questions whose answers are known, and print how well Footnote finds, answers, cites and refuses.

Without PATH, the questions on the seeds that come with the project. A PATH is a folder in BEIR's form,
each file gzipped or not:
  corpus.jsonl    {"_id", "title", "text"} a line; url and date are kept
  queries.jsonl   {"_id", "text"} a line; may add answers (a list of accepted texts), answerable (false where
                  the articles do not answer), sentences (those that answer, or a list of such lists where
                  several people chose), article (the title or id of one that answers), history (earlier
                  questions, or {"role", "text"} turns), date (when it was asked, 2022-06-17: articles of those
                  days count for more), kind
  qrels.tsv       query-id, corpus-id, score in tabs (or qrels/test.tsv); may be left out where questions tell
                  answerable, answers, sentences or article
or in CLAPnq's:
  answerable.jsonl, unanswerable.jsonl (or any name that ends so)
                  {"id", "input", "passages", "output"} a line; the passages of all lines are the articles
Its library is made once and kept in the cache directory, or below DIR; where is told.
Exit status: 0; 1 where a figure fell beyond noise against RUN; 2 for an error; 130 where Ctrl-C ended it."""

_EXAMPLES = """\
examples:
  python -m eval                                  the seeds
  python -m eval mine --json today.json           a folder of one's own, figures kept
  python -m eval mine --against yesterday.json    exit status 1 where a figure fell beyond noise
  python -m eval mine --html report.html          plots, and every wrong answer with its passages
  python -m eval mine --after talks               what a conversation about something else changes"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns its exit status, 2 for an error that the user can mend."""
    parser = argparse.ArgumentParser(
        "python -m eval", description=_HELP, epilog=_EXAMPLES, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("paths", nargs="*", type=path_of, metavar="PATH", help="a folder in the form of BEIR or CLAPnq")
    parser.add_argument("--json", type=path_of, metavar="FILE", help="write the figures and each question's scores")
    parser.add_argument("--html", type=path_of, metavar="FILE", help="write one self-contained page with plots")
    parser.add_argument("--against", type=path_of, metavar="RUN", help="compare with the JSON of an earlier run")
    parser.add_argument("--library", type=path_of, metavar="DIR", help="keep the libraries in folders below this one")
    parser.add_argument("--limit", type=int, metavar="N", help="ask N questions, evenly spaced")
    parser.add_argument("--searches", action="store_true", help="measure, too, what other ways of searching find")
    parser.add_argument("--undated", action="store_true", help="do not tell on which days the questions were asked")
    parser.add_argument("--after", type=path_of, metavar="PATH", help="put a talk of that benchmark before each")
    parser.add_argument("--draw", type=int, default=0, metavar="N", help="another number draws other conversations")
    try:
        given = parser.parse_args(arguments)
        return run(
            given.paths,
            library=given.library,
            json_file=given.json,
            html_file=given.html,
            against=given.against,
            limit=given.limit,
            searches=given.searches,
            undated=given.undated,
            after=given.after,
            draw=given.draw,
        )
    except RagError as error:
        print(visible(f"error: {error}"), file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
