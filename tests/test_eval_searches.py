"""Ways of searching are compared on the same questions, and the shipped way with itself differs by nothing."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from eval.__main__ import main
from eval.questions import Question
from eval.searches import MEASURES, SHIPPED, WAYS, compare_searches
from rag import Assistant

ASKED = (
    Question("many", "How many refugees have arrived in Perm?", True, ("150",), {}),
    Question("who", "Who will not be prosecuted while president?", True, ("Putin",), {}),
    Question("no", "How deep is the sea?", False, (), {}),
)


def test_each_way_is_measured_against_the_shipped_one(assistant: Assistant) -> None:
    ids = {article.title.split()[0]: article.id for article in assistant.articles()}
    relevant: tuple[dict[str, int], ...] = ({ids["Syrian"]: 1}, {ids["Putin"]: 1}, {})
    done: list[int] = []
    asked = [replace(question, relevant=grades) for question, grades in zip(ASKED, relevant, strict=True)]
    findings = compare_searches(asked, assistant, done.append)
    assert [finding.way for finding in findings] == [way.name for way in WAYS]
    assert done == [1, 2]  # a question without relevant articles tells nothing
    for finding in findings:
        assert finding.questions == 2
        assert tuple(finding.figures) == tuple(finding.change) == MEASURES
        for name, (mean, low, high) in finding.figures.items():
            assert 0 <= low <= mean <= high <= 1
            assert finding.change[name][0] == pytest.approx(mean - findings[0].figures[name][0])
    assert findings[0].way == SHIPPED
    assert set(findings[0].change.values()) == {(0.0, 0.0, 0.0)}
    assert next(f for f in findings if f.way.startswith("a third")).figures == findings[0].figures


def test_nothing_is_found_where_nothing_is_judged(assistant: Assistant) -> None:
    assert compare_searches([ASKED[2]], assistant) == ()


def test_the_table_is_printed_and_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("matplotlib", reason="the extra `eval` brings it")
    monkeypatch.setenv("RAG_READER", "none")
    written, page = tmp_path / "run.json", tmp_path / "run.html"
    assert main(["--searches", "--limit", "4", "--json", str(written), "--html", str(page)]) == 0
    printed = capsys.readouterr().out
    searches = json.loads(written.read_text(encoding="utf-8"))["searches"]
    for finding in searches:
        assert finding["way"] in printed
        assert finding["way"] in page.read_text(encoding="utf-8")
    assert len(searches) == len(WAYS)
