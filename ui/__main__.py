"""``python -m ui``: open a collection and chat with it in the browser."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from rag import Assistant, RagError, Settings, path_of, visible


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve the chat until Ctrl-C.

    Args:
        arguments: of the command line, without the program's name; those of this process when None.

    Returns:
        The exit status: 0 when it was stopped, 2 when it could not start.
    """
    try:
        options = _parser().parse_args(arguments)
        from ui.app import serve

        assistant = Assistant(Settings() if options.library is None else Settings(library=options.library))
        serve(assistant, host=options.host, port=options.port)
    except RagError as error:
        print(visible(f"error: {error}"), file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        pass  # how the server is meant to be stopped
    print("Stopped.")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m ui",
        description="Chat with a collection of articles in the browser. Every sentence of an answer opens its source at"
        " the exact words that it rests on. Unless a model writes (RAG_WRITER_URL), all of it is quoted word for word"
        " and nothing leaves this machine.",
        epilog="examples:\n"
        "  python -m ui                        the articles that come with Footnote\n"
        "  python -m ui --library my-library   a library made with: footnote index ARTICLES --library my-library\n"
        "  python -m ui --port 8080            when 7860 is taken",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--library", type=path_of, metavar="DIR", help="the library to ask (default: the one of this user)"
    )
    parser.add_argument("--port", type=_port, default=7860, metavar="N", help="port to listen on (default: 7860)")
    parser.add_argument(
        "--host",
        default="127.0.0.1",
        metavar="H",
        help="address to listen on (default: 127.0.0.1, this machine only; 0.0.0.0 opens it to the network)",
    )
    return parser


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is no port; give a number from 0 (any free one) to 65535")
    return int(text)


if __name__ == "__main__":
    from ui.server import leave

    leave(main())
