"""The web chat: a page on this machine, and the same answers over HTTP. Start it with ``python -m ui``."""
