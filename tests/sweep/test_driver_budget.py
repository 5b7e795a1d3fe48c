"""Tables of other tools: the same training at several budgets is no replicate."""

import numpy as np
import pandas as pd
import pytest

import morphsweep as ms


@pytest.fixture
def search():
    """Twelve configurations at three budgets each; the score grows with the budget, and beta moves it."""
    rows = [(b, k, budget) for b in (1, 2, 3, 4) for k in (0, 1, 2) for budget in (10, 50, 100)]
    table = pd.DataFrame(rows, columns=["hp_beta", "hp_kind", "budget"])
    table.insert(0, "run", [f"run_{i % 3}" for i in range(len(table))])
    noise = 0.01 * np.random.default_rng(0).normal(size=len(table))
    table["metric_accuracy"] = 0.1 * table["hp_beta"] + 0.004 * table["budget"] + noise
    return table


QUICK = {"permutations": 19, "n_trees": 10}


def test_of_each_configuration_the_largest_budget_counts_and_a_note_says_so(search):
    """No spread of replicates out of budgets; what was left out and what is ignored is named."""
    found = ms.drivers(search, **QUICK)
    assert found.fits["models"].tolist() == [12]
    assert "its replicates" not in " ".join(found.sentences)
    assert found.spread.empty or (found.spread["of"] != "replicates").all()
    (note,) = (note for note in found.notes if note.startswith("budget:"))
    assert note == (
        "budget: several values within configurations, which are no replicates; of each configuration the largest counts "
        "(100): 12 of 36 rows. --where 'budget == ...' takes another; named by --knob, with the others, it is a hyper-parameter."
    )
    scores = ms.drivers(search[search["budget"] == 100].reset_index(drop=True), **QUICK)
    pd.testing.assert_frame_equal(found.importances, scores.importances)


def test_bookkeeping_that_is_neither_setting_nor_score_is_named(search):
    """A column that the reader might have meant as a setting does not vanish."""
    mixed = search.assign(run=[f"run_{i // 3 % 3}" for i in range(len(search))])
    notes = ms.drivers(mixed, **QUICK).notes
    assert "run: taken for bookkeeping; it is no hyper-parameter unless named with --knob." in notes


def test_a_budget_can_be_a_setting_or_be_chosen(search):
    """Named as a knob nothing is left out; filtered to one value there is nothing to say; unequal ends are told."""
    knobs = ["hp_beta", "hp_kind", "budget"]
    assert ms.drivers(search, knobs=knobs, **QUICK).fits["models"].tolist() == [36]
    filtered = ms.drivers(search, where=["budget == 50"], **QUICK)
    assert not any(note.startswith("budget:") for note in filtered.notes)
    halved = search[(search["budget"] < 100) | (search["hp_beta"] > 2)].reset_index(drop=True)
    (note,) = (note for note in ms.drivers(halved, **QUICK).notes if note.startswith("budget:"))
    assert "(between 50 and 100, so that they were not trained alike): 12 of 30 rows" in note


def test_replicates_at_the_largest_budget_stay(search):
    """Two seeds trained to the end are two models of a configuration."""
    twice = pd.concat([
        search.assign(seed=s, metric_accuracy=search["metric_accuracy"] + 0.001 * s) for s in (0, 1)
    ])
    assert ms.drivers(twice.reset_index(drop=True), **QUICK).fits["models"].tolist() == [24]
