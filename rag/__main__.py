"""``python -m rag`` is the ``footnote`` command."""

from rag.cli import main

main()
