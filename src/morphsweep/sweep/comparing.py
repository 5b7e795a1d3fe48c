"""Compare models with one another and with what the lab used before."""

from collections.abc import Sequence
from itertools import combinations
from pathlib import Path
from typing import Any

import pandas as pd

from morphsweep.errors import InvalidInput, NotComputable
from morphsweep.io import read_sweep_file
from morphsweep.metrics import PairedF1, paired_f1
from morphsweep.records import SweepConfig
from morphsweep.selection import Comparison, Setting, compare_pairs
from morphsweep.sweep.model_predictions import (
    Ground,
    ModelPredictions,
    common_counts,
    embedding_predictions,
    results_predictions,
)
from morphsweep.sweep.results import Results

__all__ = ["compare", "compare_models"]

Item = Results | Path | str | int


def compare(
    *models: Item,
    results: Results | Path | str | None = None,
    baseline: Item | None = None,
    config: Path | str | SweepConfig | None = None,
    n_replicates: int = 500,
    n_swaps: int = 1_000,
    level: float = 0.9,
) -> Comparison:
    """Compare models by how well they tell perturbations apart, on the snips and individuals that they share.

    Parameters
    ----------
    *models : Results, Path, str or int
        A results folder followed by model indices, or ``"RESULTS:INDEX"``, or paths of embeddings. A results folder with
        one model stands for it.
    results : Results, Path or str, optional
        Where the model indices belong.
    baseline : Results, Path, str or int, optional
        A model that each of the others is compared with; a results folder stands for the model it recommends.
    config : Path, str or SweepConfig, optional
        Sweep file that says how to read embeddings, where no results folder says it.
    n_replicates, n_swaps : int
        Bootstrap replicates, and exchanges of the models within individuals.
    level : float
        Coverage of the intervals.

    Returns
    -------
    Comparison
        Paired differences of F1 per perturbation, time bin and regime, where gains come from, and whether they are kept
        when the perturbation is held out and by classifiers that never saw the batch. ``print`` shows the sentences.

    Raises
    ------
    InvalidInput
        If fewer than two models are given, one cannot be found or read, or nothing is common.

    Examples
    --------
    >>> import morphsweep as ms
    >>> print(ms.compare("results", 74, 97, baseline="previous/embryo_stats_df.csv"))  # doctest: +SKIP
    """
    folder, items = _folder_and_items(models, results)
    if baseline is not None:
        items = [*items, baseline]
    if len(items) < 2:
        msg = f"comparing needs at least two models, found {len(items)}: give model indices with a results folder, RESULTS:INDEX, or embeddings"
        raise InvalidInput(msg)
    ground = _ground(items, folder, config)
    found = [_predictions(item, folder, ground) for item in items]
    found = [_renamed(one, found[:place]) for place, one in enumerate(found)]
    pairs = list(combinations(found[:-1] if baseline is not None else found, 2))
    if baseline is not None:
        pairs += [(one, found[-1]) for one in found[:-1]]
    settings, counts = {}, []
    for first, second in pairs:
        setting, rows = compare_models(
            first, second, ground, n_replicates=n_replicates, n_swaps=n_swaps, level=level
        )
        settings[first.label, second.label] = (setting, ground.reference)
        counts += rows
    notes = [
        f"{one.unknown} snips of {one.label} are not in the cohort of its results and were left out"
        for one in found
        if one.unknown
    ]
    return compare_pairs(settings, pd.DataFrame(counts), notes=notes, colors=ground.config.colors)


def _folder_and_items(
    models: Sequence[Item], results: Results | Path | str | None
) -> tuple[Results | None, list[Item]]:
    """A results folder in front of model indices is where they belong."""
    items = list(models)
    if results is not None:
        return results if isinstance(results, Results) else Results(results), items
    rest = items[1:]
    if rest and all(_is_index(item) for item in rest) and not _is_index(items[0]):
        first = items[0]
        if isinstance(first, Results) or (isinstance(first, Path | str) and Path(first).is_dir()):
            return first if isinstance(first, Results) else Results(first), rest
    return None, items


def _is_index(item: Item) -> bool:
    return isinstance(item, int) or (isinstance(item, str) and item.lstrip("-").isdigit())


def _split(item: Path | str) -> tuple[Path, int | None]:
    """``RESULTS:INDEX`` in two; a path is itself."""
    text = str(item)
    folder, colon, index = text.rpartition(":")
    if colon and index.isdigit() and not Path(text).exists():
        return Path(folder), int(index)
    return Path(text), None


def _opened(item: Item, folder: Results | None) -> tuple[Results, int] | Path:
    """A results folder and a model, or the path of an embedding."""
    if _is_index(item):
        if folder is None:
            msg = f"model {item} of which results? Put the results folder first, or give --results"
            raise InvalidInput(msg)
        return folder, int(str(item))
    if isinstance(item, Results):
        return item, _recommended(item)
    path, index = _split(item)  # type: ignore[arg-type]  # an int is an index
    if path.is_dir():
        opened = Results(path)
        return opened, _recommended(opened) if index is None else index
    if not path.is_file():
        msg = f"{item}: no such file or folder; expected a model index, RESULTS:INDEX, a results folder or an embedding"
        raise InvalidInput(msg)
    return path


def _recommended(results: Results) -> int:
    indices = results.models["model_index"].tolist()
    winner = results.decision.get("winner")
    if len(indices) == 1 or winner is not None:
        return int(indices[0] if winner is None else winner)
    msg = f"{results.path}: recommends no model; say which: {results.path}:INDEX with one of {', '.join(map(str, indices[:40]))}"
    raise InvalidInput(msg)


def _ground(items: Sequence[Item], folder: Results | None, config: Path | str | SweepConfig | None) -> Ground:
    opened = [_opened(item, folder) for item in items]
    folders = [one[0] for one in opened if isinstance(one, tuple)]
    if folder is not None or folders:
        return Ground.of_results(folder or folders[0])
    first = next(one for one in opened if isinstance(one, Path))
    if isinstance(config, Path | str):
        config = read_sweep_file(Path(config))
    return Ground.of_embedding(first, config or SweepConfig())


def _predictions(item: Item, folder: Results | None, ground: Ground) -> ModelPredictions:
    opened = _opened(item, folder)
    if isinstance(opened, Path):
        return embedding_predictions(opened, opened.stem, ground)
    results, index = opened
    own = folder is not None and results.path == folder.path
    label = f"model {index}" if own or folder is None else f"model {index} of {results.path.name}"
    return results_predictions(results, index, label, ground.reference)


def _renamed(one: ModelPredictions, before: Sequence[ModelPredictions]) -> ModelPredictions:
    """Two models of one name are told apart by a number."""
    alike = sum(other.label.split(" (")[0] == one.label for other in before)
    return ModelPredictions(f"{one.label} ({alike + 1})", one.runs, one.unknown) if alike else one


def compare_models(
    first: ModelPredictions,
    second: ModelPredictions,
    ground: Ground,
    /,
    *,
    n_replicates: int = 500,
    n_swaps: int = 1_000,
    level: float = 0.9,
) -> tuple[Setting, list[dict[str, Any]]]:
    """Pair two models in every regime that both have.

    Parameters
    ----------
    first, second : ModelPredictions
        The models.
    ground : Ground
        What they are compared on.
    n_replicates, n_swaps : int
        Bootstrap replicates, and exchanges of the models within individuals.
    level : float
        Coverage of the intervals.

    Returns
    -------
    Setting
        For :func:`compare_pairs`.
    list of dict
        What is common, per regime and split.

    Raises
    ------
    InvalidInput
        If nothing is common.
    """
    pairs: dict[tuple[str, str], PairedF1] = {}
    rows = []
    for regime, split in (run for run in first.runs if run in second.runs):
        one, two, common = common_counts(
            first.runs[regime, split],
            second.runs[regime, split],
            ground.cohort.bin_edges,
            ground.cohort.perturbations,
        )
        try:
            made = paired_f1(one, two, n_replicates=n_replicates, n_swaps=n_swaps, seed=ground.settings.seed)
        except NotComputable as reason:
            msg = f"{first.label} and {second.label} cannot be compared in {regime}: {reason}"
            raise InvalidInput(msg) from None
        pairs[regime, split] = made
        known = {"first": first.label, "second": second.label, "regime": regime, "split": split}
        rows.append({**known, **common})
    if (ground.reference, "individual") not in pairs:
        msg = f"{first.label} and {second.label} have no predictions of the reference regime {ground.reference!r} in common"
        raise InvalidInput(msg)
    others = {
        regime: pair
        for (regime, split), pair in pairs.items()
        if split == "individual" and regime != ground.reference
    }
    return Setting(
        pairs[ground.reference, "individual"],
        others,
        pairs.get((ground.reference, "batch")),
        ground.held_out,
        ground.cohort.bin_edges,
        ground.config.time_unit,
        level,
        regime=ground.reference,
    ), rows
