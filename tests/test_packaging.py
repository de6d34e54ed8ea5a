"""A wheel holds all that an answer needs: seeds, model rules, questions, and the assets of the chat."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SEED = "000_64c996cb4da11ce3.txt"
SEED_SHA256 = "eb7ea15664b79995551193d1cc61bfb700790414581a2c6266f83161d7d12a02"


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    source = tmp_path_factory.mktemp("source")
    tracked = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for name in tracked.split("\0"):
        if name and (ROOT / name).is_file():
            (source / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, source / name)
    target = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(target), str(source)],
        check=True,
        capture_output=True,
    )
    (wheel,) = target.glob("footnote_rag-*.whl")
    return wheel


def test_the_seed_is_byte_for_byte() -> None:
    assert hashlib.sha256((ROOT / "seeds" / SEED).read_bytes()).hexdigest() == SEED_SHA256


@pytest.mark.slow
def test_the_wheel_holds_what_it_needs(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
        assert hashlib.sha256(archive.read(f"rag/seeds/{SEED}")).hexdigest() == SEED_SHA256
    for file in (*ROOT.glob("rag/**/*"), *ROOT.glob("ui/**/*"), *ROOT.glob("eval/**/*")):
        if file.is_file() and "__pycache__" not in file.parts:
            assert str(file.relative_to(ROOT)) in names, f"{file} is not in the wheel"
    assert not any(name.startswith(("tests/", "docs/")) for name in names)


@pytest.mark.slow
def test_the_wheel_in_an_empty_environment_answers_a_seed_question(wheel: Path, tmp_path: Path) -> None:
    """The packages that Footnote depends on are lent by this environment; Footnote itself is only the wheel's."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(tmp_path / "venv")], check=True)
    python = tmp_path / "venv" / "bin" / "python"
    packages = tmp_path / "venv" / "lib" / f"python{sys.version_info.major}.{sys.version_info.minor}" / "site-packages"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(packages)
    lent = next(path for path in sys.path if path.endswith("site-packages"))
    script = f"""
import sys
sys.path.append({lent!r})
sys.meta_path = [finder for finder in sys.meta_path if "editable" not in str(finder)]
import rag
assert rag.__file__.startswith({str(packages)!r}), rag.__file__
answer = rag.ask("How many Syrian refugees have arrived in the Perm region since February?")
import json
print(json.dumps(answer.to_dict()))
"""
    environment = {**os.environ, "XDG_DATA_HOME": str(tmp_path / "data"), "HOME": str(tmp_path)}
    result = subprocess.run(
        [python, "-c", script], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr
    assert "150 refugees" in json.loads(result.stdout)["text"]
