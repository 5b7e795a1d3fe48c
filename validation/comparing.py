"""Whether ``compare`` says what was planted.

Pairs of simulated models (:func:`simulate_planted_pair`; 4 perturbations of 30 individuals, 24 snips each). ``batch``:
the second model's gain is early, in lmx1b, owed to a batch, and not there when lmx1b was held out. ``real``: its gain is
lmx1b's own at all times. ``none``: the models are equally good. Sizes, seeds and criteria were fixed before the study
was run; the seeds are the first ones.

Recorded in ``validation/results/comparing_pairs.csv``, summed up in ``comparing.csv``; a pair that is there is not
computed again.
"""

from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd
from threadpoolctl import threadpool_limits

from morphsweep.io import write_sweep_folder
from morphsweep.records import SweepConfig
from morphsweep.selection import Comparison, compare_pairs
from morphsweep.simulation import PLANTED_PERTURBATION, PLANTED_TURN, simulate_planted_pair
from morphsweep.simulation.planted_pair import Kind
from morphsweep.sweep import compare_models
from morphsweep.sweep.model_predictions import Ground, ModelPredictions, embedding_predictions

RESULTS = Path(__file__).parent / "results"
SIZES: dict[Kind, int] = {"batch": 50, "real": 50, "none": 100}
FIRST, SECOND = "model 0", "model 1"


def compared(kind: Kind, seed: int) -> Comparison:
    """The comparison of one simulated pair."""
    pair = simulate_planted_pair(kind, seed=seed)
    with TemporaryDirectory() as folder:
        where = write_sweep_folder(
            Path(folder) / "sweep",
            manifest=pair.manifest,
            embeddings=pair.embeddings,
            truth=pair.truth,
            config=pair.sweep_file,
            manifest_name=pair.manifest_name,
        ).parent
        paths = [where / name for name in pair.embeddings]
        ground = Ground.of_embedding(paths[0], SweepConfig(held_out=pair.held_out))
        models: list[ModelPredictions] = []
        for label, own in ((FIRST, paths[:2]), (SECOND, paths[2:])):
            runs: dict[tuple[str, str], pd.DataFrame] = {}
            for regime, path in zip(("all", "hld"), own, strict=True):
                found = embedding_predictions(path, label, ground.named(regime))
                runs.update(found.runs)
            models.append(ModelPredictions(label, runs))
    setting, counts = compare_models(models[0], models[1], ground)
    return compare_pairs({(FIRST, SECOND): (setting, "all")}, pd.DataFrame(counts))


def row(kind: Kind, seed: int) -> dict[str, object]:
    """What was said of the second model's gain."""
    made = compared(kind, seed)
    claims = made.claims[made.claims["winner"] == SECOND].set_index("name")
    own = made.gains[
        (made.gains["winner"] == SECOND) & (made.gains["perturbation"] == PLANTED_PERTURBATION)
    ].iloc[0]
    said = {
        name: str(claims.loc[[name], "holds"].iloc[0]) if name in claims.index else ""
        for name in ("confined", "held_out", "unseen_batches", "others_worse", "verdict")
    }
    any_gain = made.gains["real"].groupby(made.gains["winner"]).any()
    return {
        "kind": kind,
        "seed": seed,
        "gain_first": bool(any_gain[FIRST]),
        "gain_second": bool(any_gain[SECOND]),
        "planted_found": bool(own["real"]),
        "turn": own["turn"],
        "turn_low": own["turn_low"],
        "turn_high": own["turn_high"],
        **said,
    }


def recorded() -> pd.DataFrame:
    """All pairs; those recorded already are read back."""
    path = RESULTS / "comparing_pairs.csv"
    table = pd.read_csv(path, keep_default_na=False) if path.is_file() else pd.DataFrame()
    known = set(zip(table["kind"], table["seed"], strict=True)) if len(table) else set()
    for kind, size in SIZES.items():
        missing = [seed for seed in range(size) if (kind, seed) not in known]
        for start in range(0, len(missing), 10):
            rows = pd.DataFrame([row(kind, seed) for seed in missing[start : start + 10]])
            table = pd.concat([table, rows], ignore_index=True)
            table.to_csv(path, index=False, float_format="%.6g")
    return pd.read_csv(path, keep_default_na=False)


def run() -> pd.DataFrame:
    """The study at full size, and how often each sentence was right."""
    with threadpool_limits(1):
        table = recorded()
    batch, real, none = (table[table["kind"] == kind] for kind in SIZES)
    found = batch[batch["planted_found"].astype(str) == "True"]
    kept = real[real["planted_found"].astype(str) == "True"]
    early = pd.to_numeric(found["turn"], errors="coerce") <= PLANTED_TURN + 1.2
    reach = pd.to_numeric(found["turn_high"], errors="coerce") >= PLANTED_TURN - 1.2
    rows = [
        ("gain owed to a batch: found", len(batch), len(found) / len(batch)),
        ("... said to end at the planted time or before (one bin)", len(found), early.mean()),
        ("... interval of the end reaches the planted time (one bin)", len(found), reach.mean()),
        ("... said to be not kept when held out", len(found), (found["held_out"] == "False").mean()),
        ("... said to be no property of the perturbation", len(found), (found["verdict"] == "False").mean()),
        ("... said to be the perturbation's own (wrong)", len(found), (found["verdict"] == "True").mean()),
        ("... in all others said to be worse", len(found), (found["others_worse"] == "True").mean()),
        ("real gain: found", len(real), len(kept) / len(real)),
        ("... said to be kept wherever it was tested", len(kept), (kept["verdict"] == "True").mean()),
        ("... said to be no property of the perturbation (wrong)", len(kept), (kept["verdict"] == "False").mean()),
        ("no gain: the first is said to gain (wrong)", len(none), _yes(none["gain_first"])),
        ("no gain: the second is said to gain (wrong)", len(none), _yes(none["gain_second"])),
    ]  # fmt: skip
    summary = pd.DataFrame(rows, columns=["study", "n", "share"])
    summary.to_csv(RESULTS / "comparing.csv", index=False, float_format="%.4g")
    return summary


def _yes(column: "pd.Series[bool]") -> float:
    return float((column.astype(str) == "True").mean())
