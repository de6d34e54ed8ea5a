"""The HTML report needs nothing else, shows every text as text, and its plots say what the rows say."""

from __future__ import annotations

import base64
import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from eval.page import page
from eval.plots import plots, recall_at_k, risk_coverage
from eval.questions import Question
from eval.report import Report
from eval.scoring import Row, score
from rag import Answer, Article, Citation, Hit, Passage

pytest.importorskip("matplotlib", reason="the extra `eval` brings it")

EVIL = Article("e", "<b>Title</b>", "<script>alert(1)</script> مرحبا \x07 & more.")
ASKED = Question("q<1>", "<img src=x onerror=alert(2)>?", True, ("tea",), {"e": 1})
WRONG = Answer(
    "?",
    "?",
    EVIL.text + " [1]",
    None,
    False,
    0.7,
    (Citation(1, EVIL, 0, len(EVIL.text)),),
    (Hit(Passage(EVIL, 0, len(EVIL.text)), 0.5),),
    {"encode": 1.0, "total": 3.0},
)


def a_row(confidence: float, right: bool, *, refused: bool = False, found: int | None = None) -> Row:
    row = score(ASKED, replace(WRONG, confidence=confidence, refused=refused), (), {})
    scores = {**row.scores, "right": float(right), "wrong": float(not right and not refused), "confidence": confidence}
    return replace(row, scores=scores, found=() if found is None else (found,), passage=found)


def a_report(*rows: Row) -> Report:
    return Report("a <name>", rows, len(rows), 1, 0, 0, {"library": "</p>"})


class Tags(HTMLParser):
    """Collects the tags of a page, as a browser would see them, with their attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep one tag."""
        self.seen.append((tag, dict(attrs)))


def test_the_page_is_inert_and_alone() -> None:
    text = page([a_report(score(ASKED, WRONG, WRONG.hits, {"e": EVIL}))])
    tags = Tags()
    tags.feed(text)
    assert not {"script", "link", "iframe"} & {tag for tag, _ in tags.seen}
    images = [attributes for tag, attributes in tags.seen if tag == "img"]
    assert len(images) == 4
    assert all((image["src"] or "").startswith("data:image/svg+xml;base64,") for image in images)
    assert not any(name.startswith("on") for _, attributes in tags.seen for name in attributes)
    assert "http://" not in re.sub(r'src="data:[^"]*"', "", text) and "\x07" not in text
    for shown in ("&lt;script&gt;alert(1)", "مرحبا", "&lt;img src=x", "&lt;b&gt;Title", "a &lt;name&gt;"):
        assert shown in text
    assert "Wrong answers (1)" in text


def test_a_refused_answerable_question_is_listed() -> None:
    text = page([a_report(a_row(0.1, False, refused=True))])
    assert "Wrong answers (0)" in text and "Refused, though the articles answer (1)" in text


def test_plots_are_whole_svg_and_repeat() -> None:
    report = a_report(a_row(0.9, True, found=1), a_row(0.4, False))
    drawn = plots(report)
    assert drawn == plots(report)
    for said, svg in drawn:
        assert said.endswith(".")
        assert ET.fromstring(svg).tag.endswith("svg")
        assert base64.b64encode(svg.encode())


def test_plots_of_a_run_with_nothing_to_plot() -> None:
    bare = score(replace(ASKED, answers=(), relevant={}), replace(WRONG, refused=True, timings={}), (), {})
    assert len(plots(a_report(bare))) == 4


def test_recall_at_k_by_hand() -> None:
    rows = [a_row(0.9, True, found=1), a_row(0.9, True, found=3), a_row(0.9, True)]
    assert recall_at_k(rows, 1) == (1 / 3, 1 / 3)
    assert recall_at_k(rows, 3) == (2 / 3, 2 / 3)


def test_risk_coverage_by_hand() -> None:
    rows = [a_row(0.9, True), a_row(0.8, False), a_row(0.8, True), a_row(0.5, False), a_row(0.1, False, refused=True)]
    assert risk_coverage(rows) == ((1 / 5, 0.0), (3 / 5, 1 / 3), (4 / 5, 2 / 4))
    assert risk_coverage([]) == ()
