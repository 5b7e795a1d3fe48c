"""Pages and pictures of an evaluated sweep: prepared numbers, one self-contained report, figures for print."""

from morphsweep.reporting.bridge import bridge_sentences, write_bridge
from morphsweep.reporting.compare_figures import write_comparison
from morphsweep.reporting.figures import write_figures
from morphsweep.reporting.influence_figures import write_influence_figures
from morphsweep.reporting.notebook import write_notebook
from morphsweep.reporting.page import write_report
from morphsweep.reporting.prepare_document import prepare_document
from morphsweep.reporting.rate import write_rating_page
from morphsweep.reporting.rating import Agreement, judge_ratings

__all__ = [
    "Agreement",
    "bridge_sentences",
    "judge_ratings",
    "prepare_document",
    "write_bridge",
    "write_comparison",
    "write_figures",
    "write_influence_figures",
    "write_notebook",
    "write_rating_page",
    "write_report",
]
