"""Where the parts of the chat page stand."""

from __future__ import annotations

from dataclasses import dataclass

import gradio as gr

from ui.cards import sources

# Examples and ratings are buttons inside the conversation's own HTML. A click raises the event "ask" or "rate".
_ON_CLICK = """
element.addEventListener("click", (event) => {
  const example = event.target.closest(".fn-example");
  if (example) trigger("ask", { question: example.dataset.question });
  const verdict = event.target.closest(".fn-rate");
  const turn = verdict?.closest(".fn-rating").dataset.turn;
  if (verdict) trigger("rate", { turn, helpful: verdict.dataset.helpful });
});
"""
_WAITING = '<p id="fn-waiting" role="status"></p>'
_HEADER = """
<header class="fn-header">
  <h1>Footnote</h1>
  <p>{promise}</p>
</header>
"""


@dataclass(frozen=True, slots=True)
class Layout:
    """The parts that something happens to.

    Attributes:
        turns: the conversation, as records.
        log: the conversation, as it is seen.
        box: where the question is typed.
        send: asks it.
        day: where the day of the question may be typed.
        seen: how many answered turns the page shows, told with each question; never seen itself.
        verdict: what came of the last rating; never seen itself.
        anew: begins a new conversation.
        cards: the sources.
    """

    turns: gr.State
    log: gr.HTML
    box: gr.Textbox
    send: gr.Button
    day: gr.Textbox
    seen: gr.Number
    verdict: gr.JSON
    anew: gr.Button
    cards: gr.HTML


def lay_out(greeting: str, promise: str) -> Layout:
    """Place the parts of the page; to be called inside its ``gr.Blocks``.

    Args:
        greeting: what the conversation shows before anything was asked, as HTML.
        promise: what Footnote keeps to, in a sentence below its name.
    """
    turns = gr.State(())
    gr.HTML(_HEADER.format(promise=promise), apply_default_css=False, js_on_load=None)
    with gr.Row(elem_id="fn-main"):
        with gr.Column(elem_id="fn-chat"):
            log = gr.HTML(greeting, apply_default_css=False, js_on_load=_ON_CLICK, elem_id="fn-conversation")
            gr.HTML(_WAITING, apply_default_css=False, js_on_load=None)
            with gr.Row(elem_id="fn-composer"):
                box = gr.Textbox(
                    label="Your question",
                    placeholder="Ask about the articles",
                    lines=1,
                    max_lines=6,
                    autofocus=True,
                    container=False,
                    show_label=False,
                    elem_id="fn-box",
                    html_attributes=gr.InputHTMLAttributes(autocomplete="off", enterkeyhint="send"),
                )
                send = gr.Button("Ask", variant="primary", elem_id="fn-send", min_width=72)
            with gr.Accordion("The day of your question", open=False, elem_id="fn-days"):
                day = gr.Textbox(
                    label="For the news of a day",
                    info="Articles of the days around it count for more: 2022-06-17, or today. Empty: no day does.",
                    placeholder="no day",
                    max_lines=1,
                    elem_id="fn-day",
                    html_attributes=gr.InputHTMLAttributes(autocomplete="off"),
                )
            seen = gr.Number(visible=False)
            verdict = gr.JSON(visible=False)
            anew = gr.Button("New conversation", size="sm", elem_id="fn-anew")
        with gr.Column(elem_id="fn-side"):
            cards = gr.HTML(sources(()), apply_default_css=False, js_on_load=None, elem_id="fn-cards")
    return Layout(turns, log, box, send, day, seen, verdict, anew, cards)
