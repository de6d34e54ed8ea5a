"""Settings come from arguments and RAG_ variables; what is unknown is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag import Settings, SettingsError


def test_arguments_win_over_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAG_LIBRARY", "/somewhere")
    monkeypatch.setenv("RAG_REFUSAL", "strict")
    settings = Settings(library=Path("/elsewhere"))
    assert settings.library == Path("/elsewhere")
    assert settings.refusal == "strict"


def test_an_unknown_key_is_refused() -> None:
    with pytest.raises(SettingsError, match="'libary': use one of library"):
        Settings(libary="x")


def test_an_unknown_variable_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAG_LIBARY", "/somewhere")
    with pytest.raises(SettingsError, match="RAG_LIBARY"):
        Settings()


@pytest.mark.parametrize(("name", "value"), [("refusal", "sometimes"), ("encoder", ""), ("library", None)])
def test_a_value_that_cannot_be_used_is_named(name: str, value: object) -> None:
    with pytest.raises(SettingsError, match=name):
        Settings(**{name: value})
