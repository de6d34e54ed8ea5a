"""What an answer rests on, as cards: each citation in its paragraph, and the nearest passages of a refusal."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rag import asks_nothing
from ui.markers import card_id, marker_id, markers
from ui.text import inert, readable_date, seen, shortened, web_address

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rag import Answer, Article, Citation, Hit
    from ui.turn import Turn

_BLANK_LINE = re.compile(r"\n[^\S\n]*\n")
_LINE_END = re.compile(r"\n")
_AGREES = '<p class="fn-facts">Gives the same answer in its own words</p>'
_AROUND = 420  # characters of a paragraph shown on each side of a quote
_NEAREST = 3  # passages offered with a refusal
_PASSAGE = 300  # characters shown of each


def sources(turns: Sequence[Turn]) -> str:
    """The cards of every answer of the conversation, one group each, the latest answer's group shown.

    Args:
        turns: the conversation, oldest first.
    """
    asked = ((number, turn.answer) for number, turn in enumerate(turns) if not asks_nothing(turn.question))
    answered = [(number, answer) for number, answer in asked if answer is not None]
    if answered:
        latest = answered[-1][0]
        body = "".join(_group(number, answer, shown=number == latest) for number, answer in answered)
    else:
        body = '<p class="fn-empty">The sources of each answer appear here, with the quoted words marked.</p>'
    return f'<section class="fn-sources" aria-labelledby="fn-sources"><h2 id="fn-sources">Sources</h2>{body}</section>'


def paragraph_around(text: str, start: int, end: int) -> tuple[int, int]:
    """The offsets of the paragraph, or paragraphs, that hold ``text[start:end]``.

    Paragraphs are parted by blank lines where the text has any, else by line ends.
    """
    parting = _BLANK_LINE if _BLANK_LINE.search(text) else _LINE_END
    first, last = 0, len(text)
    for match in parting.finditer(text):
        if match.end() <= start:
            first = match.end()
        elif match.start() >= end:
            last = match.start()
            break
    return first, last


def _group(turn: int, answer: Answer, *, shown: bool) -> str:
    body = "" if answer.readings else _nearest(turn, answer.hits) if answer.refused else _cards(turn, answer)
    return (
        f'<section class="fn-group" id="sources-{turn}" tabindex="-1" aria-label="Sources of answer {turn + 1}"'
        f"{'' if shown else ' hidden'}>{_heading(answer)}{body}</section>"
    )


def _heading(answer: Answer) -> str:
    return f'<p class="fn-about" dir="auto">{inert(shortened(answer.question, 120))}</p>'


def _cards(turn: int, answer: Answer) -> str:
    agreeing = {marker.number for marker in markers(answer) if marker.agrees}
    return "".join(
        _card(turn, citation, answer.short, agrees=citation.number in agreeing) for citation in answer.citations
    )


def _card(turn: int, citation: Citation, short: str | None, *, agrees: bool) -> str:
    identity = card_id(turn, citation.number)
    return (
        f'<article class="fn-card" id="{identity}" tabindex="-1" aria-labelledby="{identity}-title"'
        f' data-marker="{marker_id(turn, citation.number)}">'
        f'<header><span class="fn-number" aria-hidden="true">{citation.number}</span>'
        f"{_byline(citation.article, identity, f'Source {citation.number}: ')}</header>{_AGREES if agrees else ''}"
        f'<blockquote class="fn-quote" dir="auto">{_quoted(citation, short)}</blockquote>{_also_in(citation)}'
        f'<a class="fn-back" href="#{marker_id(turn, citation.number)}">Back to [{citation.number}] in the answer</a>'
        "</article>"
    )


def _also_in(citation: Citation) -> str:
    """The other articles that hold the same words, and the page, where there are any."""
    facts = [f"Page {citation.page}"] if citation.page else []
    if citation.also_in:
        others = (f"<bdi>{inert(_short_name(article))}</bdi>" for article in citation.also_in)
        facts.append(f"The same words also in {', '.join(others)}")
    return "".join(f'<p class="fn-facts">{fact}</p>' for fact in facts)


def _short_name(article: Article) -> str:
    title = shortened(article.title or "Untitled", 80)
    return f"{title} ({article.source})" if article.source else title


def _byline(article: Article, identity: str, spoken: str) -> str:
    title = inert(article.title or "Untitled")
    address = web_address(article.url)
    if address is not None:
        title = f'<a href="{inert(address)}" target="_blank" rel="noopener noreferrer">{title}</a>'
    facts = []
    if article.source:
        facts.append(f"<bdi>{inert(article.source)}</bdi>")
    if article.authors:
        facts.append(f"<bdi>{inert(', '.join(article.authors))}</bdi>")
    if article.published:
        facts.append(f'<time datetime="{inert(article.published)}">{inert(readable_date(article.published))}</time>')
    if article.updated and article.updated[:10] != (article.published or "")[:10]:
        day = inert(readable_date(article.updated))
        facts.append(f'updated <time datetime="{inert(article.updated)}">{day}</time>')
    if article.kind == "notice":
        facts.append('<span class="fn-notice">A message from the publisher</span>')
    outlet = f'<p class="fn-facts">{" · ".join(facts)}</p>' if facts else ""
    return (
        f'<div class="fn-byline"><h3 id="{identity}-title" dir="auto">'
        f'<span class="fn-unseen">{inert(spoken)}</span>{title}</h3>{outlet}</div>'
    )


def _quoted(citation: Citation, short: str | None) -> str:
    text = citation.article.text
    first, last = paragraph_around(text, citation.start, citation.end)
    before = text[first : citation.start].lstrip()
    after = text[citation.end : last].rstrip()
    if len(before) > _AROUND:
        before = "… " + "".join(before[-_AROUND:].split(maxsplit=1)[-1:])  # none of it where all is white space
    return f"{inert(before)}<mark>{emphasised(citation.quote, short)}</mark>{inert(shortened(after, _AROUND))}"


def emphasised(text: str, short: str | None) -> str:
    """``text`` as inert HTML, with the first ``short`` in it made strong."""
    place = text.find(short) if short else -1
    if short is None or place < 0:
        return inert(text)
    end = place + len(short)
    return f"{inert(text[:place])}<strong>{inert(text[place:end])}</strong>{inert(text[end:])}"


def _nearest(turn: int, hits: Sequence[Hit]) -> str:
    if not hits:
        return '<p class="fn-empty">Nothing in the collection comes near this question.</p>'
    nearest = hits[:_NEAREST]
    cards = "".join(
        f'<article class="fn-card fn-near" aria-labelledby="near-{turn}-{place}-title">'
        f"<header>{_byline(hit.passage.article, f'near-{turn}-{place}', '')}</header>"
        f'<blockquote class="fn-quote" dir="auto">{_beginning(hit)}'
        "</blockquote></article>"
        for place, hit in enumerate(nearest, start=1)
    )
    count = (
        "Nearest passage (it does not answer)"
        if len(nearest) == 1
        else f"{len(nearest)} nearest passages (none answers)"
    )
    return f'<details class="fn-nearest"><summary>{count}</summary>{cards}</details>'


def _beginning(hit: Hit) -> str:
    lines = re.sub(r"\n\s*", "\n", seen(hit.passage.text).strip())
    return inert(shortened(lines, _PASSAGE))
