"""The welcome: what it offers is of the library as it is now, and a library in trouble does not keep the page away."""

from __future__ import annotations

from typing import Any, cast

from rag import Article, Assistant, LibraryError
from ui.talk import Talk

SHIPS = Article("a", "Ships", "About 40 ships have left the port of Ardmore since May.")
TRAINS = Article("b", "Trains", "About 12 trains have left the station of Ardmore since June.")


class Changing:
    """A collection that may change, or fail."""

    writes = False

    def __init__(self) -> None:
        self.holds: tuple[Article, ...] = (SHIPS,)
        self.fails = False

    def articles(self, limit: int | None = None) -> tuple[Article, ...]:
        """What it holds now."""
        if self.fails:
            raise LibraryError("the library is damaged: mend it")
        return self.holds


def told(step: Any) -> str:
    return str(step[0])


def test_the_welcome_is_that_of_the_library_as_it_is_now() -> None:
    library = Changing()
    talk = Talk(cast("Assistant", library))
    assert "Ask 1 article<" in talk.greeting
    assert "How many ships" in talk.greeting
    assert told(talk.begin_anew()) == talk.greeting
    assert talk.greet() == {"__type__": "update"}  # the page has it already
    library.holds = (SHIPS, TRAINS)
    for greeting in (talk.greet(), told(talk.begin_anew())):
        assert "Ask 2 articles" in greeting
        assert "How many trains" in greeting
    library.fails = True
    for greeting in (talk.greet(), told(talk.begin_anew())):
        assert "Ask your articles" in greeting
        assert "fn-example" not in greeting
