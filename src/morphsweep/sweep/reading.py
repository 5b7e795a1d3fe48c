"""From a path to the models of a sweep; nothing is computed."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from morphsweep.errors import InvalidInput, NotComputable
from morphsweep.io import (
    BUILT_IN_INACTIVE,
    Layout,
    Manifest,
    find_embedding_roles,
    find_manifests,
    hyperparameter_columns,
    read_manifest,
    read_runs,
    read_sweep_file,
    recognise,
)
from morphsweep.metrics import METRICS
from morphsweep.records import Condition, Model, Run, Status, Sweep, SweepConfig, Value
from morphsweep.sweep.naming import column_names, refuse_regime_names, rename_hyperparameters
from morphsweep.sweep.pairing import pair_runs

__all__ = ["read_sweep"]

_USUAL_REFERENCE = "all"
_SWEEP_FILE = "sweep.toml"


def read_sweep(path: str | Path, config: SweepConfig | str | Path | None = None) -> Sweep:
    """Read the manifest of a sweep and find out which runs form a model.

    Parameters
    ----------
    path : str or Path
        A manifest (CSV or Parquet, one row per run), a folder holding one, or a ``sweep.toml`` that names it.
    config : SweepConfig, str or Path, optional
        A sweep file (or its content) for a bare manifest.

    Returns
    -------
    Sweep
        Models in the order of ``model_index``; runs that cannot be used are kept, with the reason.

    Raises
    ------
    InvalidInput
        If there is no readable manifest, its layout is unknown, the sweep file is invalid, names clash, or no run can be
        used.
    """
    source, files, config = _locate(Path(path), config)
    manifest = read_manifest(files)
    layout = recognise(manifest)
    names = hyperparameter_columns(manifest, config.hyperparameters)
    runs = read_runs(manifest, layout, names)
    regimes = _regimes(runs, config, source)
    renamed = _our_names(names, regimes)
    inactive = _inactive(config, layout, renamed, source)
    runs = tuple(replace(run, hyperparameters=_rename(run.hyperparameters, renamed)) for run in runs)
    indices = manifest.columns.get("model_index")
    pairing = pair_runs(
        runs, regimes=regimes, inactive={k: Condition.parse(v) for k, v in inactive.items()}, indices=indices
    )
    sweep = Sweep(
        source=source,
        models=pairing.models,
        regimes=regimes,
        config=config.model_copy(update={"inactive": inactive}),
        layout=layout,
        problems=(
            *manifest.notes,
            *_renaming_notes(renamed),
            *pairing.problems,
            *_pairing_notes(pairing.models, regimes, manifest),
        ),
        hyperparameter_names=tuple(renamed.values()),
    )
    _refuse_unusable(sweep, runs)
    return sweep


def _locate(path: Path, config: SweepConfig | str | Path | None) -> tuple[Path, list[Path], SweepConfig]:
    """What the user named, the manifest files, and what the sweep file says."""
    if path.is_dir() and config is None and (path / _SWEEP_FILE).is_file():
        found = read_sweep_file(path / _SWEEP_FILE)
        if found.manifest is None:
            return path, find_manifests(path), found
        path /= _SWEEP_FILE
    if path.suffix.lower() == ".toml":
        if config is not None:
            msg = f"{path}: this is a sweep file already; give either it or a manifest with a sweep file, not both"
            raise InvalidInput(msg)
        found = read_sweep_file(path)
        if found.manifest is None:
            hint = "; run 'morphsweep train' first" if found.training is not None else ""
            msg = f"{path}: no field 'manifest'{hint}; add manifest = \"sweep01_00.csv\", or give the manifest with --config {path.name}"
            raise InvalidInput(msg)
        return path, find_manifests(path.parent / found.manifest), found
    files = find_manifests(path)
    if config is None:
        return path, files, SweepConfig()
    return path, files, config if isinstance(config, SweepConfig) else read_sweep_file(config)


def _regimes(runs: Sequence[Run], config: SweepConfig, source: Path) -> tuple[str, ...]:
    """Regimes, the reference first."""
    found = list(dict.fromkeys(run.regime for run in runs))
    reference = config.reference or (_USUAL_REFERENCE if _USUAL_REFERENCE in found else found[0])
    for field, named in (("reference", [reference]), ("held_out", list(config.held_out))):
        if unknown := [regime for regime in named if regime not in found]:
            msg = f"{source}: {field} in the sweep file names the regime {unknown[0]!r}, which no run has; found: {', '.join(found)}"
            raise InvalidInput(msg)
    refuse_regime_names(found)
    return (reference, *(regime for regime in found if regime != reference))


def _our_names(names: Sequence[str], regimes: Sequence[str]) -> dict[str, str]:
    """Hyper-parameters under names that no other column has."""
    shifts = [f"{spec.name}_shift" for spec in METRICS.values() if spec.shift and spec.scope == "run"]
    return rename_hyperparameters(names, column_names(regimes, [*METRICS, *shifts]))


def _rename(values: Mapping[str, Value], renamed: Mapping[str, str]) -> dict[str, Value]:
    return {renamed[name]: value for name, value in values.items()}


def _inactive(
    config: SweepConfig, layout: Layout, renamed: Mapping[str, str], source: Path
) -> dict[str, str]:
    """When hyper-parameters cannot act, as the lab says or, if it says nothing, as the layout knows; in our names."""
    stated = config.inactive
    found = {}
    for name, text in (BUILT_IN_INACTIVE[layout] if stated is None else stated).items():
        condition = Condition.parse(text)
        unknown = [column for column in (name, condition.column) if column not in renamed]
        if unknown and stated is not None:
            msg = f"{source}: inactive names {unknown[0]!r}, which is no hyper-parameter; known: {', '.join(renamed)}"
            raise InvalidInput(msg)
        if not unknown:
            found[renamed[name]] = str(replace(condition, column=renamed[condition.column]))
    return found


def _renaming_notes(renamed: Mapping[str, str]) -> list[str]:
    return [
        f"the hyper-parameter {name!r} is called {new!r} in all tables, because {name!r} is a column of ours"
        for name, new in renamed.items()
        if name != new
    ]


def _pairing_notes(models: Sequence[Model], regimes: Sequence[str], manifest: Manifest) -> list[str]:
    """Point to a column that keeps all runs apart although there are several regimes."""
    if len(regimes) < 2 or any(len(model.runs) > 1 for model in models):
        return []
    n = manifest.n_rows
    apart = [
        name
        for name, values in manifest.columns.items()
        if name in models[0].hyperparameters and len(set(values)) == n
    ]
    hint = f"the column {apart[0]!r} differs in every run; " if apart else ""
    return [
        f"no two runs of different regimes have equal hyper-parameters, so nothing can be compared across regimes; {hint}"
        "list the true hyper-parameters as hyperparameters = [...] in sweep.toml"
    ]


def _refuse_unusable(sweep: Sweep, runs: Sequence[Run]) -> None:
    """No run to read, or none in which the column roles can be found: nothing could be computed."""
    usable = [run for run in runs if run.status is Status.OK]
    if not usable:
        counts = Counter(run.status.value for run in runs)
        reason = next(run.reason for run in runs if run.reason)
        msg = f"{sweep.source}: none of {len(runs)} runs can be used ({', '.join(f'{n} {s}' for s, n in counts.items())}); first reason: {reason}"
        raise InvalidInput(msg)
    first = ""
    for run in usable:
        assert run.embedding is not None  # noqa: S101  (status ok)
        try:
            find_embedding_roles(
                run.embedding, columns=sweep.config.columns, latent_prefix=sweep.config.latent_prefix
            )
        except NotComputable as error:
            first = first or str(error)
            continue
        return
    msg = f"{sweep.source}: none of {len(usable)} embeddings can be read; first reason: {first}"
    raise InvalidInput(msg)
