"""The document of the page: the words and small tables as JSON, the many numbers packed."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from morphsweep.errors import InvalidInput
from morphsweep.reporting.catalogue import catalogue, specs
from morphsweep.reporting.films import prepare_films
from morphsweep.reporting.numbers import jsonable, rounded
from morphsweep.reporting.pack_document import pack_document, snip_names
from morphsweep.reporting.prepare_beside import prepare_beside
from morphsweep.reporting.prepare_changes import prepare_changes
from morphsweep.reporting.prepare_document import prepare_document
from morphsweep.reporting.source import ResultsLike, hyperparameters

__all__ = ["prepare_baseline", "prepare_page"]

_PICTURES: tuple[dict[str, Any], ...] = (
    {
        "name": "confusion_over_time",
        "label": "Confusion over time",
        "unit": "",
        "better": "higher",
        "bounds": [0, 1],
        "scope": "run",
        "description": "Share of the snips of a perturbation in a time bin that are taken for each perturbation: the one with "
        "the highest predicted probability, by a classifier that did not see the individual. Its own share is the recall.",
        "invariances": [],
    },
    {
        "name": "predicted_probability",
        "label": "Predicted probability of the own perturbation",
        "unit": "",
        "better": "higher",
        "bounds": [0, 1],
        "scope": "run",
        "description": "Mean, over the snips of an individual in a time bin, of the probability that the classifier of the F1 "
        "gives to the individual's true perturbation; predicted by the fold that did not see the individual.",
        "invariances": [],
    },
)  # pictures that are no score of a model


def prepare_page(
    results: ResultsLike,
    /,
    *,
    where: Sequence[str] | None = None,
    models: Sequence[int] | None = None,
    images: Path | None = None,
    baseline: "tuple[ResultsLike, int] | None" = None,
    compare: ResultsLike | None = None,
) -> tuple[dict[str, Any], str]:
    """Gather all that the page shows.

    Parameters
    ----------
    results : Results
        An evaluated sweep.
    where : sequence of str, optional
        Conditions of the choice; default: the rule of the protocol.
    models : sequence of int, optional
        Indices of the models compared on opening; default: the winner and the best of the next tranche.
    images : Path, optional
        Table or folder with pictures of the snips; default: the column ``image`` of the embeddings.
    baseline : tuple of Results and int, optional
        A model of this or another sweep that is a star in every plot.
    compare : Results, optional
        An older evaluation, for what changed since.

    Returns
    -------
    dict
        JSON-able; what :func:`prepare_document` returns without its long lists, with ``numbers``, which says where in the
        packed numbers each array lies.
    str
        The packed numbers, as ASCII.

    Raises
    ------
    InvalidInput
        If a condition cannot be read, there is no such model, or the pictures cannot be found.
    """
    document = prepare_document(results, where=where, models=models, bulk=False)
    declared = specs()
    columns = catalogue(
        results.summary, results.scores, hyperparameters=hyperparameters(results), declared=declared
    )
    described, numbers = pack_document(results, columns, onto=_onto(document), order=_wanted(document))
    films, pictures, failed = prepare_films(results, _wanted(document), snip_names(results), images=images)
    document |= {
        "numbers": described,
        "snips": {**_snips(results), "pictures": pictures},
        "films": films,
        "baseline": None if baseline is None else prepare_baseline(results, *baseline),
        "changes": None if compare is None else prepare_changes(results, compare, columns, where=where),
        "beside": prepare_beside(results),
        "glossary": [*_glossary(document, declared), *(_PICTURES if described["recognition"] else ())],
        "warnings": [*document["warnings"], *failed],
    }
    return document, numbers


def prepare_baseline(results: ResultsLike, source: ResultsLike, model: int, /) -> dict[str, Any]:
    """A model to hold the others against.

    Parameters
    ----------
    results : Results
        The sweep of the page.
    source : Results
        The sweep of the model, which may be the same.
    model : int
        Its index there.

    Returns
    -------
    dict
        ``label``, ``row`` (of the summary; None for a model of another sweep) and ``values`` (column -> value).

    Raises
    ------
    InvalidInput
        If there is no such model.
    """
    rows = np.flatnonzero(source.summary["model_index"] == model)
    if not len(rows):
        msg = f"no model {model} in {source.path} for the baseline; models: {', '.join(map(str, source.summary['model_index']))}"
        raise InvalidInput(msg)
    own = source.path == results.path
    values = source.summary.iloc[int(rows[0])]
    shared = [str(name) for name in results.summary.columns if name in source.summary]
    return {
        "label": f"baseline {model}" if own else f"baseline {source.path.name}:{model}",
        "row": int(rows[0]) if own else None,
        "values": {name: jsonable(values[name]) for name in shared},
    }


def _wanted(document: Mapping[str, Any]) -> list[int]:
    """Rows of the summary whose pictures matter most: those shown first, then tranche by tranche."""
    index = document["models"]["index"]
    ranked = [model for tranche in document["decision"]["tranches"] for model in tranche["models"]]
    return [index.index(model) for model in dict.fromkeys([*document["shown"], *ranked, *index])]


def _onto(document: Mapping[str, Any]) -> int:
    """Row of the model whose view is the common one: the winner, else the first that is shown."""
    first = document["decision"]["winner"]
    index = document["models"]["index"]
    return (
        index.index(first)
        if first in index
        else index.index(document["shown"][0])
        if document["shown"]
        else 0
    )


def _snips(results: ResultsLike) -> dict[str, Any]:
    """Names and times of the snips that the page knows."""
    names = snip_names(results)
    sample = results.points_sample
    if not len(names) or "time" not in sample:
        return {"id": [str(name) for name in names]}
    times = sample.drop_duplicates("snip_id").set_index("snip_id")["time"].reindex(names)
    return {"id": [str(name) for name in names], "time": rounded(times.to_numpy(float))}


def _glossary(document: Mapping[str, Any], declared: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What each metric of the summary means, once."""
    named = dict.fromkeys(c["metric"] for c in document["columns"] if c["metric"] in declared)
    found = [declared[name] for name in named]
    return [
        {
            "name": spec.name,
            "label": spec.label,
            "unit": spec.unit,
            "better": spec.better,
            "bounds": list(spec.bounds),
            "scope": spec.scope,
            "description": spec.description,
            "invariances": list(spec.invariances),
        }
        for spec in found
    ]
