"""Settings come from arguments and RAG_ variables; what is unknown is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag import Settings, SettingsError
from rag.files import path_of


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


@pytest.mark.parametrize(
    ("name", "value"),
    [("refusal", "sometimes"), ("writer_check", "loose"), ("encoder", ""), ("library", None)],
)
def test_a_value_that_cannot_be_used_is_named(name: str, value: object) -> None:
    with pytest.raises(SettingsError, match=name):
        Settings(**{name: value})


@pytest.mark.parametrize(
    ("given", "base"),
    [
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080/v1"),
        ("http://127.0.0.1:11434/v1/", "http://127.0.0.1:11434/v1"),
        ("https://models.example/api/v3", "https://models.example/api/v3"),
        ("https://models.example/v1/chat/completions", "https://models.example/v1"),
        ("https://models.example/chat/completions/", "https://models.example/chat/completions"),
        ("https://models.example/api/chat/completions", "https://models.example/api"),
        ("http://[::1]:8080", "http://[::1]:8080/v1"),
        ("", None),
    ],
)
def test_the_address_of_a_writer_is_its_base(given: str, base: str | None) -> None:
    settings = Settings(writer_url=given, writer_model="m")
    assert settings.writer_url == base
    assert Settings(**settings.model_dump()).writer_url == base


@pytest.mark.parametrize(
    "url",
    [
        "127.0.0.1:8080",
        "ftp://host/v1",
        "http://",
        "http://host:port/v1",
        "http://host:99999",
        "http://host/v1?key=hunter2",
        "http://me:hunter2@host/v1",
        "http://ho st/hunter2",
        "http://host/\r\nX: hunter2",
        "http://[::1",
        "http://hunter2..b/v1",
        f"http://{'hunter2' * 10}/v1",
    ],
)
def test_an_address_that_cannot_be_used_is_told_without_what_it_may_hide(url: str) -> None:
    with pytest.raises(SettingsError, match="writer_url") as told:
        Settings(writer_url=url, writer_model="m")
    assert "hunter2" not in str(told.value)


def test_a_writer_needs_a_model() -> None:
    with pytest.raises(SettingsError, match="RAG_WRITER_MODEL"):
        Settings(writer_url="http://127.0.0.1:1")


@pytest.mark.parametrize("half", [{"writer_model": "m"}, {"writer_key": "k"}])
def test_half_a_writer_is_told_and_not_passed_over(half: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SettingsError, match="is set without RAG_WRITER_URL"):
        Settings(**half)
    assert Settings(writer_url=None, **half).writer_url is None  # as a program says that nothing is to be sent
    monkeypatch.setenv("RAG_WRITER_URL", "")  # as a shell does
    assert Settings(**half).writer_url is None


@pytest.mark.parametrize("seconds", [-1, 61, float("nan"), "soon"])
def test_a_rewrite_takes_seconds_and_not_for_ever(seconds: object) -> None:
    assert Settings().writer_rewrite == 4
    assert Settings(writer_rewrite=0).writer_rewrite == 0
    with pytest.raises(SettingsError, match="writer_rewrite"):
        Settings(writer_rewrite=seconds)


@pytest.mark.parametrize("key", ["hunter2", "hunter2\nX-Evil: 1", 2_718_281, "hünter2"])
def test_the_key_is_never_shown(key: object, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = []
    try:
        settings = Settings(writer_url="http://127.0.0.1:1", writer_model="m", writer_key=key)
        shown += [repr(settings), str(settings.model_dump()), settings.model_dump_json()]
    except SettingsError as error:
        shown.append(str(error))
    if isinstance(key, str) and "\n" not in key:
        monkeypatch.setenv("RAG_WRITER_KEY", key)
        with pytest.raises(SettingsError) as told:
            Settings(refusal="sometimes")
        shown.append(str(told.value))
    assert all(str(key) not in text and "unter2" not in text for text in shown)


@pytest.mark.parametrize("given", ["~/lib", Path("~/lib")])
def test_a_library_may_lie_in_the_users_own_folder(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, given: str | Path
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    assert Settings(library=given).library == path_of("~/lib") == tmp_path / "lib"
    for name in ("~lib", "lib/~/lib"):  # the name of a file, as it may be
        assert Settings(library=name).library == path_of(name) == Path(name)


@pytest.mark.parametrize("empty", ["", "  "])
def test_an_empty_library_is_not_the_current_folder(monkeypatch: pytest.MonkeyPatch, empty: str) -> None:
    monkeypatch.setenv("RAG_LIBRARY", empty)
    with pytest.raises(SettingsError, match=r"'library' is .*an empty name; name a folder"):
        Settings()
