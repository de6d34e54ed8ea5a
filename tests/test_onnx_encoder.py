"""The exported encoder: the same vectors as the model's, no torch, checked before it is loaded."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor, wait
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from numpy.typing import NDArray

from rag import Assistant, ModelError, Settings, onnx_export
from rag.encoder import Encoder
from rag.indexing import index
from rag.onnx_encoder import cached, open_exported
from rag.onnx_export import export
from rag.torch_encoder import SentenceTransformerEncoder
from rag.upkeep import stats
from tests.tiny_models import WIDTH, tiny_model

ROOT = Path(__file__).parent.parent
Floats = NDArray[np.float32]
WORDS = ["The", "commissioner", "met", "refugees", "on", "Thursday,", "officials", "said", "there."]


@pytest.fixture(scope="module")
def exported(encoder: Encoder, seed_library: Path) -> Path:
    assert isinstance(encoder, SentenceTransformerEncoder)
    return export(encoder)


@pytest.fixture
def own(encoder: Encoder, exported: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The export in a cache of the test's own: processes share the other, and map its files into memory."""
    monkeypatch.setattr("platformdirs.user_cache_path", lambda *_, **__: tmp_path)
    return Path(shutil.copytree(exported, cached(encoder.fingerprint)))


@pytest.mark.parametrize("count", [1, 2, 5, 17, 60, 180, 260, 900])
def test_vectors_are_the_models_at_every_length(encoder: Encoder, exported: Path, count: int) -> None:
    question = " ".join((WORDS * 100)[:count])
    light = open_exported("default", encoder.fingerprint)
    assert light is not None
    assert float(light.embed_question(question) @ encoder.embed_question(question)) > 0.9999


def test_an_export_that_is_there_is_not_made_again(encoder: Encoder, own: Path) -> None:
    before = (own / "model.onnx").stat().st_mtime_ns
    assert isinstance(encoder, SentenceTransformerEncoder)
    assert export(encoder) == own
    assert (own / "model.onnx").stat().st_mtime_ns == before
    assert [folder.name for folder in own.parent.iterdir()] == [own.name]


def test_what_a_killed_export_left_is_deleted_but_not_one_under_way(encoder: Encoder, own: Path) -> None:
    left, under_way = own.parent / "draft-left", own.parent / "draft-under-way"
    for draft in (left, under_way):
        draft.mkdir()
        (draft / "model.onnx").write_bytes(b"half")
    os.utime(left, (0, 0))
    assert isinstance(encoder, SentenceTransformerEncoder)
    export(encoder)
    assert not left.exists()
    assert under_way.exists()


def test_a_graph_that_cannot_be_opened_is_made_in_the_plain_form(
    encoder: Encoder, exported: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert isinstance(encoder, SentenceTransformerEncoder)
    inputs = json.loads((exported / "export.json").read_text(encoding="utf-8"))["inputs"]
    monkeypatch.setattr(onnx_export, "_graph", lambda *_: (inputs, onnx.load(exported / "model.onnx")))

    def unheard_of(model: onnx.ModelProto) -> int:
        model.graph.node[-1].op_type = "Unheard"
        return 1

    monkeypatch.setattr(onnx_export, "fuse_attention", unheard_of)
    assert onnx_export._write(encoder, tmp_path)["inputs"] == inputs
    graph = onnx.load(tmp_path / "model.onnx", load_external_data=False).graph
    assert "Unheard" not in {node.op_type for node in graph.node}

    def only_unheard_of(plain: onnx.ModelProto) -> list[onnx.ModelProto]:
        unheard_of(plain)
        return [plain]

    monkeypatch.setattr(onnx_export, "_quickest_first", only_unheard_of)
    with pytest.raises(ModelError, match=r"cannot be used by ONNX Runtime .*Unheard"):
        onnx_export._write(encoder, tmp_path)


@pytest.fixture
def empty_cache(exported: Path, models_opened_anew: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A cache that somebody cleared; exporting takes the graph that was made before, which saves half a minute."""
    inputs = json.loads((exported / "export.json").read_text(encoding="utf-8"))["inputs"]
    monkeypatch.setattr(onnx_export, "_graph", lambda *_: (inputs, onnx.load(exported / "model.onnx")))
    monkeypatch.setattr("platformdirs.user_cache_path", lambda *_, **__: tmp_path / "cache")


@pytest.mark.usefixtures("empty_cache")
def test_what_was_lost_with_the_cache_is_exported_again_by_the_first_question(
    encoder: Encoder, seed_library: Path
) -> None:
    told: list[str] = []
    Assistant(Settings(library=seed_library)).open(lambda progress: told.append(progress.stage))
    assert [stage for stage in told if stage.startswith("exporting the encoder")] == told
    assert len(told) == 1
    assert open_exported("default", encoder.fingerprint) is not None
    Assistant(Settings(library=seed_library)).open(lambda progress: told.append(progress.stage))
    assert len(told) == 1


@pytest.mark.usefixtures("empty_cache")
def test_the_reader_is_loaded_beside_the_rest_only_where_nothing_needs_torch(
    seed_library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No package may be imported by two threads at once, and torch's import many."""
    loaded: list[int] = []
    monkeypatch.setattr("rag.opening.open_reader", lambda _: loaded.append(threading.get_ident()))
    Assistant(Settings(library=seed_library)).open()
    assert loaded == [threading.get_ident()]
    Assistant(Settings(library=seed_library)).open()  # the export is there now
    assert len(set(loaded)) == 2


@pytest.mark.usefixtures("empty_cache")
def test_a_model_that_cannot_be_exported_answers_itself_and_is_not_tried_each_time(
    seed_library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried = []

    def fails(*_: object) -> None:
        tried.append(1)
        raise ModelError("the export of encoder 'default' gives other vectors (cosine 0.5)")

    monkeypatch.setattr(onnx_export, "_write", fails)
    for _ in range(2):
        assert Assistant(Settings(library=seed_library, reader="none")).search("refugees in the Perm region")
    assert len(tried) == 1


def shut(cache: Path, monkeypatch: pytest.MonkeyPatch, how: str) -> None:
    """Have a cache that cannot be written, or not even passed, also for whoever may do everything."""
    if how == "a file stands there":
        cache.write_text("", encoding="utf-8")
        return
    read_text = Path.read_text

    def refuse(*_: object, **__: object) -> str:
        raise PermissionError(13, "Permission denied")

    def refuse_inside(path: Path, *given: str | None, **named: str | None) -> str:
        return refuse() if cache in path.parents else read_text(path, *given, **named)

    monkeypatch.setattr("tempfile.mkdtemp", refuse)
    if how == "nobody may pass":
        monkeypatch.setattr(Path, "read_text", refuse_inside)


@pytest.mark.usefixtures("empty_cache")
@pytest.mark.parametrize("how", ["nobody may write", "nobody may pass", "a file stands there"])
def test_where_the_cache_cannot_be_written_indexing_and_asking_go_on_and_tell(
    encoder: Encoder, seed_library: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    shut(tmp_path / "cache", monkeypatch, how)
    (tmp_path / "a.txt").write_text("The ferry sails at noon.", encoding="utf-8")
    report = index(tmp_path / "lib", encoder, [tmp_path / "a.txt"])
    why = (
        r"export of encoder 'default' cannot be kept in .*encoders \((Permission denied|Not a directory|File exists)\)"
    )
    assert report.new == 1
    assert re.search(why, report.note or "")
    told: list[str] = []
    assistant = Assistant(Settings(library=seed_library, reader="none"))
    assistant.open(lambda progress: told.append(progress.stage))
    assert re.search(why, told[-1])
    assert assistant.search("refugees in the Perm region")


@pytest.mark.usefixtures("empty_cache")
def test_what_was_left_of_an_export_without_its_record_is_replaced(encoder: Encoder, seed_library: Path) -> None:
    assert isinstance(encoder, SentenceTransformerEncoder)
    left = cached(encoder.fingerprint)
    left.mkdir(parents=True)
    (left / "model.onnx").write_bytes(b"half")
    assert stats(seed_library).exported is None
    assert export(encoder) == left
    assert stats(seed_library).exported == str(left)
    assert open_exported("default", encoder.fingerprint) is not None
    assert left.stat().st_mode & 0o777 == 0o755  # others may read a cache that several use
    assert [folder.name for folder in left.parent.iterdir()] == [left.name]


@pytest.mark.usefixtures("empty_cache")
def test_of_two_exports_at_once_the_first_is_used(
    encoder: Encoder, exported: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert isinstance(encoder, SentenceTransformerEncoder)
    place, rename = cached(encoder.fingerprint), Path.rename

    def late(draft: Path, target: Path) -> Path:
        shutil.copytree(exported, place)
        return rename(draft, target)

    monkeypatch.setattr(Path, "rename", late)
    assert export(encoder) == place
    assert (place / "export.json").read_bytes() == (exported / "export.json").read_bytes()
    assert [folder.name for folder in place.parent.iterdir()] == [place.name]


@pytest.fixture
def tiny(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SentenceTransformerEncoder:
    """An encoder that is soon exported, to a cache that is empty."""
    monkeypatch.setattr("platformdirs.user_cache_path", lambda *_, **__: tmp_path / "cache")
    return SentenceTransformerEncoder("tiny", str(tiny_model(tmp_path / "tiny")))


def test_nobody_computes_with_a_model_while_it_is_exported(
    tiny: SentenceTransformerEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its weights are taken out of it meanwhile."""
    graph_of, alone = onnx_export.graph_of, tiny.embed_question("When does the ferry sail?")
    asked: list[Future[Floats]] = []

    def meanwhile(*given: Any) -> onnx.ModelProto:
        asked.append(pool.submit(tiny.embed_question, "When does the ferry sail?"))
        assert not wait(asked, timeout=1).done
        return graph_of(*given)

    monkeypatch.setattr(onnx_export, "graph_of", meanwhile)
    with ThreadPoolExecutor(1) as pool:
        export(tiny)
        assert asked[0].result() == pytest.approx(alone)


def test_of_two_threads_that_want_an_export_one_makes_it(
    tiny: SentenceTransformerEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As where the first question comes at the end of the first indexing."""
    graph_of, both = onnx_export.graph_of, threading.Barrier(2)
    made: list[int] = []

    def exporting() -> Path:
        both.wait()
        return export(tiny)

    def counting(*given: Any) -> onnx.ModelProto:
        made.append(threading.get_ident())
        time.sleep(0.5)
        return graph_of(*given)

    monkeypatch.setattr(onnx_export, "graph_of", counting)
    with ThreadPoolExecutor(2) as pool:
        places = [exported.result() for exported in [pool.submit(exporting) for _ in range(2)]]
    assert places == [cached(tiny.fingerprint)] * 2
    assert len(made) == 1
    assert not onnx_export.cannot_be_exported(tiny.fingerprint)


def test_a_model_that_cuts_and_turns_its_vectors_is_exported_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("platformdirs.user_cache_path", lambda *_, **__: tmp_path / "cache")
    folder = tiny_model(tmp_path / "tiny", lambda of: [of.Pooling(WIDTH), of.Dense(WIDTH, WIDTH)], truncate_dim=6)
    encoder = SentenceTransformerEncoder("tiny", str(folder))
    export(encoder)
    light = open_exported("tiny", encoder.fingerprint)
    assert light is not None
    vector = light.embed_question("When does the ferry sail?")
    assert vector.shape == (6,)
    assert float(vector @ encoder.embed_question("When does the ferry sail?")) > 0.9999


@pytest.mark.parametrize("name", ["tokenizer.json", "model.onnx", "model.onnx.data"])
def test_an_altered_export_is_refused(encoder: Encoder, own: Path, name: str) -> None:
    file = own / name
    data = file.read_bytes()
    file.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    with pytest.raises(ModelError, match=f"{name} has SHA-256"):
        open_exported("default", encoder.fingerprint)
    file.unlink()
    with pytest.raises(ModelError, match=f"{name} is missing"):
        open_exported("default", encoder.fingerprint)


def test_the_weights_lie_in_a_file_of_their_own(exported: Path) -> None:
    assert (exported / "model.onnx").stat().st_size < 3_000_000 < (exported / "model.onnx.data").stat().st_size
    assert {file.name for file in exported.iterdir()} == {
        "export.json", "model.onnx", "model.onnx.data", "tokenizer.json",
    }  # fmt: skip


def test_what_was_never_exported_is_none() -> None:
    assert not cached("0" * 64).exists()
    assert open_exported("default", "0" * 64) is None


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
def test_a_forked_child_asks_on(exported: Path, seed_library: Path) -> None:
    """In a process of its own: a child of this one would take its tests with it."""
    code = f"""
import faulthandler, os
from pathlib import Path
from rag import Assistant, Settings
assistant = Assistant(Settings(library=Path({str(seed_library)!r})))
assert assistant.ask("Who met with the refugees?").hits
child = os.fork()
if not child:
    faulthandler.dump_traceback_later(200, exit=True)
    assert assistant.ask("Where will the tribunal sit?").hits
    os._exit(0)
assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
"""
    command = [sys.executable, "-W", "ignore::DeprecationWarning", "-c", code]
    subprocess.run(command, cwd=ROOT, check=True, timeout=280)


def test_asking_imports_no_torch(exported: Path, seed_library: Path) -> None:
    code = f"""
import sys
from pathlib import Path
from rag import Assistant, Settings
answer = Assistant(Settings(library=Path({str(seed_library)!r}))).ask("Who met with the refugees?")
assert answer.hits
print([name for name in ("torch", "transformers", "sentence_transformers") if name in sys.modules])
"""
    result = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"
