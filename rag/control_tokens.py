"""The marks of chat templates: what a server reads as the end of a turn or the start of one, wherever it stands.

Servers that fill a model's template in (llama.cpp, Ollama) look for these also inside a message, so that an article
with the right one in it could speak as the system. No newspaper needs them; they are taken out of what is sent, and
out of what comes back.
"""

from __future__ import annotations

import re

_NAMED = "s|bos|eos|sop|eop|eoh|eoa|sys|think|thinking"
"""In angle brackets, and neither with a bar nor with an underscore; "<b>" and "<p>" are none."""
_MISTRAL = "INST|SYSTEM_PROMPT|AVAILABLE_TOOLS|TOOL_CALLS|TOOL_RESULTS|TOOL_CONTENT|CALL_ID|ARGS|THINK|gMASK"

CONTROL_TOKEN = re.compile(
    r"<[|\uff5c][^<>|\uff5c\s]{1,60}[|\uff5c]?>"  # <|im_end|>, <|turn>; DeepSeek's bars are full-width
    r"|<[^<>|\uff5c\s]{1,60}[|\uff5c]>"  # <turn|>
    r"|</?[A-Za-z]{1,30}(?:_[A-Za-z0-9]{1,30}){1,4}>"  # <start_of_turn>, <EOS_TOKEN>; no markup has an underscore
    rf"|<<?/?(?i:{_NAMED})>>?"  # </s>, <<SYS>>
    r"|</?seed:[a-z_]{1,30}>"
    rf"|\[/?(?:{_MISTRAL})\]"
    r"|\[\|/?[^\[\]|\s]{1,60}\|\]"  # EXAONE's [|user|]
    r"|\]~!?b[\[\]]|\[e~\["  # MiniMax's
    r"|\u25c1/?[a-z_]{1,30}\u25b7"  # Kimi's, in triangles
)


def without_control_tokens(text: str) -> str:
    """A text with a space for each mark of a chat template; a space, so that what stands round one makes no other."""
    return CONTROL_TOKEN.sub(" ", text)
