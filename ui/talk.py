"""What happens on the page: a question is asked, an answer rated, a conversation begun anew."""

from __future__ import annotations

import logging
from collections.abc import AsyncGenerator, Generator  # Gradio reads the annotations of handlers: they must be there
from contextlib import aclosing
from typing import TYPE_CHECKING, Any

import gradio as gr

from rag import RagError, suggest
from ui.asking import BUG, asked
from ui.cards import sources
from ui.rating import unkept
from ui.render import conversation
from ui.steps import stepwise, workers
from ui.turn import Turn

if TYPE_CHECKING:
    from rag import Article, Assistant

_log = logging.getLogger(__name__)
_KEPT = 50  # turns of a conversation that stay on the page and are passed on as history
_SAMPLE = 200  # articles that are read for example questions; a collection of fewer is told by its number

Shown = tuple[Any, ...]
"""What a step changes: the conversation as HTML, the sources as HTML, the conversation as records."""


class Talk:
    """The handlers of one assistant's page.

    Args:
        assistant: answers the questions; its articles give the example questions.

    Attributes:
        threads: those in which questions take their steps.
    """

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant
        self.threads = workers()
        self._greeted: tuple[tuple[Article, ...], str] | None = None
        self.greeting = self._greeting()

    def greet(self) -> Any:
        """The welcome of the library as it is now; nothing where the page has that one already."""
        greeting = self._greeting()
        return gr.skip() if greeting == self.greeting else greeting

    async def reply(
        self,
        question: str,
        day: str | None,
        turns: tuple[Turn, ...],
        seen: float | None,
        request: gr.Request | None = None,
    ) -> AsyncGenerator[Shown, None]:
        """Show the question as asked, then its answer as it grows; ``seen`` are the turns that the page shows."""
        _hold_on(request)
        if seen and not turns:
            turns = (Turn("", forgotten=True),)
        waiting = (*turns, Turn(question))[-_KEPT:]
        yield conversation(waiting), gr.skip(), gr.skip()
        async with aclosing(stepwise(self._answered(question, day, turns), self.threads)) as steps:
            async for step in steps:
                # Whenever something is sent, be it nothing new, Gradio looks whether the reader is still there.
                yield step or (gr.skip(), gr.skip(), gr.skip())

    async def reply_to_example(
        self,
        day: str | None,
        turns: tuple[Turn, ...],
        seen: float | None,
        event: gr.EventData,
        request: gr.Request | None = None,
    ) -> AsyncGenerator[Shown, None]:
        """Do so for an example that was clicked."""
        async with aclosing(self.reply(str(event.question), day, turns, seen, request)) as steps:
            async for step in steps:
                yield step

    def rate(
        self, turns: tuple[Turn, ...], event: gr.EventData, request: gr.Request | None = None
    ) -> dict[str, str | None]:
        """Keep a verdict on an answer; which answer it was, the verdict, and why it could not be kept, or None."""
        _hold_on(request)
        name, helpful = str(event.turn), str(event.helpful)
        problem = unkept(self._assistant, turns, name, helpful == "true")
        return {"turn": name, "helpful": helpful, "unkept": problem}

    def begin_anew(self) -> Shown:
        """Show the welcome and hold no conversation."""
        return self._greeting(), sources(()), ()

    def _greeting(self) -> str:
        """The welcome, with questions and the number of the articles; plain where they cannot be read just now."""
        try:
            articles = self._assistant.articles(limit=_SAMPLE)
        except RagError:
            return conversation((), written=self._assistant.writes)
        if self._greeted is None or self._greeted[0] != articles:
            size = None if len(articles) == _SAMPLE else sum(article.kind == "article" for article in articles)
            greeting = conversation((), suggest(articles), size, written=self._assistant.writes)
            self._greeted = articles, greeting
        return self._greeted[1]

    def _answered(self, question: str, day: str | None, turns: tuple[Turn, ...]) -> Generator[Shown, None, None]:
        shown = Turn(question, writing=True)
        for turn in asked(self._assistant, question, day, turns):
            if turn == shown:
                yield gr.skip(), gr.skip(), gr.skip()
                continue
            shown = turn
            log, cards, grown = _drawn((*turns, turn)[-_KEPT:])
            # Until it is whole, the answer is no part of the conversation that is passed on.
            yield log, cards, gr.skip() if turn.writing else grown


def _drawn(turns: tuple[Turn, ...]) -> tuple[str, str, tuple[Turn, ...]]:
    """The conversation and its sources as HTML, and its turns; the newest is a problem where it cannot be shown."""
    try:
        return conversation(turns), sources(turns), turns
    except Exception:
        _log.exception("an answer could not be shown")
        told = (*turns[:-1], Turn(turns[-1].question, problem=BUG))
        return conversation(told), sources(told), told


def _hold_on(request: gr.Request | None) -> None:
    """Have Gradio hold the conversation of a page that is there, as what it asks shows.

    A page whose line broke once, as that of a phone in a pocket does, counts as closed for good, also when it is back:
    what it has said is let go of an hour after the last answer.
    """
    if request is not None:
        sessions: Any = request.request.app.state_holder.session_data  # type: ignore[union-attr]  # of its own app
        sessions[request.session_hash].is_closed = False
