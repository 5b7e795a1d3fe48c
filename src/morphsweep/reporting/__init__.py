"""Pages and pictures of an evaluated sweep: prepared numbers, one self-contained report, figures for print."""

from morphsweep.reporting.compare_figures import write_comparison
from morphsweep.reporting.figures import write_figures
from morphsweep.reporting.page import write_report
from morphsweep.reporting.prepare_document import prepare_document

__all__ = ["prepare_document", "write_comparison", "write_figures", "write_report"]
