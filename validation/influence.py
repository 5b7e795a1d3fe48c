"""Whether importances are stable, inert hyper-parameters are named, and intervals and false alarms are what they say.

``stability``: 20 seeds on three public tables of other people's searches. Between any two seeds the importances of a
metric should correlate at 0.95 or more, hyper-parameters that act in every seed should keep their order up to ties within
0.02, and a hyper-parameter that cannot act should be named inert in at least 18 of 20. Known not to act: the number of the
search (``run``), added to the first table; the hyper-parameters of losses that a model does not use, in the third.

``planted``: 200 simulated sweeps (3 x 2 x 3 settings, 2 replicates; beta moves 60 % of the variance of the score, flag 20 %,
margin nothing, replicates 20 %) and 200 of noise only. Recorded: shares with 95 % intervals, and what is named as acting.

Sizes, seeds and criteria were fixed before the first run; ``docs/drivers.md`` names what was settled after it. Recorded in ``validation/results/influence_*.csv``; what is
there is not computed again.
"""

from collections.abc import Callable, Iterator
from functools import partial
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

from morphsweep.influence import Effort, make_design
from morphsweep.influence.outcome import judge
from morphsweep.records import FloatArray

RESULTS = Path(__file__).parent / "results"
DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
SEEDS, PLANTED = 20, 200

UNUSED = {
    "hp_betaH_B": "hp_loss != 'betaH'",
    "hp_betaB_G": "hp_loss != 'betaB'",
    "hp_betaB_finC": "hp_loss != 'betaB'",
    "hp_btcvae_A": "hp_loss != 'btcvae'",
    "hp_btcvae_B": "hp_loss != 'btcvae'",
    "hp_factor_G": "hp_loss != 'factor'",
    "hp_lr_disc": "hp_loss != 'factor'",
}

Case = tuple[str, pd.DataFrame, dict[str, FloatArray], dict[str, str]]


def cases() -> Iterator[Case]:
    """Name, settings, scores and rule of each table."""
    mnist = pd.read_csv(DATA / "hpo_deepcave_mnist_digits" / "mnist_pytorch.csv").query("budget == 8")
    good = (mnist["status"] == 1).to_numpy()
    scores = {
        name: np.where(good, mnist[name], np.nan)
        for name in ("metric_accuracy", "metric_loss", "metric_time")
    }
    yield "mnist", _settings(mnist, "run"), scores | {"failed": 1.0 - good}, {}
    digits = pd.read_csv(DATA / "hpo_deepcave_mnist_digits" / "digits_sklearn.csv").query("budget == 100")
    yield (
        "digits",
        _settings(digits, "run"),
        {n: digits[n].to_numpy() for n in ("metric_accuracy", "metric_time")},
        {},
    )
    vae = pd.read_csv(DATA / "hpo_disentangling_vae" / "models.csv")
    losses = {name: vae[name].to_numpy() for name in ("test_losses.recon_loss", "test_losses.kl_loss")}
    yield "vae", _settings(vae, "dataset"), losses, UNUSED
    yield "vae_untold", _settings(vae, "dataset"), losses, {}


def stability_rows(case: Case, seed: int) -> list[dict[str, object]]:
    """Importances of every metric of a table with one seed."""
    name, settings, scores, rule = case
    rows: list[dict[str, object]] = []
    design = make_design(settings, groups=range(len(settings)), inactive=rule)
    for metric, values in scores.items():
        has = np.isfinite(values)
        told = judge(design.take(has), values[has], Effort(seed=seed, permutations=39)).table
        rows += _rows(told.assign(seed=seed, table=name, metric=metric))
    return rows


def planted_rows(seed: int) -> list[dict[str, object]]:
    """One sweep with known drivers and one without any."""
    rng = np.random.default_rng(seed)
    grid = [(b, f, m) for b in (0.1, 1.0, 10.0) for f in ("no", "yes") for m in (1, 2, 3) for _ in range(2)]
    table = pd.DataFrame(grid, columns=["beta", "flag", "margin"])
    signal = np.sqrt(0.6 * 1.5) * np.log10(table["beta"]) + np.sqrt(0.2) * np.where(
        table["flag"] == "yes", 1.0, -1.0
    )
    noise = rng.normal(size=len(table))
    rows: list[dict[str, object]] = []
    for kind, score in (("planted", signal.to_numpy() + np.sqrt(0.2) * noise), ("noise", noise)):
        told = judge(make_design(table), score, Effort(seed=seed, permutations=39)).table
        rows += _rows(told.assign(seed=seed, kind=kind))
    return rows


_NOT_BEYOND = ["inert", "alone"]  # a single comparison at 5 % speaks of 5 % of what does nothing


def stability_summary(rows: pd.DataFrame) -> pd.DataFrame:
    """Per table and metric: least correlation between seeds, order of those that act, how often each is named inert."""
    found = []
    for (table, metric), part in rows.groupby(["table", "metric"], sort=False):
        wide = (
            part
            .pivot(index="hyperparameter", columns="seed", values="importance")
            .dropna(how="all")
            .fillna(0.0)
        )
        least = float(np.corrcoef(wide.T)[np.triu_indices(wide.shape[1], 1)].min())
        verdicts = part.pivot(index="hyperparameter", columns="seed", values="verdict")
        acting = verdicts.index[(verdicts == "acts").all(axis=1)]
        inert = verdicts.isin(_NOT_BEYOND).sum(axis=1)
        found.append({
            "table": table,
            "metric": metric,
            "least_pearson": round(least, 4),
            "acts_in_all": len(acting),
            "order_changes": _order_changes(wide.loc[acting]),
            "inert_of_20": "; ".join(f"{name} {count}" for name, count in inert.items() if count),
        })
    return pd.DataFrame(found)


def planted_summary(rows: pd.DataFrame) -> pd.DataFrame:
    """Coverage of the intervals and how often each hyper-parameter is named as acting."""
    truth = {"beta": 0.6, "flag": 0.2, "margin": 0.0}
    found = []
    for (kind, name), part in rows.groupby(["kind", "hyperparameter"], sort=False):
        share = truth[str(name)] if kind == "planted" else 0.0
        holds = ((part["low"] <= share) & (share <= part["high"])).mean()
        named = {
            verdict: float(part["verdict"].isin(these).mean())
            for verdict, these in (("acts", ["acts"]), ("unsure", ["unsure"]), ("inert", _NOT_BEYOND))
        }
        numbers = {"share": share, "mean": part["share"].mean(), "covered": holds, **named}
        found.append({"kind": kind, "hyperparameter": name, "sweeps": len(part), **numbers})
    noise = rows[rows["kind"] == "noise"]
    any_named = {
        name: noise.loc[noise["verdict"] == name, "seed"].nunique() / noise["seed"].nunique()
        for name in ("acts", "unsure")
    }
    found.append({
        "kind": "noise",
        "hyperparameter": "any of the three",
        "sweeps": noise["seed"].nunique(),
        **any_named,
    })
    return pd.DataFrame(found).round(3)


def run() -> pd.DataFrame:
    """Compute what is not recorded yet and summarise."""
    with threadpool_limits(1):
        parts = [
            _recorded(f"influence_stability_{case[0]}", partial(stability_rows, case), SEEDS)
            for case in cases()
        ]
        planted = _recorded("influence_planted", planted_rows, PLANTED)
    summaries = [stability_summary(pd.concat(parts, ignore_index=True)), planted_summary(planted)]
    for name, frame in zip(("stability", "planted"), summaries, strict=True):
        frame.to_csv(RESULTS / f"influence_{name}_summary.csv", index=False)
    return pd.concat(summaries, ignore_index=True)


def _rows(table: pd.DataFrame) -> list[dict[str, object]]:
    return [{str(key): value for key, value in row.items()} for row in table.to_dict("records")]


def _settings(table: pd.DataFrame, *also: str) -> pd.DataFrame:
    return table[[name for name in map(str, table) if name.startswith("hp_")] + list(also)].reset_index(
        drop=True
    )


def _order_changes(shares: pd.DataFrame) -> int:
    """Pairs of hyper-parameters that change places between two seeds by more than 0.02."""
    gaps = (shares.loc[a] - shares.loc[b] for a, b in combinations(shares.index, 2))
    return sum(bool((gap.max() > 0.02) and (gap.min() < -0.02)) for gap in gaps)


def _recorded(name: str, compute: Callable[[int], list[dict[str, object]]], n: int) -> pd.DataFrame:
    path = RESULTS / f"{name}.csv"
    done = pd.read_csv(path) if path.is_file() else pd.DataFrame({"seed": []})
    for seed in range(n):
        if seed not in set(done["seed"]):
            done = (
                pd.concat([done, pd.DataFrame(compute(seed))], ignore_index=True)
                if len(done)
                else pd.DataFrame(compute(seed))
            )
            done.to_csv(path, index=False, float_format="%.6g")
    return done


if __name__ == "__main__":
    print(run().to_string(index=False))
