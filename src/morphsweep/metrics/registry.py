"""All metrics by name. A new metric is one file with its SPECS and one line in ``_FILES``."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from difflib import get_close_matches
from types import MappingProxyType

from morphsweep.errors import InvalidInput
from morphsweep.metrics import (
    agreement,
    along_curve,
    batches,
    centroid_tree,
    collapse,
    collinearity,
    curve_health,
    delay,
    discrimination,
    discrimination_regimes,
    discrimination_splits,
    dispersion,
    dispersion_line,
    dispersion_relative,
    distance_shape,
    faithfulness,
    flow,
    four_points,
    graphs,
    matched,
    neighbour_cells,
    overlap,
    robustness,
    robustness_relative,
    robustness_scaffold,
    space,
    tracks,
    transfer,
    trunk,
)
from morphsweep.records import MetricSpec

__all__ = ["ALIASES", "METRICS", "collect", "column", "metric", "shift_spec"]

_FILES = (
    discrimination,
    discrimination_regimes,
    discrimination_splits,
    robustness,
    robustness_scaffold,
    robustness_relative,
    collinearity,
    dispersion,
    dispersion_line,
    dispersion_relative,
    space,
    agreement,
    curve_health,
    centroid_tree,
    trunk,
    four_points,
    collapse,
    tracks,
    graphs,
    overlap,
    distance_shape,
    faithfulness,
    flow,
    matched,
    transfer,
    batches,
    neighbour_cells,
    along_curve,
    delay,
)

_SHIFT = "_shift"


def collect(groups: Iterable[Iterable[MetricSpec]], /) -> Mapping[str, MetricSpec]:
    """Gather declarations under their names and make sure that nothing is said twice.

    Parameters
    ----------
    groups : iterable of iterable of MetricSpec
        Declarations of each metric file.

    Returns
    -------
    mapping of str to MetricSpec
        Read-only, in the order given.

    Raises
    ------
    InvalidInput
        If a name or an alias occurs twice, or a name is another metric's shift.
    """
    found: dict[str, MetricSpec] = {}
    taken: dict[str, str] = {}
    for spec in (spec for group in groups for spec in group):
        shift = (f"{spec.name}{_SHIFT}",) if spec.scope == "run" and spec.shift else ()
        for word in (spec.name, *spec.aliases, *shift):
            if word in taken:
                msg = f"the name {word!r} is used by the metrics {taken[word]!r} and {spec.name!r}; names must be unique"
                raise InvalidInput(msg)
            taken[word] = spec.name
        found[spec.name] = spec
    return MappingProxyType(found)


METRICS: Mapping[str, MetricSpec] = collect(file.SPECS for file in _FILES)

ALIASES: Mapping[str, str] = MappingProxyType({
    alias: spec.name for spec in METRICS.values() for alias in spec.aliases
})


def metric(name: str, /) -> MetricSpec:
    """The declaration of a metric, of its shift (``<name>_shift``), or of an alias.

    Parameters
    ----------
    name : str
        Bare name, without regime.

    Returns
    -------
    MetricSpec
        The declaration.

    Raises
    ------
    InvalidInput
        If there is no such metric.

    Examples
    --------
    >>> metric("aligned_rmse").better
    'lower'
    >>> metric("F1_score").name
    'f1'
    >>> metric("dispersion_first_shift").scope
    'pair'
    """
    known = ALIASES.get(name, name)
    if known in METRICS:
        return METRICS[known]
    stem = name.removesuffix(_SHIFT)
    if stem != name and stem in METRICS and METRICS[stem].shift and METRICS[stem].scope == "run":
        return shift_spec(METRICS[stem])
    close = get_close_matches(name, [*METRICS, *ALIASES], n=1)
    hint = f"did you mean {close[0]!r}? " if close else ""
    msg = f"no metric named {name!r}; {hint}Known metrics: {', '.join(sorted(METRICS))}"
    raise InvalidInput(msg)


def shift_spec(spec: MetricSpec, /) -> MetricSpec:
    """Declaration of the shift of a run metric: other regime minus reference.

    Parameters
    ----------
    spec : MetricSpec
        Of a run metric.

    Returns
    -------
    MetricSpec
        A pair metric whose function is the difference of two values.

    Raises
    ------
    InvalidInput
        If the metric compares two regimes already.

    Examples
    --------
    >>> shift_spec(METRICS["pr_auc"]).bounds
    (-1.0, 1.0)
    """
    if spec.scope != "run":
        msg = f"{spec.name!r} compares two regimes already and has no shift"
        raise InvalidInput(msg)
    low, high = spec.bounds
    width = None if low is None or high is None else high - low
    return replace(
        spec,
        name=f"{spec.name}{_SHIFT}",
        label=f"Shift of {spec.label[:1].lower() + spec.label[1:] if not spec.label[:2].isupper() else spec.label}",
        better="range",
        bounds=(None if width is None else -width, width),
        scope="pair",
        function=_difference,
        needs=(spec.name,),
        description=f"{spec.description.rstrip('.')}: other regime minus reference.",
        shift=False,
        aliases=(),
    )


def _difference(reference: float, other: float, /) -> float:
    return other - reference


def column(name: str, regime: str, /, *, n_others: int = 1) -> str:
    """Column of the summary that holds a model's score of a metric in a regime.

    Parameters
    ----------
    name : str
        Metric, or a shift.
    regime : str
        The regime; for a pair the other one.
    n_others : int
        Number of regimes besides the reference.

    Returns
    -------
    str
        ``name_regime``; the bare name for a pair when there is one other regime. (With several, the bare name is the
        mean over them.)

    Raises
    ------
    InvalidInput
        If there is no such metric.

    Examples
    --------
    >>> column("f1", "all"), column("aligned_rmse", "hld"), column("aligned_rmse", "hld", n_others=2)
    ('f1_all', 'aligned_rmse', 'aligned_rmse_hld')
    """
    spec = metric(name)
    return spec.name if spec.scope == "pair" and n_others == 1 else f"{spec.name}_{regime}"
