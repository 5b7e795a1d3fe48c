"""The document of the page: the words and small tables as JSON, the many numbers packed."""

from collections.abc import Mapping, Sequence
from typing import Any


from morphsweep.reporting.catalogue import catalogue, specs
from morphsweep.reporting.numbers import rounded
from morphsweep.reporting.pack_document import pack_document, snip_names
from morphsweep.reporting.prepare_document import prepare_document
from morphsweep.reporting.source import ResultsLike, hyperparameters

__all__ = ["prepare_page"]


def prepare_page(
    results: ResultsLike,
    /,
    *,
    where: Sequence[str] | None = None,
    models: Sequence[int] | None = None,
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
        If a condition cannot be read, or there is no such model.
    """
    document = prepare_document(results, where=where, models=models, bulk=False)
    declared = specs()
    columns = catalogue(
        results.summary, results.scores, hyperparameters=hyperparameters(results), declared=declared
    )
    described, numbers = pack_document(results, columns, onto=_onto(document))
    document |= {"numbers": described, "snips": _snips(results), "glossary": _glossary(document, declared)}
    document |= {"changes": None, "baseline": None, "noise": {}, "films": []}
    return document, numbers


def _onto(document: Mapping[str, Any]) -> int:
    """Row of the model whose view is the common one: the winner, else the first that is shown."""
    first = document["decision"]["winner"]
    index = document["models"]["index"]
    return index.index(first) if first in index else index.index(document["shown"][0]) if document["shown"] else 0


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
