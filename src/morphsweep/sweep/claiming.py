"""The claims ledger: takeaways as tests, re-run on any sweep."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from morphsweep.errors import NotComputable
from morphsweep.influence import Claim, Effort, Evidence, Ledger, read_claim, weigh
from morphsweep.io.claims_file import read_claims_file, shipped_claims
from morphsweep.selection import SweepFacts, noise_floor
from morphsweep.sweep.choosing import HasSummary
from morphsweep.sweep.driver_columns import column_of
from morphsweep.sweep.driver_material import Material, gather
from morphsweep.sweep.results import Results

__all__ = ["claims"]


def claims(
    source: Results | HasSummary | pd.DataFrame | Path | str,
    /,
    file: Path | str | None = None,
    *,
    where: Sequence[str] = (),
    inactive: Mapping[str, str] | None = None,
    seed: int = 0,
    permutations: int = 99,
    progress: Callable[[int, int], None] | None = None,
    facts: SweepFacts | None = None,
) -> Ledger:
    """Test claims about a sweep.

    Parameters
    ----------
    source : Results, DataFrame, Path or str
        As :func:`drivers` takes it.
    file : Path, str or None
        A lab's own claims as TOML, tested after the shipped ones.
    where : sequence of str
        Conditions that models must meet.
    inactive : mapping of str to str or None
        Hyper-parameter = condition under which it cannot act.
    seed : int
        Of forests and bootstraps.
    permutations : int
        Of the null of forests.
    progress : callable or None
        Called with the number of claims done and of all.
    facts : SweepFacts or None
        What is known of the sweep.

    Returns
    -------
    Ledger
        One verdict per claim: holds, does not hold, undecided, or not testable with the reason.

    Raises
    ------
    InvalidInput
        If the source or the file cannot be read, or a claim is not well declared.

    Examples
    --------
    >>> models = pd.DataFrame({"beta": [1, 10] * 6, "fold": np.repeat(range(6), 2)})
    >>> models["aligned_rmse"] = 3.0 - models["beta"] / 10 + models["fold"] / 100
    >>> next(v for v in claims(models).verdicts if v.claim.name == "beta drives robustness").verdict
    'holds'
    """
    material = gather(source, metrics=None, where=where, inactive=inactive, facts=facts, lenient=True)
    entries = [(entry, f"shipped claim {number}") for number, entry in enumerate(shipped_claims(), start=1)]
    if file is not None:
        entries += [
            (entry, f"{file}, claim {number}") for number, entry in enumerate(read_claims_file(file), start=1)
        ]
    reference, other = _regimes(material)
    spelled = [(_spelled(entry, reference, other), place) for entry, place in entries]
    declared: list[Claim] = [read_claim(entry, place) for entry, place in spelled]
    evidence = _evidence(material, Effort(seed=seed, permutations=permutations))
    verdicts = []
    for done, claim in enumerate(declared, start=1):
        verdicts.append(weigh(claim, evidence))
        if progress is not None:
            progress(done, len(declared))
    return Ledger(tuple(verdicts), tuple(material.notes))


def _evidence(material: Material, effort: Effort) -> Evidence:
    models = material.models

    def column(name: str) -> str | None:
        if name in models.frame or f"hp_{name}" in models.frame:
            return name if name in models.frame else f"hp_{name}"
        return models.renamed.get(name) or column_of(models, name)

    return Evidence(models.frame, material.design(), column, material.change, _noise(material), effort)


def _regimes(material: Material) -> tuple[str, str]:
    """Names of the reference and of the first other regime."""
    reference = material.models.reference or "all"
    regimes = (score.regime for score in material.models.scores.values())
    return reference, next((str(name) for name in regimes if name not in {None, reference}), "other regime")


def _spelled(value: Any, reference: str, other: str) -> Any:
    """A declared claim with the regimes' names in place of their stand-ins."""
    if isinstance(value, str):
        return value.replace("{reference}", reference).replace("{other}", other)
    if isinstance(value, Mapping):
        return {key: _spelled(item, reference, other) for key, item in value.items()}
    return [_spelled(item, reference, other) for item in value] if isinstance(value, list) else value


def _noise(material: Material) -> dict[str, tuple[float, int]]:
    table = pd.DataFrame({name: material.values(name) for name in material.models.scores})
    models = material.frame["model_index"].tolist()
    try:
        floor = noise_floor(table, material.frame["configuration"], models=models)
    except NotComputable:
        return {}
    return {name: (noise.sd, noise.df) for name, noise in floor.metrics.items() if np.isfinite(noise.sd)}
