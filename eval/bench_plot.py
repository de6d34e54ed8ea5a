"""The ratios of a bench as a picture: how each figure stands to what was measured beside it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from eval.measuring import Measured
from eval.plots import require_plots
from rag import RagError

_ROW, _WIDTH = 0.38, 10.0
"""Inches."""


def check_plot(file: Path) -> None:
    """Make sure, before anything is measured, that a picture can be drawn into ``file``.

    Raises:
        RagError: matplotlib is not installed, or it knows no such suffix, or there is no such folder.
    """
    require_plots()
    from matplotlib.backend_bases import FigureCanvasBase

    if file.suffix.lower().lstrip(".") not in FigureCanvasBase.get_supported_filetypes() or not file.parent.is_dir():
        raise _unwritable(file, "no such format or folder")


def plot_ratios(figures: Sequence[Measured], file: Path) -> None:
    """Draw a bar for each figure that has a ratio, on a logarithmic scale round 1, where both are the same.

    Args:
        figures: as they were measured.
        file: written in the format of its suffix, ``.svg``, ``.png`` or ``.pdf``.

    Raises:
        RagError: matplotlib is not installed, no figure has a ratio, or the file cannot be written.
    """
    check_plot(file)
    from matplotlib.figure import Figure as Picture

    drawn = [figure for figure in figures if figure.ratio][::-1]
    if not drawn:
        raise RagError("no figure has a ratio to be drawn: measure cold, question or index")
    picture = Picture(figsize=(_WIDTH, 1.2 + _ROW * len(drawn)), layout="constrained")
    axes = picture.add_subplot()
    ratios = [figure.ratio or 1.0 for figure in drawn]
    bars = axes.barh([_label(figure) for figure in drawn], [ratio - 1 for ratio in ratios], left=1, color="#3b6ea5")
    axes.bar_label(bars, [f"{ratio:g}" for ratio in ratios], padding=4)
    axes.axvline(1, color="black", linewidth=1)
    axes.set_xscale("log")
    axes.set_xlim(min(0.5, *ratios) / 2, max(2.0, *ratios) * 2)
    axes.set_xlabel("ratio to what was measured beside it")
    try:
        picture.savefig(file)
    except (OSError, ValueError) as error:
        raise _unwritable(file, error) from error


def _unwritable(file: Path, why: object) -> RagError:
    return RagError(f"plot {file} cannot be written ({why}): name an .svg, .png or .pdf in a folder that is there")


def _label(figure: Measured) -> str:
    return f"{figure.name}\nof {figure.baseline_name}"
