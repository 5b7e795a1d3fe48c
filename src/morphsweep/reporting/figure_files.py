"""One figure as files: SVG, PDF and PNG, and its numbers as CSV."""

import io
import warnings
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_pdf import FigureCanvasPdf
from matplotlib.backends.backend_svg import FigureCanvasSVG

from morphsweep.io.pages import write_bytes_atomic, write_text_atomic
from morphsweep.reporting.figure_glyphs import swaps
from morphsweep.reporting.figure_record import Draw, Record
from morphsweep.reporting.figure_style import STYLE, lay_out

__all__ = ["DPI", "FORMATS", "write_figure"]

FORMATS = ("svg", "pdf", "png")
DPI = 300


def write_figure(
    record: Record,
    draw: Draw,
    folder: Path,
    /,
    *,
    formats: tuple[str, ...] = FORMATS,
    dpi: int = DPI,
    numbers: bool = True,
) -> list[Path]:
    """Draw one figure and write its files.

    Parameters
    ----------
    record : Record
        Its numbers and words.
    draw : callable
        From the record to a figure.
    folder : Path
        For the files.
    formats : tuple of str
        Some of svg, pdf and png.
    dpi : int
        Dots per inch of the PNG, and of what SVG and PDF hold as dots.
    numbers : bool
        Write the CSV.

    Returns
    -------
    list of Path
        The pictures, then the numbers.
    """
    written = []
    with mpl.rc_context(STYLE), warnings.catch_warnings():
        # The font for print lacks some scripts. The SVG keeps the text, and a viewer has the glyphs; pixels and PDF get names.
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        warnings.filterwarnings("ignore", message="constrained_layout not applied")
        figure = draw(record)
        missing = swaps(figure)
        for setter, _, named in missing:
            setter(named)
        lay_out(figure)
        for ending in formats:
            content = io.BytesIO()
            for setter, text, named in missing:
                setter(text if ending == "svg" else named)
            _PRINT[ending](figure, content, dpi)
            written.append(folder / f"{record.name}.{ending}")
            write_bytes_atomic(written[-1], content.getvalue())
    if numbers:
        written.append(folder / f"{record.name}.csv")
        write_text_atomic(written[-1], record.frame.to_csv(index=False))
    return written


def _svg(figure: Any, file: io.BytesIO, dpi: int) -> None:
    canvas: Any = FigureCanvasSVG(figure)  # matplotlib leaves the writers untyped
    figure.set_dpi(dpi)
    canvas.print_svg(file, metadata={"Date": None})


def _pdf(figure: Any, file: io.BytesIO, dpi: int) -> None:
    canvas: Any = FigureCanvasPdf(figure)
    figure.set_dpi(dpi)
    canvas.print_pdf(file, metadata={"CreationDate": None, "Creator": None, "Producer": None})


def _png(figure: Any, file: io.BytesIO, dpi: int) -> None:
    canvas: Any = FigureCanvasAgg(figure)
    figure.set_dpi(dpi)
    canvas.print_png(file, metadata={"Software": None})


_PRINT = {"svg": _svg, "pdf": _pdf, "png": _png}
