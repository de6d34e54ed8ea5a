"""The conversation as HTML: questions, answers with their markers, refusals and errors.

Nothing here is Markdown and nothing of the reader's or of an article reaches the page except through ``ui.text.inert``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rag import asks_nothing
from ui.cards import emphasised
from ui.markers import card_id, marker_id, markers
from ui.rating import buttons
from ui.text import inert, seen, shortened

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rag import Answer
    from ui.turn import Turn

_QUESTION = 600  # characters shown of a question
_FORGOTTEN = (
    "What was asked here before is no longer held: the page lay idle for long, or Footnote was started again."
    " What follows was understood without it."
)
_ASK = '<path d="M4 5.5h16v11H9.5L5.5 20v-3.500H4z"/><path d="M9 9.500l6 5M15 9.500l-6 5"/>'
_STOP = '<path d="M12 4l9 16H3z"/><path d="M12 10v5M12 17.500v.5"/>'


def conversation(
    turns: Sequence[Turn], examples: Sequence[str] = (), size: int | None = None, *, written: bool = False
) -> str:
    """The whole conversation, or a welcome with example questions before the first one.

    Args:
        turns: oldest first; the last one may still be waiting for its answer.
        examples: questions offered by the welcome.
        size: articles in the collection, told by the welcome; None where they are many.
        written: whether a model writes the answers, told by the welcome.
    """
    body = (
        "".join(_turn(number, turn) for number, turn in enumerate(turns))
        if turns
        else _welcome(examples, size, written)
    )
    return f'<div class="fn-log" role="log" tabindex="-1" aria-live="polite" aria-label="Conversation">{body}</div>'


def plain(answer: Answer) -> str:
    """The answer and its sources as plain text, for the clipboard."""
    lines = [answer.text]
    for citation in answer.citations:
        article = citation.article
        facts = [article.title or "Untitled", article.source, article.published, article.url]
        lines.append(f"[{citation.number}] " + ", ".join(fact for fact in facts if fact))
    return "\n".join(lines)


def _welcome(examples: Sequence[str], size: int | None, written: bool) -> str:
    lead = "Ask your articles" if not size else "Ask 1 article" if size == 1 else f"Ask {size} articles"
    buttons = "".join(_example(question) for question in examples)
    offered = f'<p class="fn-try">Try one of these</p><ul class="fn-examples">{buttons}</ul>' if buttons else ""
    how = (
        "A model writes the answers, and each of its sentences is checked: what the articles do not support is removed."
        if written
        else "Answers are quoted word for word."
    )
    return (
        f'<div class="fn-welcome"><h2>{lead}</h2>'
        f"<p>{how} Each sentence carries a number that opens its source at the exact words,"
        " and where the articles do not answer, Footnote says so.</p>"
        f"{offered}</div>"
    )


def _turn(number: int, turn: Turn) -> str:
    asked = ""
    if turn.question.strip():
        text = inert(shortened(turn.question, _QUESTION))
        asked = f'<p class="fn-question" dir="auto"><span class="fn-unseen">You asked: </span>{text}</p>'
    if turn.forgotten:
        reply = _box("forgotten", "Earlier questions are forgotten", _FORGOTTEN, _STOP)
    elif turn.answer is not None and turn.answer.readings:
        reply = _asking_back(turn.answer)
    elif turn.answer is not None and asks_nothing(turn.question):
        reply = f'<div class="fn-reply"><p class="fn-try" dir="auto">{inert(turn.answer.text)}</p></div>'
    elif turn.answer is not None and turn.writing and not turn.answer.refused:
        reply = _growing(number, turn.answer)
    elif turn.answer is not None:
        reply = _answer(number, turn, turn.answer)
    elif turn.problem is not None:
        reply = _box("problem", "Not answered", turn.problem, _STOP)
    else:
        reply = '<p class="fn-busy"><span class="fn-dots" aria-hidden="true"></span>Reading the articles …</p>'
    return f'<div class="fn-turn" id="turn-{number}">{asked}{reply}</div>'


def _asking_back(answer: Answer) -> str:
    """The readings of a follow-up, to choose from."""
    buttons = "".join(_example(reading) for reading in answer.readings)
    return f'<div class="fn-reply"><p class="fn-try">Which do you mean?</p><ul class="fn-examples">{buttons}</ul></div>'


def _example(question: str) -> str:
    return (
        f'<li><button type="button" class="fn-example" dir="auto" data-question="{inert(question)}">'
        f"{inert(question)}</button></li>"
    )


def _growing(number: int, answer: Answer) -> str:
    """What there is of an answer while its writer writes on."""
    said = f'<p class="fn-answer" dir="auto">{"".join(_with_markers(number, answer))}</p>'
    dots = '<span class="fn-dots" aria-hidden="true"></span>Checking the next sentence …'
    return f'<div class="fn-growing">{said}<p class="fn-busy">{dots}</p></div>'


def _removed(answer: Answer) -> str:
    """The sentences that the articles do not support, folded away."""
    if not answer.removal:
        return ""
    gone = "".join(f'<li dir="auto">{inert(sentence)}</li>' for sentence in answer.removed)
    return f'<details class="fn-removed"><summary>{inert(answer.removal)}</summary><ul>{gone}</ul></details>'


def _answer(number: int, turn: Turn, answer: Answer) -> str:
    if answer.refused:
        said = _box("refusal", "No answer in the articles", answer.text, _ASK)
        # Where nothing was looked for there is nothing that might have been right.
        facts = f"The nearest quote would answer with {_percent(answer.confidence)}" if answer.hits else ""
        opens = "Nearest passages" if answer.hits else ""
    else:
        said = f'<p class="fn-answer" dir="auto">{"".join(_with_markers(number, answer))}</p>'
        if answer.short and answer.short not in answer.text:
            said = f'<p class="fn-short" dir="auto">In short: <strong>{inert(answer.short)}</strong></p>{said}'
        facts = f"{_certainty(answer.confidence)} ({_percent(answer.confidence)})"
        opens = "1 source" if len(answer.citations) == 1 else f"{len(answer.citations)} sources"
    if answer.note:
        said += f'<p class="fn-note" dir="auto">{inert(answer.note)}</p>'
    said += _removed(answer)
    searched = ""
    if answer.standalone.strip() != answer.question.strip():
        searched = f'<p class="fn-searched" dir="auto">Searched for: {inert(answer.standalone)}</p>'
    if answer.asked is not None:
        searched += f'<p class="fn-searched">Articles of the days around {answer.asked} count for more</p>'
    link = f'<a class="fn-open" href="#sources-{number}">{opens}</a>' if opens else ""
    copy = (
        ""
        if answer.refused
        else (f'<button type="button" class="fn-copy" data-copy="{inert(plain(answer))}">Copy with sources</button>')
    )
    meta = f'<p class="fn-meta"><span>{facts}</span>{link}{copy}</p>'
    return f'<div class="fn-reply">{searched}{said}{meta}{buttons(number, turn)}</div>'


def _box(kind: str, heading: str, text: str, icon: str) -> str:
    return (
        f'<div class="fn-box fn-{kind}"><svg viewBox="0 0 24 24" aria-hidden="true">{icon}</svg>'
        f'<div><p class="fn-said">{heading}</p><p dir="auto">{inert(text)}</p></div></div>'
    )


def _with_markers(turn: int, answer: Answer) -> Iterator[str]:
    """The pieces of the answer: its text, and a link to its card for each marker."""
    titles = {citation.number: citation.article.title or "Untitled" for citation in answer.citations}
    used: set[int] = set()
    done, short = 0, answer.short
    for marker in markers(answer):
        number = marker.number
        piece = answer.text[done : marker.start].rstrip()
        yield emphasised(piece, short)
        if short and short in piece:
            short = None
        identity = "" if number in used else f' id="{marker_id(turn, number)}"'
        used.add(number)
        label = inert(f"[{number}] opens source {number}: {seen(titles[number])}")
        yield (f'<a class="fn-marker"{identity} href="#{card_id(turn, number)}" aria-label="{label}">[{number}]</a>')
        done = marker.end
    yield emphasised(answer.text[done:], short)


def _certainty(confidence: float) -> str:
    if confidence >= 0.85:
        return "High confidence"
    return "Fair confidence" if confidence >= 0.6 else "Low confidence"


def _percent(confidence: float) -> str:
    """A probability as a whole percentage, never 0 % or 100 %: nothing here is that certain."""
    return f"{min(99, max(1, round(100 * confidence)))} %"
