"""Which figures a sweep has: every picture that a choice is made and checked with, in the order of the argument."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from morphsweep.reporting.draw_panels import draw_panels
from morphsweep.reporting.figure_record import Draw, Record, file_name
from morphsweep.reporting.figure_words import declared_columns, knobs_by_effect, regime_column
from morphsweep.reporting.prepare_panels import (
    Panel,
    Shade,
    model_figure,
    panel_figure,
    perturbation_figure,
    shade_of,
    threshold_marks,
)
from morphsweep.reporting.prepare_variants import apart, without_outliers

__all__ = ["Facts", "facts_of", "model_point_figures"]

Document = Mapping[str, Any]
Drawn = Iterator[tuple[Record, Draw]]

_MOST_CLASSES = 4  # panels side by side that the values of a hyper-parameter may take
_MOST_GROUPINGS = 3
_MOST_DRIVERS = 2  # hyper-parameters that points are coloured by
_WITHIN, _ACROSS = "segment_collinearity_within", "segment_collinearity"
_DISPERSION = (("first", "dispersion_first"), ("last", "dispersion_last"), ("slope", "dispersion_slope"))


@dataclass(frozen=True, slots=True)
class Facts:
    """What the figures of one comparison share: its two regimes, the leading hyper-parameters, those of few values."""

    reference: str
    other: str | None
    ending: str
    drivers: tuple[str, ...]
    grouping: tuple[str, ...]

    @property
    def driver(self) -> str | None:
        """The leading hyper-parameter."""
        return self.drivers[0] if self.drivers else None


def facts_of(document: Document, /) -> list[Facts]:
    """One entry per other regime; one without any when there is none.

    Parameters
    ----------
    document : mapping
        What ``prepare_document`` returns.

    Returns
    -------
    list of Facts
        The leading hyper-parameter is the one whose values separate the key scores best.
    """
    knobs = knobs_by_effect(document)
    drivers = tuple(knobs[:_MOST_DRIVERS])
    few = {k["name"] for k in document["hyperparameters"] if 2 <= len(k["classes"]) <= _MOST_CLASSES}
    grouping = tuple(knob for knob in knobs if knob in few)[:_MOST_GROUPINGS]
    reference, *others = [str(r["name"]) for r in document["regimes"]]
    several = len(others) > 1
    return [Facts(reference, o, f"_{o}" if several else "", drivers, grouping) for o in others] or [
        Facts(reference, None, "", drivers, grouping)
    ]


def model_point_figures(document: Document, facts: Facts, /) -> Drawn:
    """Every figure that shows models as points.

    Parameters
    ----------
    document : mapping
        What ``prepare_document`` returns.
    facts : Facts
        The comparison.

    Yields
    ------
    tuple of Record and callable
        The numbers and the function that draws them.
    """
    groups = (
        [_collinearity, _rmse, _dispersion, _trade_offs, _selection]
        if facts.other
        else [_trade_offs, _selection]
    )
    for group in groups:
        for record in group(document, facts):
            yield record, draw_panels


def _collinearity(document: Document, facts: Facts) -> Iterator[Record]:
    """Whether a space that is collinear in one regime is so in the other."""
    x, y = (regime_column(document, _WITHIN, regime) for regime in (facts.reference, facts.other))
    shades = {"across": _shade(document, _ACROSS, facts.other), **_by_drivers(document, facts)}
    title = "Segment collinearity under both regimes"
    reading = "Upper right is better. A point on the line is as collinear in one regime as in the other."
    for word, shade in shades.items():
        if shade is not None:
            name = file_name("collinearity_regimes" + facts.ending, "by", word)
            yield model_figure(document, name, x, y, shade, title, reading, diagonal=True)
            yield perturbation_figure(
                document, file_name(name, "per_perturbation"), x, y, shade, title, reading, diagonal=True
            )
    for knob in facts.grouping:
        shade = shade_of(document, next((driver for driver in facts.drivers if driver != knob), None))
        name = file_name("collinearity_regimes" + facts.ending)
        reading = "The tighter the points lie about the line, the more stable that setting is."
        yield apart(model_figure(document, name, x, y, shade, title, reading, diagonal=True), document, knob)


def _rmse(document: Document, facts: Facts) -> Iterator[Record]:
    """Whether alignment was needed."""
    x, y = (regime_column(document, metric, facts.other) for metric in ("initial_rmse", "aligned_rmse"))
    shade = _shade(document, _ACROSS, facts.other)
    name, title = "initial_vs_aligned_rmse" + facts.ending, "RMSE before and after alignment"
    reading = "Lower is better. No point can lie above the line; a point on it needed no alignment."
    whole = model_figure(document, name, x, y, shade, title, reading, diagonal=True)
    yield whole
    yield without_outliers(whole)
    yield perturbation_figure(
        document, f"{name}_per_perturbation", x, y, shade, title, reading, diagonal=True
    )


def _dispersion(document: Document, facts: Facts) -> Iterator[Record]:
    """Whether the tree keeps its shape when perturbations are held out."""
    shade = _shade(document, _ACROSS, facts.other)
    declared = declared_columns(document)
    panels = []
    for word, metric in _DISPERSION:
        columns = [regime_column(document, metric, regime) for regime in (facts.reference, facts.other)]
        unit = f" ({declared[columns[0]]['unit']})" if columns[0] and declared[columns[0]]["unit"] else ""
        panels.append(Panel(word + unit, *columns))
    yield panel_figure(
        document, "dispersion_regimes" + facts.ending, panels, shade, "Dispersion under both regimes",
        "Wanted: first near zero, last larger, a slope that is not abnormal. Above the line: more disperse when perturbations are held out.",
        x=f"trained on {facts.reference}", y=f"trained on {facts.other}", diagonal=True, share=False,
    )  # fmt: skip
    yield panel_figure(
        document, "dispersion_first_vs_last" + facts.ending,
        [
            Panel(
                f"trained on {r}",
                regime_column(document, "dispersion_first", r),
                regime_column(document, "dispersion_last", r),
                regime_column(document, _WITHIN, r),
            )
            for r in (facts.reference, str(facts.other))
        ],
        _shade(document, _WITHIN, facts.reference, "Segment collinearity within, higher is better"),
        "Dispersion at the start and at the end of the curves",
        "A tree starts together (left) and ends apart (up).",
        x=_unit_title(document, "dispersion_first", "Dispersion first"),
        y=_unit_title(document, "dispersion_last", "Dispersion last"),
    )  # fmt: skip


def _trade_offs(document: Document, facts: Facts) -> Iterator[Record]:
    """What a pretty space costs in classification."""
    f1, f1_other = (regime_column(document, "f1", r) for r in (facts.reference, facts.other or ""))
    within = regime_column(document, _WITHIN, facts.reference)
    across = regime_column(document, _ACROSS, facts.other) if facts.other else None
    by_driver = shade_of(document, facts.driver)
    up = "The line joins models that no other beats in both; upper right is better."
    yield panel_figure(
        document, "f1_vs_collinearity" + facts.ending,
        [Panel("within " + facts.reference, f1, within), *([Panel("across regimes", f1, across)] if across else [])],
        by_driver, "Classification against collinearity", up,
        y="Segment collinearity, higher is better", rule="higher higher",
    )  # fmt: skip
    yield perturbation_figure(
        document, f"f1_vs_collinearity{facts.ending}_per_perturbation", f1, within, by_driver,
        "Classification against collinearity", up, rule="higher higher",
    )  # fmt: skip
    if facts.other is None or f1_other is None:
        return
    shade = _shade(document, _ACROSS, facts.other)
    reading = (
        "Upper right is better. The further below the line, the more is lost when perturbations are held out."
    )
    words = ("F1 under both regimes", reading)
    yield model_figure(
        document, f"f1_regimes{facts.ending}_by_collinearity", f1, f1_other, shade, *words, diagonal=True
    )
    yield perturbation_figure(
        document,
        f"f1_regimes{facts.ending}_by_collinearity_per_perturbation",
        f1,
        f1_other,
        shade,
        *words,
        diagonal=True,
    )
    drop = regime_column(document, "f1_drop", facts.other)
    yield panel_figure(
        document, "f1_drop_vs_collinearity" + facts.ending,
        [Panel("within " + facts.reference, within, drop), Panel("across regimes", across, drop)],
        shade_of(document, f1), "Loss of F1 against collinearity",
        "Lower right is better. Compare points of one colour: models of equal F1.",
        x="Segment collinearity, higher is better",
    )  # fmt: skip
    yield perturbation_figure(
        document, f"f1_drop_vs_collinearity{facts.ending}_per_perturbation", across, drop, shade_of(document, f1),
        "Loss of F1 against collinearity", "Lower right is better. Compare points of one colour: models of equal F1.",
    )  # fmt: skip


def _selection(document: Document, facts: Facts) -> Iterator[Record]:
    """How discriminative, how robust, and whether the good ones are good in the rest."""
    axes = document["decision"]["axes"]
    x, y = axes["x"], axes["y"] or regime_column(document, _WITHIN, facts.reference)
    if facts.ending and facts.other != document["regimes"][1]["name"]:
        return  # the choice is one, whatever the number of regimes
    marks = threshold_marks(document, x, y)
    better = [declared_columns(document)[c]["better"] if c else None for c in (x, y)]
    corner: dict[tuple[Any, Any], str] = {
        ("higher", "lower"): "Lower right is better",
        ("higher", "higher"): "Upper right is better",
    }
    best = corner.get((better[0], better[1]), "")
    reading = f"{best}; dashed lines cut the tranches, the ring is the recommended model." if best else ""
    title = "Selection: how discriminative, how robust"
    yield model_figure(
        document, "selection", x, y, shade_of(document, "tranche"), title, reading, marks=marks
    )
    shades = {
        "collinearity": _shade(document, _ACROSS, facts.other) or _shade(document, _WITHIN, facts.reference),
        "dispersion_first": _shade(document, "dispersion_first", facts.reference),
        "dispersion_slope": _shade(document, "dispersion_slope", facts.reference),
        **_by_drivers(document, facts),
    }
    for word, shade in shades.items():
        if shade is not None:
            yield model_figure(
                document, file_name("selection_by", word), x, y, shade, title, reading, marks=marks
            )
    yield perturbation_figure(
        document, "selection_per_perturbation", x, y, shades["collinearity"], title, reading, marks=marks
    )
    raw = regime_column(document, "aligned_rmse", facts.other)
    if facts.other and raw not in {None, y}:
        reading = "Lower right is better. RMSE in latent units also falls when a space merely shrinks."
        yield model_figure(
            document, "f1_vs_aligned_rmse", x, raw, shades["collinearity"], "Classification against aligned RMSE",
            reading, marks=threshold_marks(document, x, raw),
        )  # fmt: skip


def _shade(document: Document, metric: str, regime: str | None, label: str | None = None) -> Shade | None:
    column = regime_column(document, metric, regime)
    found = shade_of(document, column)
    return found if found is None or label is None else Shade(found.column, label, found.scale)


def _unit_title(document: Document, metric: str, label: str) -> str:
    units: Sequence[str] = [c["unit"] for c in document["columns"] if c["metric"] == metric]
    return f"{label} ({units[0]})" if units and units[0] else label


def _by_drivers(document: Document, facts: Facts) -> dict[str, Shade | None]:
    return {knob.removeprefix("hp_"): shade_of(document, knob) for knob in facts.drivers}
