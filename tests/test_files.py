"""Files are replaced whole, or stay as they are."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from rag.files import absolute, read_json, replacing, write_json


def test_a_file_is_on_the_disk_before_it_takes_the_place_of_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "all.txt"
    file.write_text("old", encoding="utf-8")
    fsync, kept = os.fsync, list[tuple[str, str]]()

    def watched(handle: int) -> None:
        fsync(handle)
        beside = [path.read_text(encoding="utf-8") for path in tmp_path.iterdir() if path != file]
        kept.append(("".join(beside), file.read_text(encoding="utf-8")))

    monkeypatch.setattr(os, "fsync", watched)
    with replacing(file) as stream:
        stream.write("new")
    assert kept[0] == ("new", "old")
    write_json(file, "newest")
    assert ('"newest"', "new") in kept
    assert file.read_text(encoding="utf-8") == '"newest"'


@pytest.mark.parametrize("any_case", [True, False])
def test_a_file_has_the_name_that_its_folder_lists(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, any_case: bool
) -> None:
    """Where "articles" is "Articles", as it mostly is on macOS and Windows; elsewhere it is something else."""
    file, typed = tmp_path / "Articles" / "Ærø.txt", tmp_path / "articles" / "ÆRØ.TXT"
    file.parent.mkdir()
    file.touch()
    monkeypatch.setattr("rag.files._IN_ANY_CASE", True)
    if any_case:
        monkeypatch.setattr(Path, "samefile", lambda one, other: str(one).casefold() == str(other).casefold())
    assert str(absolute(typed)) == str(file if any_case or typed.exists() else typed)
    assert str(absolute(file)) == str(file)
    gone = tmp_path / "gone" / "a.txt"
    assert str(absolute(gone)) == str(gone)


def test_of_two_who_write_a_file_at_once_each_leaves_it_whole(tmp_path: Path) -> None:
    """Of the same process id, as two containers that share a folder may be."""
    file = tmp_path / "all.txt"
    with replacing(file) as one:
        one.write("the one")
        with replacing(file) as other:
            other.write("the other")
        assert file.read_text(encoding="utf-8") == "the other"
    assert file.read_text(encoding="utf-8") == "the one"
    assert list(tmp_path.iterdir()) == [file]


def test_a_file_that_is_read_just_now_is_replaced_a_moment_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on Windows, which lets nobody replace it meanwhile."""
    file, replace, held = tmp_path / "all.json", Path.replace, [True, True]

    def refusing(draft: Path, target: Path) -> Path:
        if held and held.pop():
            raise PermissionError(13, "it is open elsewhere")
        return replace(draft, target)

    monkeypatch.setattr(Path, "replace", refusing)
    monkeypatch.setattr("rag.files._TRIES", 3)
    write_json(file, "new")
    held[:] = [True, True, True]
    with pytest.raises(PermissionError):
        write_json(file, "newer")
    assert read_json(file) == "new"


def test_a_file_stays_where_not_all_could_be_written(tmp_path: Path) -> None:
    file = tmp_path / "all.txt"
    file.write_text("old", encoding="utf-8")
    with pytest.raises(ValueError, match="no more"), replacing(file) as stream:
        stream.write("new")
        raise ValueError("no more")
    assert [path.read_text(encoding="utf-8") for path in tmp_path.iterdir()] == ["old"]


@pytest.mark.skipif(not Path("/dev/fd").is_dir(), reason="no names for open pipes here")
def test_what_is_no_regular_file_is_written_to_itself() -> None:
    read, write = os.pipe()
    with os.fdopen(read, encoding="utf-8") as reading:
        with replacing(Path(f"/dev/fd/{write}")) as stream:
            stream.write("all")
        os.close(write)
        assert reading.read() == "all"
