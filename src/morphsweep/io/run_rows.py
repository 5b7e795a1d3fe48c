"""Turn manifest rows into runs."""

from collections.abc import Callable, Sequence
from pathlib import Path

from morphsweep.errors import InvalidInput
from morphsweep.io.layout import Layout
from morphsweep.io.locating import locate_below_model, locate_named
from morphsweep.io.manifest import Manifest
from morphsweep.records import Run, Status, Value

__all__ = ["read_runs"]

_HOLDOUT_REGIMES = {0: "all", 1: "hld"}  # the lab's own names


def read_runs(manifest: Manifest, layout: Layout, hyperparameters: Sequence[str], /) -> tuple[Run, ...]:
    """One run per manifest row, with the embedding it points to or the reason why there is none.

    Parameters
    ----------
    manifest : Manifest
        As read.
    layout : {"morphseq", "plain"}
        Its layout.
    hyperparameters : sequence of str
        Columns that are hyper-parameters.

    Returns
    -------
    tuple of Run
        In the order of the rows.

    Raises
    ------
    InvalidInput
        If a row does not say its regime.
    """
    regime_of = _regime_by_flag if layout == "morphseq" else _regime_by_name
    locate = locate_below_model if layout == "morphseq" else locate_named
    return tuple(_read_run(manifest, i, hyperparameters, regime_of, locate) for i in range(manifest.n_rows))


def _read_run(
    manifest: Manifest,
    i: int,
    hyperparameters: Sequence[str],
    regime_of: Callable[[Manifest, int], str],
    locate: Callable[[Manifest, int], tuple[Path | None, str]],
) -> Run:
    """The run of one row."""
    embedding, reason = None, ""
    if done := _is_done(manifest, i):
        embedding, reason = locate(manifest, i)
    else:
        reason = _unfinished_reason(manifest, i)
    return Run(
        regime=regime_of(manifest, i),
        hyperparameters={name: manifest.columns[name][i] for name in hyperparameters},
        seed=_value(manifest, "seed", i),
        embedding=embedding,
        status=Status.OK
        if embedding
        else Status.NOT_COMPUTABLE
        if done or _failed(manifest, i)
        else Status.NOT_DONE,
        reason=reason,
        row=i,
        name=_name(manifest, i),
    )


def _value(manifest: Manifest, column: str, i: int) -> Value:
    """Value of a column that need not exist."""
    return manifest.columns[column][i] if column in manifest.columns else None


def _is_done(manifest: Manifest, i: int) -> bool:
    """Whether the row counts as finished; a manifest without the column lists finished runs."""
    return "completed" not in manifest.columns or _value(manifest, "completed", i) == 1


def _failed(manifest: Manifest, i: int) -> bool:
    """Whether the manifest says that the training of a row failed, rather than that it is still to be done."""
    return _value(manifest, "status", i) in {Status.NOT_COMPUTABLE.value, Status.ERROR.value}


def _unfinished_reason(manifest: Manifest, i: int) -> str:
    """Why a row is not completed, in the words of the manifest where it has any."""
    text = f"{manifest.places[i]}: the manifest says completed = {_value(manifest, 'completed', i)}"
    reason = _value(manifest, "reason", i)
    return f"{text}: {reason}" if reason is not None else text


def _name(manifest: Manifest, i: int) -> str:
    """The lab's own name for a run."""
    for column in ("name", "process_id", "model_path", "embedding"):
        if (value := _value(manifest, column, i)) is not None:
            return f"process {value}" if column == "process_id" else str(value)
    return manifest.places[i]


def _regime_by_flag(manifest: Manifest, i: int) -> str:
    """Regime of a row with a holdout flag."""
    flag = manifest.columns["holdout_flag"][i]
    if flag not in _HOLDOUT_REGIMES:
        msg = (
            f"{manifest.source}, {manifest.places[i]}: holdout_flag is {flag!r}; expected 0 (all) or 1 (hld)"
        )
        raise InvalidInput(msg)
    return _HOLDOUT_REGIMES[int(flag)]


def _regime_by_name(manifest: Manifest, i: int) -> str:
    """Regime of a row that names it."""
    regime = manifest.columns["regime"][i]
    if regime is None:
        msg = f"{manifest.source}, {manifest.places[i]}: regime is empty; expected what the run was trained on, such as all"
        raise InvalidInput(msg)
    return str(regime)
