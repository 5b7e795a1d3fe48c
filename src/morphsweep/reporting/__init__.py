"""Pages and pictures of an evaluated sweep: prepared numbers, one self-contained report, figures for print."""

from morphsweep.reporting.figures import write_figures
from morphsweep.reporting.page import write_report

__all__ = ["write_figures", "write_report"]
