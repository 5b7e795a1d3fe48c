"""What a person's scores say of the metrics: which number agrees with the eye, and how surely."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from morphsweep.errors import InvalidInput, NotComputable
from morphsweep.io import read_ratings, write_json
from morphsweep.io.pages import write_text_atomic
from morphsweep.reporting.catalogue import catalogue, specs
from morphsweep.reporting.draw_ratings import draw_agreement
from morphsweep.reporting.figure_files import write_figure
from morphsweep.reporting.figure_record import Record, file_name
from morphsweep.reporting.numbers import jsonable
from morphsweep.reporting.rate import sweep_name, token_of
from morphsweep.reporting.source import ResultsLike, hyperparameters
from morphsweep.selection import agreement_with_ratings, self_agreement

__all__ = ["Agreement", "judge_ratings"]

_SHOWN = 20  # metrics in the figure
_MAIN = (
    "segment_collinearity_within", "segment_collinearity", "dispersion_first", "dispersion_last", "dispersion_slope",
    "aligned_rmse", "aligned_rmse_rel", "f1", "f1_drop",
)  # fmt: skip


@dataclass(frozen=True)
class Agreement:
    """What a person's scores say of the metrics.

    Parameters
    ----------
    rater : str
        Who scored; empty when unnamed.
    table : DataFrame
        ``column, label, rho, low, high, n, first, main``, best agreement first.
    ratings : DataFrame
        ``model_index, score`` (mean of its showings), ``showings``.
    sentences : tuple of str
        The finding in words.
    files : tuple of Path
        What was written.
    """

    rater: str
    table: pd.DataFrame
    ratings: pd.DataFrame
    sentences: tuple[str, ...]
    files: tuple[Path, ...]


def judge_ratings(results: ResultsLike, scores: Path | str, /, *, out: Path | str | None = None) -> Agreement:
    """Say which metric agrees with the scores of a person.

    Parameters
    ----------
    results : Results
        The sweep whose spaces were scored.
    scores : Path or str
        What the rating page saved, JSON or CSV.
    out : Path or str, optional
        Folder for the table, the figure and the sentences; default: ``ratings`` in the results folder.

    Returns
    -------
    Agreement
        With the sentences to read and the files written.

    Raises
    ------
    InvalidInput
        If the scores belong to another sweep, or there are too few.
    """
    given = read_ratings(scores)
    rater = str(given["rater"].iloc[0]) if len(given) else ""
    shown = _models_of(results, given, Path(scores))
    ratings = shown.groupby("model_index")["score"].agg(["mean", "size"]).reset_index()
    ratings.columns = pd.Index(["model_index", "score", "showings"])
    try:
        table = _agreement(results, ratings)
    except NotComputable as reason:
        msg = f"{scores}: {reason}; score more spaces and save again"
        raise InvalidInput(msg) from None
    sentences = tuple(_sentences(rater, table, shown))
    folder = Path(out) if out is not None else results.path / "ratings"
    files = _write(folder, rater, table, ratings, sentences)
    return Agreement(rater, table, ratings, sentences, files)


def _models_of(results: ResultsLike, given: pd.DataFrame, path: Path) -> pd.DataFrame:
    """Which model each token stood for."""
    sweep = sweep_name(results)
    keys = given[["rater", "seed", "sweep"]].drop_duplicates()
    if len(keys) != 1 or str(keys["sweep"].iloc[0]) != sweep:
        found = ", ".join(dict.fromkeys(map(str, keys["sweep"]))) or "none"
        msg = f"{path}: these scores were given on another sweep (fingerprint {found}, this one has {sweep}) or mix several pages"
        raise InvalidInput(msg)
    rater, seed = str(keys["rater"].iloc[0]), int(keys["seed"].iloc[0])
    models = [int(m) for m in results.summary["model_index"]]
    known = {token_of(m, k, sweep=sweep, rater=rater, seed=seed): (m, k) for m in models for k in (0, 1)}
    unknown = [token for token in given["token"].astype(str) if token not in known]
    if unknown:
        msg = f"{path}: {len(unknown)} of {len(given)} scores belong to no space of this sweep, for instance {unknown[0]!r}"
        raise InvalidInput(msg)
    places = [known[token] for token in given["token"].astype(str)]
    return given.assign(model_index=[m for m, _ in places], copy=[k for _, k in places])


def _agreement(results: ResultsLike, ratings: pd.DataFrame) -> pd.DataFrame:
    columns = catalogue(
        results.summary, results.scores, hyperparameters=hyperparameters(results), declared=specs()
    )
    metrics = {name: column for name, column in columns.items() if column.kind == "metric"}
    summary = results.summary.set_index("model_index")
    clusters = summary.get("configuration")
    table = agreement_with_ratings(
        ratings.set_index("model_index")["score"],
        summary[list(metrics)],
        better={name: column.better for name, column in metrics.items()},
        clusters=clusters,
    )
    reference = str(results.info["regimes"][0])
    main = {n for n, c in metrics.items() if c.metric in _MAIN and c.regime in {None, reference}}
    return table.assign(
        label=table["column"].map({name: column.label for name, column in metrics.items()}),
        main=table["column"].isin(main),
    )[["column", "label", "rho", "low", "high", "n", "first", "main"]]


def _sentences(rater: str, table: pd.DataFrame, shown: pd.DataFrame) -> list[str]:
    who = rater or "the person"
    best = table.iloc[0]
    told = [
        _sentence(
            f"Of all {len(table)} numbers, {best['label']} ({best['column']}) agrees best with {who}'s eye",
            best,
        )
    ]
    main = table[table["main"]]
    if len(main):
        told.append(
            _sentence(
                f"Of the main ones, {main.iloc[0]['label']} ({main.iloc[0]['column']}) does", main.iloc[0]
            )
        )
        rivals = [r["column"] for _, r in main.iloc[1:].iterrows() if r["high"] >= main.iloc[0]["low"]]
        told.append(
            f"The intervals of {', '.join(rivals)} reach into its own: these ratings do not separate them."
            if rivals else "No other main number's interval reaches into its own."
        )  # fmt: skip
    if best["low"] <= 0:
        told.append(
            "The interval of the best contains 0: on these ratings no number is known to agree with the eye."
        )
    pairs = (
        shown.pivot_table(index="model_index", columns="copy", values="score").dropna()
        if shown["copy"].any()
        else pd.DataFrame()
    )
    if len(pairs):
        same, apart = self_agreement(pairs[0].tolist(), pairs[1].tolist())
        told.append(
            f"Of {len(pairs)} spaces shown twice, {same:.0%} got the same score again; the mean difference is {apart:.2f}."
        )
    told.append(
        f"Spearman's correlation over {int(best['n'])} models with 90 % intervals of a bootstrap over configurations; "
        "the best of many numbers is partly the luckiest."
    )
    return told


def _sentence(start: str, row: "pd.Series[Any]") -> str:
    return f"{start}: rho = {row['rho']:.2f} ({row['low']:.2f} to {row['high']:.2f}), first in {row['first']:.0%} of the replicates."


def _write(
    folder: Path, rater: str, table: pd.DataFrame, ratings: pd.DataFrame, sentences: Sequence[str]
) -> tuple[Path, ...]:
    name = file_name("agreement", rater or "anonymous")
    kept = table[table["main"] | (table.index < _SHOWN - int(table["main"].sum()))].head(_SHOWN)
    record = Record(
        name, f"Which number agrees with {rater or 'the'} eye" if not rater else f"Which number agrees with {rater}'s eye", kept,
        "Spearman's correlation of the goodness of a score with the ratings; 1: full agreement. Bars: 90 % interval over "
        "configurations. Dark: main numbers.",
        x="Agreement with the ratings (rho)", note="" if len(kept) else "no score could be compared",
    )  # fmt: skip
    files = write_figure(record, draw_agreement, folder)
    every: Mapping[str, Any] = {
        "rater": rater, "sentences": list(sentences),
        "agreement": [jsonable(dict(row)) for row in table.to_dict("records")],
        "ratings": [jsonable(dict(row)) for row in ratings.to_dict("records")],
    }  # fmt: skip
    write_json(every, folder / f"{name}.json")
    write_text_atomic(folder / f"{name}_all.csv", table.to_csv(index=False))
    return (*files, folder / f"{name}.json", folder / f"{name}_all.csv")
