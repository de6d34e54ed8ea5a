"""The report as one page that needs nothing else: figures, plots, and every wrong answer with what was found for it."""

from __future__ import annotations

import base64
import html
import math
import unicodedata
from collections.abc import Sequence
from pathlib import Path

from eval.plots import plots
from eval.refusals import HEADINGS
from eval.report import Report, notes
from eval.scoring import Row
from eval.writing import write_text

_PASSAGES = 5

_STYLE = """
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 70rem; margin: 0 auto; padding: 1rem; }
table { border-collapse: collapse; }
th, td { text-align: left; padding: .2rem .8rem .2rem 0; border-bottom: 1px solid #8884; vertical-align: top; }
td.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.plots { display: flex; flex-wrap: wrap; gap: 1rem; }
figure { margin: 0; max-width: 34rem; } figure img { max-width: 100%; background: white; }
article { border: 1px solid #8886; border-radius: .4rem; padding: .6rem 1rem; margin: .8rem 0; }
article p, blockquote { margin: .4rem 0; white-space: pre-wrap; overflow-wrap: anywhere; }
blockquote { border-left: .25rem solid #8888; padding-left: .8rem; }
.scroll { overflow-x: auto; }
"""


def write_page(reports: Sequence[Report], file: Path) -> None:
    """Write the page.

    Raises:
        RagError: the file cannot be written, or matplotlib is missing.
    """
    write_text(page(reports), file)


def page(reports: Sequence[Report]) -> str:
    """The page's HTML. It holds no script, loads nothing, and shows every text of a benchmark as text."""
    names = ", ".join(report.name for report in reports)
    body = "\n".join(_section(report) for report in reports)
    policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{_text(names)} - Footnote evaluation</title>\n<style>{_STYLE}</style></head>\n"
        f"<body><h1>Footnote evaluation</h1>\n{body}\n</body></html>\n"
    )


def _section(report: Report) -> str:
    counts = ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in report.n.items())
    pictures = "".join(_picture(said, svg) for said, svg in plots(report))
    said = "".join(f"<p><strong>{_text(note)}</strong></p>" for note in notes(report))
    wrong = [row for row in report.rows if row.wrong]
    silent = [row for row in report.rows if row.answer.refused and row.question.answerable]
    settings = ", ".join(f"{key}: {value}" for key, value in report.settings.items())
    return (
        f"<section><h2>{_text(report.name)}</h2><p>{_text(counts)}</p>{said}{_figures(report)}"
        f"{_costs(report)}{_searches(report)}"
        f'<div class="plots">{pictures}</div>'
        f"<h3>Wrong answers ({len(wrong)})</h3>{''.join(map(_row, wrong))}"
        f"<h3>Refused, though the articles answer ({len(silent)})</h3>{''.join(map(_row, silent))}"
        f"<h3>Settings</h3><p>{_text(settings)}</p></section>"
    )


def _figures(report: Report) -> str:
    rows = "".join(
        f"<tr><td>{figure.measure.group}</td><td>{_text(figure.measure.name)}</td>"
        f'<td class="number">{_number(figure.value)}</td>'
        f'<td class="number">{_number(figure.low)} to {_number(figure.high)}</td>'
        f'<td class="number">{figure.questions}</td><td>{_text(figure.measure.meaning)}</td></tr>'
        for figure in report.figures
    )
    heads = "".join(f"<th>{head}</th>" for head in ("", "figure", "value", "95 % interval", "n", "what it says"))
    return f'<div class="scroll"><table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>'


def _costs(report: Report) -> str:
    """What the refusal settings cost, or nothing where no question tells."""
    if not report.costs:
        return ""
    heads = "".join(f"<th>{head}</th>" for head in HEADINGS)
    rows = "".join(
        "<tr>" + "".join(f'<td class="number">{_text(cell)}</td>' for cell in cost.cells()) + "</tr>"
        for cost in report.costs
    )
    return (
        "<h3>Refusal settings</h3><p>Of this run's setting and stricter ones; RAG_REFUSAL=never tells of all.</p>"
        f'<div class="scroll"><table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>'
    )


def _searches(report: Report) -> str:
    """The ways of searching, or nothing where they were not measured."""
    if not report.searches:
        return ""
    told = tuple(report.searches[0].figures)
    rows = "".join(
        f"<tr><td>{_text(finding.way)}</td>"
        + "".join(
            f'<td class="number">{_spread(finding.figures[name])}<br>{_spread(finding.change[name], "+")}</td>'
            for name in told
        )
        + "</tr>"
        for finding in report.searches
    )
    heads = "".join(f"<th>{_text(head)}</th>" for head in ("way", *told))
    return (
        f"<h3>Ways of searching ({report.searches[0].questions} questions)</h3>"
        "<p>Below each figure: its difference to the first line's, question by question, with the 95 % interval.</p>"
        f'<div class="scroll"><table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>'
    )


def _spread(values: tuple[float, float, float], sign: str = "") -> str:
    mean, low, high = (f"{value:{sign}.3f}" for value in values)
    return f"{mean} ({low} to {high})"


def _picture(said: str, svg: str) -> str:
    data = base64.b64encode(svg.encode()).decode()
    source = f"data:image/svg+xml;base64,{data}"
    return f'<figure><img alt="{_text(said)}" src="{source}"><figcaption>{_text(said)}</figcaption></figure>'


def _row(row: Row) -> str:
    question, answer = row.question, row.answer
    wanted = " | ".join(question.answers or map(" ".join, question.selections))
    wanted = wanted or ("an answer" if question.answerable else "a refusal")
    earlier = "".join(f'<p dir="auto">before: {_text(turn.question)}</p>' for turn in question.history)
    quotes = "".join(
        f'<blockquote dir="auto">[{citation.number}] {_text(citation.quote)}\n'
        f"({_text(citation.article.title)})</blockquote>"
        for citation in answer.citations
    )
    passages = "".join(
        f'<blockquote dir="auto"><strong>{_text(hit.passage.article.title)}</strong>, {hit.score:.3f}\n'
        f"{_text(hit.passage.text)}</blockquote>"
        for hit in answer.hits[:_PASSAGES]
    )
    return (
        f'<article>{earlier}<p dir="auto"><strong>{_text(question.text)}</strong> ({_text(question.id)}, '
        f'{_text(question.kind)})</p><p dir="auto">wanted: {_text(wanted)}</p>'
        f'<p dir="auto">said: {_text(answer.text)}</p>'
        f'<p dir="auto">short: {_text(answer.short or "none")}; confidence {answer.confidence:.2f}</p>{quotes}'
        f"<details><summary>passages found</summary>{passages or 'none'}</details></article>"
    )


def _text(text: str) -> str:
    """The text, inert in HTML; control characters, which HTML cannot hold, as the replacement character."""
    shown = "".join("\ufffd" if unicodedata.category(c) == "Cc" and c not in "\n\t" else c for c in text)
    return html.escape(shown)


def _number(figure: float) -> str:
    return "-" if math.isnan(figure) else f"{figure:.3f}"
