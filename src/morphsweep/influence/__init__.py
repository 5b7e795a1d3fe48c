"""Which hyper-parameter moves which metric: pure functions of settings and scores."""

from morphsweep.influence.chance import against_chance
from morphsweep.influence.claim import Claim, read_claim
from morphsweep.influence.design import Design, make_design
from morphsweep.influence.drive import FAILED, drive
from morphsweep.influence.evidence import Evidence
from morphsweep.influence.failing import wilson
from morphsweep.influence.forest import explain, forest_importance, group_folds
from morphsweep.influence.grades import BEYOND, JUDGED, single_words
from morphsweep.influence.knob import Knob
from morphsweep.influence.landing import LANDS, landing
from morphsweep.influence.outcome import Driver, Effort, Outcome
from morphsweep.influence.record import Drivers, plain_rows
from morphsweep.influence.relations import kinds
from morphsweep.influence.tested import tested
from morphsweep.influence.trade import Roles, TradeOffs, trade_offs
from morphsweep.influence.verdict import Ledger, Verdict
from morphsweep.influence.weighing import weigh

__all__ = [
    "BEYOND",
    "FAILED",
    "JUDGED",
    "LANDS",
    "Claim",
    "Design",
    "Driver",
    "Drivers",
    "Effort",
    "Evidence",
    "Knob",
    "Ledger",
    "Outcome",
    "Roles",
    "TradeOffs",
    "Verdict",
    "against_chance",
    "drive",
    "explain",
    "forest_importance",
    "group_folds",
    "kinds",
    "landing",
    "make_design",
    "plain_rows",
    "read_claim",
    "single_words",
    "tested",
    "trade_offs",
    "weigh",
    "wilson",
]
