"""Which runs are replicates, and which belong together."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from morphsweep.errors import InvalidInput
from morphsweep.records import Condition, Run, Status
from morphsweep.sweep.pairing import active_hyperparameters, pair_runs

INERT = {"margin": Condition.parse("loss == 'NT-Xent'")}


def run(row, regime, *, seed=None, status=Status.OK, **hyperparameters):
    """A run of a manifest row."""
    return Run(regime, hyperparameters, seed=seed, status=status, row=row, name=f"run {row}")


def pair(runs, regimes=("all", "hld"), **options):
    """Models as (index, configuration, replicate, rows by regime)."""
    found = pair_runs(runs, regimes=regimes, **options)
    return [
        (m.model_index, m.configuration, m.replicate, {r: x.row for r, x in m.runs.items()})
        for m in found.models
    ]


def test_runs_with_equal_hyperparameters_pair_in_order_across_regimes():
    """Without seeds the first of one regime goes with the first of the other."""
    runs = [
        run(0, "all", b=1),
        run(1, "hld", b=2),
        run(2, "hld", b=1),
        run(3, "all", b=2),
        run(4, "all", b=1),
        run(5, "hld", b=1),
    ]
    assert pair(runs) == [
        (0, 0, 0, {"all": 0, "hld": 2}),
        (1, 1, 0, {"all": 3, "hld": 1}),
        (2, 0, 1, {"all": 4, "hld": 5}),
    ]


def test_equal_seeds_pair_before_order():
    """Runs of one seed belong together wherever they stand."""
    runs = [
        run(0, "all", seed=1, b=1),
        run(1, "all", seed=2, b=1),
        run(2, "hld", seed=2, b=1),
        run(3, "hld", seed=7, b=1),
    ]
    assert pair(runs) == [(0, 0, 0, {"all": 0, "hld": 3}), (1, 0, 1, {"all": 1, "hld": 2})]


def test_equal_margin_pairs_first_even_where_it_cannot_act():
    """Runs are paired within equal hyper-parameters altogether; the configuration is still one."""
    runs = [
        run(i, regime, loss="NT-Xent", margin=m)
        for i, (regime, m) in enumerate([("all", 1), ("all", 2), ("hld", 2), ("hld", 1)])
    ]
    assert pair(runs, inactive=INERT) == [(0, 0, 0, {"all": 0, "hld": 3}), (1, 0, 1, {"all": 1, "hld": 2})]


def test_what_is_left_over_pairs_within_the_configuration():
    """An inert margin does not keep runs apart; an active one does."""
    runs = [run(0, "all", loss="NT-Xent", margin=1), run(1, "hld", loss="NT-Xent", margin=2)]
    assert pair(runs, inactive=INERT) == [(0, 0, 0, {"all": 0, "hld": 1})]
    runs = [run(0, "all", loss="triplet", margin=1), run(1, "hld", loss="triplet", margin=2)]
    assert pair(runs, inactive=INERT) == [(0, 0, 0, {"all": 0}), (1, 1, 0, {"hld": 1})]


def test_left_over_runs_pair_by_seed_before_order():
    """Also across values of a hyper-parameter that cannot act."""
    runs = [
        run(0, "all", seed=1, loss="NT-Xent", margin=1),
        run(1, "all", seed=2, loss="NT-Xent", margin=2),
        run(2, "hld", seed=2, loss="NT-Xent", margin=3),
    ]
    assert pair(runs, inactive=INERT) == [(0, 0, 0, {"all": 0}), (1, 0, 1, {"all": 1, "hld": 2})]


def test_surplus_runs_become_models_with_a_missing_regime():
    """Nothing is dropped."""
    runs = [run(0, "all", b=1), run(1, "all", b=1), run(2, "hld", b=1)]
    assert pair(runs) == [(0, 0, 0, {"all": 0, "hld": 2}), (1, 0, 1, {"all": 1})]


def test_any_number_of_regimes():
    """One regime, or three, one of which is short of a run."""
    runs = [run(0, "all", b=1), run(1, "x", b=1), run(2, "y", b=1), run(3, "y", b=1), run(4, "all", b=1)]
    assert pair(runs, ("all", "x", "y")) == [
        (0, 0, 0, {"all": 0, "x": 1, "y": 2}),
        (1, 0, 1, {"all": 4, "y": 3}),
    ]
    assert pair(runs[:1], ("all",)) == [(0, 0, 0, {"all": 0})]


def test_unfinished_runs_count():
    """A model keeps its number while one of its runs is still to be trained."""
    runs = [run(0, "all", status=Status.NOT_DONE, b=1), run(1, "all", b=2), run(2, "hld", b=1)]
    assert pair(runs) == [(0, 0, 0, {"all": 0, "hld": 2}), (1, 1, 0, {"all": 1})]


def test_a_duplicate_is_a_problem_and_a_row():
    """Equal hyper-parameters, known seed and regime: the first counts, the second is a model of its own with the reason."""
    runs = [
        run(0, "all", seed=5, b=1),
        run(1, "all", seed=5, b=1),
        run(2, "hld", seed=5, b=1),
        run(3, "all", seed=5, b=2),
    ]
    found = pair_runs(runs, regimes=("all", "hld"))
    assert [{r: x.row for r, x in m.runs.items()} for m in found.models] == [
        {"all": 0, "hld": 2},
        {"all": 3},
        {"all": 1},
    ]
    reason = "run 1 (row 2) is a duplicate of run 0 (row 1): equal hyper-parameters, seed and regime ('all'); only the latter is used"
    assert found.problems == (reason,)
    duplicate = found.models[2].runs["all"]
    assert (duplicate.status, duplicate.reason, duplicate.embedding) == (Status.NOT_COMPUTABLE, reason, None)


def test_of_a_failed_run_and_its_repetition_the_good_one_counts():
    """A repetition replaces what failed."""
    runs = [run(0, "all", seed=5, status=Status.NOT_DONE, b=1), run(1, "all", seed=5, b=1)]
    found = pair_runs(runs, regimes=("all",))
    assert [m.runs["all"].row for m in found.models] == [1, 0]
    assert found.models[1].runs["all"].status is Status.NOT_DONE


def test_equal_runs_without_seed_are_replicates():
    """What has no seed is nobody's duplicate."""
    assert pair([run(0, "all", b=1), run(1, "all", b=1)], ("all",)) == [
        (0, 0, 0, {"all": 0}),
        (1, 0, 1, {"all": 1}),
    ]


def test_the_manifest_s_own_index_is_kept():
    """Rows with one model_index are one model, in the order of the index."""
    runs = [run(0, "all", b=1), run(1, "all", b=2), run(2, "hld", b=1), run(3, "hld", b=2)]
    assert pair(runs, indices=[7, 3, 7, 3]) == [
        (3, 0, 0, {"all": 1, "hld": 3}),
        (7, 1, 0, {"all": 0, "hld": 2}),
    ]


def test_an_index_that_joins_unequal_runs_is_a_problem():
    """Both values are named."""
    found = pair_runs([run(0, "all", b=1), run(1, "hld", b=2)], regimes=("all", "hld"), indices=[0, 0])
    assert found.problems == ("model 0: 'b' is 1 in 'all' but 2 in 'hld'; the value of the reference counts",)


@pytest.mark.parametrize("index", [1.5, None, "a", -1])
def test_an_index_that_is_no_whole_number_is_refused(index):
    """The row is named."""
    with pytest.raises(InvalidInput) as error:
        pair_runs([run(0, "all")], regimes=("all",), indices=[index])
    assert (
        str(error.value)
        == f"model_index of run 0 (row 1) is {index!r}; expected a whole number from 0 in every row, or no such column"
    )


def test_hyperparameters_that_cannot_act_are_masked():
    """The condition looks at the other hyper-parameters; a missing value masks nothing."""
    assert active_hyperparameters({"loss": "NT-Xent", "margin": 1}, INERT) == {"loss": "NT-Xent"}
    assert active_hyperparameters({"loss": "triplet", "margin": 1}, INERT) == {"loss": "triplet", "margin": 1}
    assert active_hyperparameters({"loss": None, "margin": 1}, INERT) == {"loss": None, "margin": 1}


RUNS = st.lists(
    st.tuples(
        st.sampled_from(["all", "hld", "x"]),
        st.sampled_from([None, 1, 2]),
        st.sampled_from(["NT-Xent", "triplet"]),
        st.sampled_from([1, 2]),
    ),
    max_size=14,
)


@settings(max_examples=200, deadline=None)
@given(RUNS)
def test_every_run_is_in_exactly_one_model(rows):
    """Nothing is lost or used twice, configurations are what their content says, replicates are numbered from 0."""
    runs = [
        run(i, regime, seed=seed, loss=loss, margin=margin)
        for i, (regime, seed, loss, margin) in enumerate(rows)
    ]
    found = pair_runs(runs, regimes=("all", "hld", "x"), inactive=INERT)
    assert sorted(x.row for m in found.models for x in m.runs.values()) == list(range(len(rows)))
    assert [m.model_index for m in found.models] == list(range(len(found.models)))
    contents = {}
    for model in found.models:
        contents.setdefault(model.configuration, []).append(model)
        assert (
            len({
                tuple(active_hyperparameters(x.hyperparameters, INERT).items()) for x in model.runs.values()
            })
            == 1
        )
    assert len({tuple(ms[0].active.items()) for ms in contents.values()}) == len(contents)
    assert all([m.replicate for m in ms] == list(range(len(ms))) for ms in contents.values())
