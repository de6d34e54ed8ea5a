"""The chat's HTTP API: what ``/ask`` and ``/ask_on`` do."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import gradio as gr

from rag import RagError
from ui.asking import sayable, typed_day

if TYPE_CHECKING:
    from rag import Assistant


def endpoints(assistant: Assistant) -> tuple[Callable[[str], dict[str, Any]], Callable[[str, str], dict[str, Any]]]:
    """What ``/ask`` and ``/ask_on`` do; their docstrings are shown to those who use them."""

    def ask_on(question: str, asked: str) -> dict[str, Any]:
        """Answer a question about the news of a day, such as 2022-06-17: its articles count for more."""
        if not isinstance(question, str):
            raise gr.Error("The question must be a text; send it as a JSON string.", print_exception=False)
        if not isinstance(asked, str):
            raise gr.Error('The day must be a text such as "2022-06-17", or "" for none.', print_exception=False)
        try:
            answer = assistant.ask(sayable(question), asked=typed_day(asked))
            return {key: _whole(value) for key, value in answer.to_dict().items()}
        except RagError as error:
            raise gr.Error(str(error), print_exception=False) from error

    def ask(question: str) -> dict[str, Any]:
        """Answer a question from the articles; every sentence is quoted and carries where it stands."""
        return ask_on(question, "")

    return ask, ask_on


def _whole(value: Any) -> Any:
    """``value`` with every text in it sayable: an article may hold what JSON cannot send."""
    if isinstance(value, str):
        return sayable(value)
    if isinstance(value, dict):
        return {key: _whole(item) for key, item in value.items()}
    return [_whole(item) for item in value] if isinstance(value, list) else value
