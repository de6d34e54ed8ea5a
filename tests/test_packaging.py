"""A wheel holds all that an answer needs: seeds, model rules, questions, the assets of the chat; and no network."""

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


GUARD = """
import atexit, sys

def refuse(event, arguments):
    if event in ("socket.connect", "socket.sendto", "socket.getaddrinfo", "socket.gethostbyname"):
        host = arguments[0] if event.startswith("socket.get") else arguments[1]
        host = host[0] if isinstance(host, tuple) else host
        if host not in ("127.0.0.1", "::1", "localhost", None, ""):
            print("network:", event, host, file=sys.stderr)
            raise OSError(f"network refused: {event} {host}")

sys.addaudithook(refuse)

def tell():
    writers = [name for name in WRITERS if name in sys.modules]
    print("of the writer:", writers, "from", sys.modules["rag"].__file__, file=sys.stderr)

atexit.register(tell)
WRITERS = ("rag.writer", "rag.written", "rag.prompt", "rag.rewriting", "rag.support")
sys.path.append(LENT)
"""


@pytest.fixture
def installed(wheel: Path, tmp_path: Path) -> Path:
    """The Python of an environment with the wheel alone: the packages that Footnote depends on are lent by this one."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(tmp_path / "venv")], check=True)
    (packages,) = (tmp_path / "venv" / "lib").glob("python*/site-packages")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(packages)
    lent = next(path for path in sys.path if path.endswith("site-packages"))
    (tmp_path / "guard").mkdir()
    (tmp_path / "guard" / "sitecustomize.py").write_text(f"LENT = {lent!r}\n{GUARD}", encoding="utf-8")
    return tmp_path / "venv" / "bin" / "python"


@pytest.mark.slow
def test_the_wheels_first_question_builds_the_seeds_and_needs_no_network(installed: Path, tmp_path: Path) -> None:
    """From nothing to an answer with every socket but loopback closed and a fresh data directory; then from Python."""
    environment = {
        **{name: value for name, value in os.environ.items() if name != "HF_HUB_OFFLINE"},
        "PYTHONPATH": str(tmp_path / "guard"),
        "HOME": str(tmp_path / "home"),
        "XDG_DATA_HOME": str(tmp_path / "data"),
        "XDG_CACHE_HOME": str(tmp_path / "cache"),
    }
    question = "How many Syrian refugees have arrived in the Perm region since February?"
    in_python = f"import rag, json; print(json.dumps(rag.ask({question!r}).to_dict()))"
    for arguments in (["-m", "rag", "ask", question, "--json"], ["-c", in_python]):
        result = subprocess.run(
            [installed, *arguments], env=environment, cwd=tmp_path, capture_output=True, text=True, check=False
        )
        assert result.returncode == 0, result.stderr
        assert "network:" not in result.stderr
        assert f"of the writer: [] from {tmp_path / 'venv'}" in result.stderr
        assert "150 refugees" in json.loads(result.stdout)["text"]
        assert (tmp_path / "data" / "footnote" / "library" / "manifest.json").is_file()
