"""A tiny evaluated sweep made of seeded numbers: six models, two regimes, four perturbations."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from morphsweep.metrics import METRICS
from morphsweep.records import AVERAGE

PERTURBATIONS = ("wt", "gdf3", "lmx1b", "wnt-i")
N_POINTS = 120


@dataclass
class FakeResults:
    """What the pages read of a results folder."""

    path: Path
    info: dict[str, Any]
    summary: pd.DataFrame
    scores: pd.DataFrame
    models: pd.DataFrame
    runs: pd.DataFrame
    curves: pd.DataFrame
    f1_over_time: pd.DataFrame
    health: pd.DataFrame
    points_sample: pd.DataFrame
    failures: pd.DataFrame
    pairs: pd.DataFrame = field(default_factory=pd.DataFrame)


MakeResults = Callable[..., FakeResults]


@pytest.fixture(scope="session")
def make_results() -> MakeResults:
    """The factory."""
    return _make


@pytest.fixture(scope="session")
def results() -> FakeResults:
    """The usual sweep."""
    return _make()


def _make(
    perturbations: Sequence[str] = PERTURBATIONS,
    regimes: Sequence[str] = ("all", "hld"),
    losses: Sequence[str] = ("NT-Xent", "triplet"),
    name: str = "Growing letters",
    **info: Any,
) -> FakeResults:
    rng = np.random.default_rng(7)
    models = _models(losses)
    scores = _scores(models, perturbations, regimes, rng)
    health = _health(models, perturbations, regimes)
    return FakeResults(
        path=Path("results"),
        info=_info(name, perturbations, regimes) | info,
        summary=_summary(models, scores, regimes),
        scores=scores,
        models=models,
        runs=pd.DataFrame({"model_index": models["model_index"], "regime": regimes[0], "status": "ok"}),
        curves=_curves(models, perturbations, regimes, rng),
        f1_over_time=_over_time(models, perturbations, regimes, rng),
        health=health,
        points_sample=_points(models, perturbations, regimes, rng),
        failures=_failures(perturbations, regimes),
    )


def _models(losses: Sequence[str]) -> pd.DataFrame:
    rows = [(loss, beta) for loss in losses for beta in (0.1, 1.0, 10.0)]
    return pd.DataFrame({
        "model_index": range(len(rows)),
        "configuration": range(len(rows)),
        "replicate": 0,
        "metric_loss_type": [loss for loss, _ in rows],
        "beta": [beta for _, beta in rows],
        "margin": 1.0,
        "seed": "",
        "status": ["ok"] * (len(rows) - 1) + ["partial"],
        "reason": [""] * (len(rows) - 1) + ["curve of 'wnt-i' kept 3 points"],
    })


def _info(name: str, perturbations: Sequence[str], regimes: Sequence[str]) -> dict[str, Any]:
    return {
        "version": "0.1.0",
        "protocol": "default-1",
        "name": name,
        "sweep": "sweep01_00.csv",
        "regimes": list(regimes),
        "perturbations": list(perturbations),
        "held_out": {regime: list(perturbations[1:3]) for regime in regimes[1:]},
        "hyperparameters": ["metric_loss_type", "beta", "margin"],
        "time_unit": "h",
        "colors": {},
        "settings": {
            "n_points": {"value": 500, "source": "protocol default-1"},
            "bandwidth": {"value": 0.5, "source": "sweep.toml"},
        },
        "seeds": {"split": 42},
        "library_versions": {"numpy": "2.0", "pandas": "3.0"},
        "wall_time": {"models": 12.5},
        "warnings": ["times outside the bins: 3 snips"],
    }


def _scores(
    models: pd.DataFrame, perturbations: Sequence[str], regimes: Sequence[str], rng: np.random.Generator
) -> pd.DataFrame:
    rows: list[tuple[Any, ...]] = []
    for model, beta in zip(models["model_index"], models["beta"], strict=True):
        for spec in METRICS.values():
            where = regimes if spec.scope == "run" else regimes[1:]
            for regime in where:
                base = _value(spec.name, float(beta), rng) - 0.05 * (regime != regimes[0])
                names = perturbations if spec.per == "perturbation" else ()
                rows += [(model, regime, p, spec.name, base + 0.02 * i) for i, p in enumerate(names)]
                rows.append((model, regime, AVERAGE, spec.name, base + 0.01 * max(len(names) - 1, 0)))
    frame = pd.DataFrame(rows, columns=["model_index", "regime", "perturbation", "metric", "value"])
    frame = frame.assign(low=np.nan, high=np.nan, status="ok", reason="")
    broken = (frame["model_index"] == frame["model_index"].max()) & (frame["metric"] == "dispersion_first")
    frame.loc[broken, ["value", "status", "reason"]] = [np.nan, "not_computable", "fewer than two curves"]
    return frame


def _value(metric: str, beta: float, rng: np.random.Generator) -> float:
    step = np.log10(beta) + 1
    centre = {"f1": 0.82 - 0.06 * step, "initial_rmse": 3.2 - step, "aligned_rmse": 1.9 - 0.6 * step}.get(
        metric, 0.4 + 0.1 * step
    )
    return float(centre + rng.normal(scale=0.04))


def _summary(models: pd.DataFrame, scores: pd.DataFrame, regimes: Sequence[str]) -> pd.DataFrame:
    wide = {}
    for (metric, regime), rows in scores[scores["perturbation"] == AVERAGE].groupby(
        ["metric", "regime"], sort=False
    ):
        bare = METRICS[str(metric)].scope == "pair" and len(regimes) == 2
        wide[str(metric) if bare else f"{metric}_{regime}"] = rows.set_index("model_index")["value"]
    return models.merge(pd.DataFrame(wide).reset_index(), on="model_index")


def _curves(
    models: pd.DataFrame, perturbations: Sequence[str], regimes: Sequence[str], rng: np.random.Generator
) -> pd.DataFrame:
    u = np.linspace(0, 1, N_POINTS)
    frames = []
    copies = [*regimes, *(f"{regime}_aligned" for regime in regimes[1:])]
    for model in models["model_index"]:
        for shift, regime in enumerate(copies):
            for place, p in enumerate(perturbations):
                angle = 2 * np.pi * place / len(perturbations) + 0.12 * shift
                branch = 3 * np.clip(u - 0.3, 0, None) ** 1.3
                xyz = np.column_stack([6 * u, branch * np.cos(angle), branch * np.sin(angle)])
                xyz += rng.normal(scale=0.15, size=3) * (shift + 0.3)
                frames.append(_points_frame(model, regime, p, xyz, u))
    return pd.concat(frames, ignore_index=True)


def _points_frame(model: int, regime: str, perturbation: str, xyz: np.ndarray, u: np.ndarray) -> pd.DataFrame:
    length = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(xyz, axis=0), axis=1))])
    return pd.DataFrame({
        "model_index": model, "regime": regime, "perturbation": perturbation, "point_index": np.arange(len(u)),
        "arc_length": length, "time": 20 + 28 * u, "pc_1": xyz[:, 0], "pc_2": xyz[:, 1], "pc_3": xyz[:, 2],
    })  # fmt: skip


def _points(
    models: pd.DataFrame, perturbations: Sequence[str], regimes: Sequence[str], rng: np.random.Generator
) -> pd.DataFrame:
    curves = _curves(models, perturbations, regimes, rng)
    sample = curves[curves["regime"].isin(regimes)].iloc[::3].drop(columns=["point_index", "arc_length"])
    axes = ["pc_1", "pc_2", "pc_3"]
    return sample.assign(**{axis: sample[axis] + rng.normal(scale=0.25, size=len(sample)) for axis in axes})


def _over_time(
    models: pd.DataFrame, perturbations: Sequence[str], regimes: Sequence[str], rng: np.random.Generator
) -> pd.DataFrame:
    times = np.linspace(20.5, 39.5, 20)
    rows = []
    for model in models["model_index"]:
        for place, regime in enumerate(regimes):
            for k, p in enumerate(perturbations):
                f1 = 1 / (1 + np.exp(-(times - 25 - 2 * k - 2 * place) / 2)) * 0.9 + rng.normal(
                    scale=0.02, size=20
                )
                f1[0] = np.nan
                rows.append(pd.DataFrame({
                    "model_index": model, "regime": regime, "perturbation": p, "time_bin": range(20), "time": times,
                    "f1": f1, "pr_auc": f1 * 0.95, "auroc": 0.5 + f1 / 2, "n_positive": 12, "n": 60, "low": np.nan,
                    "high": np.nan, "q": np.nan,
                }))  # fmt: skip
    return pd.concat(rows, ignore_index=True)


def _health(models: pd.DataFrame, perturbations: Sequence[str], regimes: Sequence[str]) -> pd.DataFrame:
    keys = [(m, r, p) for m in models["model_index"] for r in regimes for p in perturbations]
    frame = pd.DataFrame(keys, columns=["model_index", "regime", "perturbation"])
    bad = (frame.index % 17) == 16
    return frame.assign(
        status=np.where(bad, "flagged", "ok"), ok=~bad, reason=np.where(bad, "runs backwards in time", "")
    )


def _failures(perturbations: Sequence[str], regimes: Sequence[str]) -> pd.DataFrame:
    row = (
        5,
        regimes[-1],
        perturbations[-1],
        "curve",
        "not_computable",
        "curve kept 3 points, needs at least 20",
    )
    return pd.DataFrame(
        [row], columns=["model_index", "regime", "perturbation", "metric", "status", "reason"]
    )
