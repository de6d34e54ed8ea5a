"""Data flows one way: a module imports only modules that stand above it in the plan."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

PLAN = (
    "errors",
    "visible",
    "files",
    "schema",
    "settings",
    "documents",
    "sentences",
    "dates",
    "authors",
    "decoding",
    "page_dates",
    "markup",
    "records",
    "feeds",
    "formats",
    "loaders",
    "furniture",
    "lines",
    "notices",
    "cleaning",
    "provenance",
    "headlines",
    "articles",
    "passages",
    "arrays",
    "encoder",
    "torch_model",
    "sentence_pooling",
    "torch_encoder",
    "inference",
    "onnx_encoder",
    "onnx_graph",
    "onnx_export",
    "vectors",
    "vector_training",
    "lexical",
    "rows",
    "duplicates",
    "recent",
    "generation_file",
    "store",
    "store_at_hand",
    "draft",
    "manifest",
    "ratings",
    "feedback_file",
    "feedback",
    "library",
    "staging",
    "publishing",
    "progress",
    "memory",
    "indexing",
    "upkeep",
    "verification",
    "exporting",
    "recency",
    "retrieval",
    "cross_encoder",
    "long_questions",
    "reader",
    "countries",
    "units",
    "numerals",
    "evidence",
    "confidence",
    "kinds",
    "names",
    "short_answers",
    "asked_back",
    "pronouns",
    "ellipses",
    "pointing",
    "referents",
    "asking",
    "dialogue",
    "dissent",
    "choice",
    "answer",
    "hedges",
    "overlap",
    "facts",
    "subject",
    "fidelity",
    "alignment",
    "reversal",
    "opposites",
    "disowned",
    "demands",
    "support",
    "control_tokens",
    "prompt",
    "thoughts",
    "remedies",
    "connection",
    "events",
    "writer",
    "wording",
    "rewriting",
    "leaning",
    "written",
    "timing",
    "quoting",
    "opening",
    "assistant",
    "suggestions",
    "__init__",
    "training",
    "cli",
    "__main__",
)
"""The modules of ``rag`` from the ground up; CONTRIBUTING.md says what each is for."""

HEAVY = (
    "torch",
    "transformers",
    "sentence_transformers",
    "onnxruntime",
    "gradio",
    "faiss",
    "numpy",
    "pydantic",
    "httpx",
)


def modules(package: str) -> list[Path]:
    return sorted((ROOT / package).rglob("*.py"))


def imported(file: Path) -> Iterator[str]:
    """Dotted names of everything that a file imports anywhere, also inside functions and for type checking."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            assert node.level == 0, f"{file} uses a relative import"
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def room(file: Path) -> str:
    """The module of ``rag`` that a file is, or the package of ``rag`` that it lies in."""
    return file.relative_to(ROOT / "rag").parts[0].removesuffix(".py")


def test_the_plan_names_every_module_of_rag() -> None:
    assert {room(file) for file in modules("rag")} == set(PLAN)


def told_in_the_table(package: str) -> list[str]:
    """The names in the first column of CONTRIBUTING.md's table of a package, as they stand there."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    (table,) = re.findall(rf"^\| (?:module|file) of `{package}/` .*\n((?:\|.*\n)+)", text, flags=re.MULTILINE)
    cells = [line.split("|")[1] for line in table.splitlines()]
    return [name.removesuffix("/") for cell in cells for name in re.findall(r"`([^`]+)`", cell)]


def test_contributing_names_every_module_in_the_order_of_the_plan() -> None:
    assert told_in_the_table("rag") == list(PLAN)


@pytest.mark.parametrize("package", ["ui", "eval"])
def test_contributing_names_every_file_of_the_rooms_beside_rag(package: str) -> None:
    files = {file.relative_to(ROOT / package).parts[0].removesuffix(".py") for file in modules(package)}
    assert sorted(told_in_the_table(package)) == sorted(files - {"__init__"})


@pytest.mark.parametrize("file", modules("rag"), ids=lambda file: str(file.relative_to(ROOT)))
def test_imports_run_up_the_plan(file: Path) -> None:
    here = PLAN.index(room(file))
    for name in imported(file):
        parts = name.split(".")
        if parts[0] in ("ui", "eval"):
            assert room(file) == "cli", f"{file} imports {name}: only cli starts the rooms beside rag"
        if parts[0] != "rag":
            continue
        target = parts[1] if len(parts) > 1 and parts[1] in PLAN else "__init__"
        if parts == ["rag"]:
            target = "__init__"
        if len(parts) > 1 and parts[1] not in PLAN:
            continue  # a name that the front door exports; "rag" itself was checked
        assert PLAN.index(target) <= here, f"{file} imports {name}, which stands below it"


PAGE = (
    "__init__",
    "text",
    "turn",
    "markers",
    "cards",
    "rating",
    "render",
    "layout",
    "steps",
    "asking",
    "talk",
    "endpoints",
    "gate",
    "calls",
    "server",
    "app",
    "__main__",
)
"""The modules of ``ui`` from the ground up."""


def test_the_plan_of_the_page_names_its_modules_and_imports_run_up_it() -> None:
    assert {file.stem for file in modules("ui")} == set(PAGE)
    for file in modules("ui"):
        for name in imported(file):
            package, _, module = name.partition(".")
            if package == "ui" and module in PAGE:
                assert PAGE.index(module) < PAGE.index(file.stem), f"{file} imports {name}, which stands below it"


MEASURES_THE_INSIDE = ("bench_search.py", "bench_growth.py", "made.py", "with_vector.py")
"""Modules of ``eval`` that make or use parts of a library by themselves: nobody else wants them in the front door."""


@pytest.mark.parametrize("package", ["ui", "eval"])
def test_the_rooms_beside_rag_use_its_front_door_and_never_each_other(package: str) -> None:
    other = {"ui": "eval", "eval": "ui"}[package]
    for file in modules(package):
        for name in imported(file):
            top, _, rest = name.partition(".")
            assert top != other, f"{file} imports {name}"
            if top == "rag" and rest and file.name not in MEASURES_THE_INSIDE:
                import rag

                assert rest in rag.__all__, f"{file} imports {name}, not through the front door"


def test_importing_rag_is_light() -> None:
    code = f"import rag, sys; print([name for name in {HEAVY!r} if name in sys.modules])"
    result = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"


def test_the_front_door_exports_what_it_promises() -> None:
    import rag

    assert rag.__all__ == sorted(rag.__all__)
    for name in rag.__all__:
        assert getattr(rag, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = getattr(rag, "nothing")  # noqa: B009 - a type checker knows better


def test_only_the_command_line_prints() -> None:
    for file in modules("rag"):
        if room(file) in ("cli", "training"):
            continue
        calls = [node for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))) if isinstance(node, ast.Call)]
        assert not any(isinstance(call.func, ast.Name) and call.func.id == "print" for call in calls), file
