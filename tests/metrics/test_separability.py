"""The null, the intervals and the onset of separability."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from morphsweep.errors import InvalidInput, NotComputable, ShapeMismatch
from morphsweep.metrics import (
    IndividualCounts,
    centred_replicates,
    count_individuals,
    false_discovery,
    individual_weights,
    permuted_labels,
    replicate_interval,
    scores_over_time,
    separability,
    time_bins,
)

CLASSES = ("gdf3", "lmx1b", "wt")
EDGES = np.linspace(0.0, 6.0, 7)


def snips(seed=0, *, per=12, onset=None):
    """Labels, individuals, times and probabilities; gdf3 is recognised nine times in ten from its onset on."""
    rng = np.random.default_rng(seed)
    who = np.repeat(np.arange(3 * per), 12)
    codes = who % 3
    times = np.tile(np.arange(12) / 2 + 0.1, 3 * per)
    called = rng.integers(0, 3, len(who))
    if onset is not None:
        sure = (times >= onset) & (codes == 0) & (rng.random(len(who)) < 0.9)
        called = np.where(sure, 0, np.where((times >= onset) & (called == 0), 2, called))
        called = np.where(sure, 0, called)
    return np.array(CLASSES)[codes], np.char.add("e", who.astype(str)), times, np.eye(3)[called]


def counted(labels, individuals, times, probabilities, **options):
    """Counts per individual of these snips."""
    return count_individuals(
        probabilities.argmax(axis=1),
        labels,
        individuals,
        time_bins(times, EDGES),
        CLASSES,
        n_bins=6,
        **options,
    )


def judged(counts, *, n_permutations, n_replicates):
    """Against permuted labels; here no prediction was learned from any label."""
    labels = permuted_labels(counts.labels, counts.batches, n_permutations, seed=0)
    return separability(counts, EDGES, counts.f1_of_labels(labels), n_replicates=n_replicates)


def test_f1_from_counts_is_f1_from_snips():
    """Without weights the counts give the same F1 as the snips themselves."""
    data = snips(onset=3.0)
    labels, _, times, probabilities = data
    table = scores_over_time(probabilities, labels, times, EDGES, CLASSES)
    np.testing.assert_allclose(counted(*data).f1()[0].T.ravel(), table["f1"], atol=1e-12)


def test_replicates_are_f1_with_weights_per_individual():
    """Every replicate of the matrix product equals F1 of snips that carry their individual's weight."""
    data = snips(1, onset=3.0)
    labels, individuals, times, probabilities = data
    counts = counted(*data)
    weights = individual_weights(counts.individuals, 5, seed=3)
    for weight, found in zip(weights, counts.f1(weights), strict=True):
        of_snip = pd.Series(weight, index=counts.individuals)[individuals].to_numpy()
        table = scores_over_time(probabilities, labels, times, EDGES, CLASSES, weight=of_snip)
        np.testing.assert_allclose(found.T.ravel(), table["f1"], atol=1e-12)


def test_permuted_f1_is_f1_of_permuted_labels():
    """The null from counts equals relabelled snips against the same predictions."""
    data = snips(2)
    _, individuals, times, probabilities = data
    counts = counted(*data)
    labels = permuted_labels(counts.labels, counts.batches, 4, seed=1)
    for other, found in zip(labels, counts.f1_of_labels(labels), strict=True):
        of_snip = pd.Series(np.array(CLASSES)[other], index=counts.individuals)[individuals].to_numpy()
        table = scores_over_time(probabilities, of_snip, times, EDGES, CLASSES)
        np.testing.assert_allclose(found.T.ravel(), table["f1"], atol=1e-12)


def test_labels_stay_within_their_batch():
    """A permutation keeps the labels of every batch and of the whole."""
    labels, batches = np.arange(20) % 4, np.arange(20) // 7
    permuted = permuted_labels(labels, batches, 50, seed=0)
    for batch in range(3):
        inside = permuted[:, batches == batch]
        assert (np.sort(inside, axis=1) == np.sort(labels[batches == batch])).all()
    assert (permuted != labels).any()


def test_weights_depend_on_seed_individual_and_replicate_only():
    """More replicates, other individuals or another order change no weight; another seed does."""
    some = individual_weights(["e1", "e2", "e3"], 4, seed=0)
    more = individual_weights(["e3", "e9", "e1"], 9, seed=0)
    np.testing.assert_array_equal(some[:, [2, 0]], more[:4, [0, 2]])
    assert (individual_weights(["e1"], 4, seed=1)[:, 0] != some[:, 0]).all()
    assert individual_weights(["e1"], 20_000, seed=0).mean() == pytest.approx(1.0, abs=0.03)


def test_planted_onset_is_found_and_only_there():
    """gdf3 is separable from its onset on, with an interval around it; nothing before is."""
    found = judged(counted(*snips(3, onset=3.0)), n_permutations=300, n_replicates=50)
    onset = found.onsets.set_index("perturbation").loc["gdf3"]
    assert onset["onset"] == 3.0
    assert onset["onset_low"] <= 3.0 <= onset["onset_high"]
    assert onset["p"] < 0.05
    table = found.over_time[found.over_time["perturbation"] == "gdf3"]
    assert table["separable"].tolist() == [False, False, False, True, True, True]
    assert (table["q"].iloc[3:] < 0.05).all()
    assert (table["low"] <= table["high"]).all()


def test_no_signal_hardly_ever_an_onset():
    """With predictions by chance onsets are rare, and there is one exactly where the family-wise chance is 5 % or less."""
    onsets = pd.concat([
        judged(counted(*snips(seed)), n_permutations=200, n_replicates=0).onsets for seed in range(40)
    ])
    assert (onsets["onset"].notna() == (onsets["p"] <= 0.05)).all()
    assert onsets["onset"].notna().mean() < 0.12


def test_chance_of_a_bin_is_never_zero():
    """With R permutations p is at least 1 / (R + 1), and with too few nothing can be significant."""
    found = judged(counted(*snips(5, onset=0.0)), n_permutations=10, n_replicates=0)
    assert found.over_time["p"].min() == pytest.approx(1 / 11)
    assert not found.over_time["separable"].any()
    assert found.over_time["low"].isna().all()


def test_bin_without_positives_is_missing():
    """It has no F1, no interval and no q."""
    labels, individuals, times, probabilities = snips(6)
    kept = (labels != "gdf3") | (times > 1.0)
    found = judged(
        counted(labels[kept], individuals[kept], times[kept], probabilities[kept]),
        n_permutations=50,
        n_replicates=5,
    )
    assert found.over_time.iloc[0][["low", "high", "p", "q"]].isna().all()
    assert not found.over_time.iloc[0]["separable"]


def test_order_of_snips_is_irrelevant():
    """Shuffled snips give the same tables."""
    data = snips(7, onset=2.0)
    order = np.random.default_rng(0).permutation(len(data[0]))
    first = judged(counted(*data), n_permutations=50, n_replicates=5)
    second = judged(counted(*(a[order] for a in data)), n_permutations=50, n_replicates=5)
    pd.testing.assert_frame_equal(first.over_time, second.over_time)
    pd.testing.assert_frame_equal(first.onsets, second.onsets)


def test_null_of_another_shape_is_refused():
    """A null of other bins or classes is named."""
    with pytest.raises(
        ShapeMismatch, match=r"^a null of shape \(5, 6, 2\) does not fit 6 bins and 3 classes$"
    ):
        separability(counted(*snips(0)), EDGES, np.zeros((5, 6, 2)))


def test_without_permutations_nothing_is_tested():
    """Intervals are there, p and onsets are not."""
    found = judged(counted(*snips(3, onset=0.0)), n_permutations=0, n_replicates=20)
    assert found.over_time["p"].isna().all()
    assert not found.over_time["separable"].any()
    assert found.onsets["onset"].isna().all()
    assert found.onsets["f1_low"].notna().all()


def test_a_class_that_chance_never_hits_can_be_separable():
    """Where F1 is 0 in every permutation, any recognition is beyond chance."""
    counts = counted(*snips(3, onset=0.0))
    found = separability(counts, EDGES, np.zeros((200, 6, 3)), n_replicates=0)
    assert (found.onsets["onset"] == 0.0).all()
    assert (found.onsets["p"] < 0.05).all()


def test_few_individuals_widen_an_interval():
    """The ends lie further out than percentiles, the more so the fewer individuals; many leave the percentiles."""
    replicates = np.random.default_rng(0).normal(size=(2_000, 3))
    low, high = replicate_interval(replicates, np.array([5, 16, 100_000]), level=0.9)
    width = high - low
    assert width[0] > width[1] > width[2]
    plain = np.quantile(replicates[:, 2], [0.05, 0.95])
    np.testing.assert_allclose([low[2], high[2]], plain, atol=1e-3)


def test_an_interval_is_centred_on_its_value_and_stays_within_bounds():
    """Replicates that all lie on one side are moved by their median; what is missing is left out, bounds hold."""
    replicates = np.array([[0.2, 5.0], [0.4, np.nan], [0.3, 7.0], [0.9, 6.0]])
    moved = centred_replicates(replicates, np.array([0.95, np.nan]))
    np.testing.assert_allclose(moved, [[0.8, 5.0], [1.0, np.nan], [0.9, 7.0], [1.5, 6.0]])
    low, high = replicate_interval(
        replicates, 1_000_000, around=np.array([0.95, 6.5]), bounds=([0.0, -np.inf], [1.0, np.inf])
    )
    np.testing.assert_allclose(low, [0.815, 5.6], atol=1e-3)
    np.testing.assert_allclose(high, [1.0, 7.4], atol=1e-3)


def test_degrees_of_freedom_of_an_average():
    """The spread of an average over six perturbations of five individuals is known six times better."""
    replicates = np.random.default_rng(0).normal(size=(4_000, 2))
    low, high = replicate_interval(replicates, 5, degrees=[4, 24])
    expected = 2 * stats.t.ppf(0.95, [4, 24]) * np.sqrt(6 / 4)
    np.testing.assert_allclose(high - low, expected, rtol=0.06)


def test_false_discovery_by_hand():
    """p of 0.01, 0.02, 0.03 and 0.5 among four: all three small ones at 0.04."""
    np.testing.assert_allclose(false_discovery(np.array([0.02, 0.5, 0.01, 0.03])), [0.04, 0.5, 0.04, 0.04])


def test_unusable_counts_are_refused():
    """An individual with two labels, an unknown label and arrays that do not correspond are named."""
    labels, individuals, times, probabilities = snips(8)
    changed = labels.copy()
    changed[0] = "wt"
    with pytest.raises(
        NotComputable, match=r"^the individual 'e0' has more than one perturbation; labels must"
    ):
        counted(changed, individuals, times, probabilities)
    with pytest.raises(
        InvalidInput, match=r"^the label 'wnt-i' is none of the classes \['gdf3', 'lmx1b', 'wt'\]$"
    ):
        counted(np.where(labels == "wt", "wnt-i", labels), individuals, times, probabilities)
    with pytest.raises(
        ShapeMismatch, match=r"^2 individuals and 1 classes need labels and batches of shape \(2,\)"
    ):
        IndividualCounts(("a", "b"), ("wt",), np.zeros(1, int), np.zeros(2, int), np.zeros((2, 3, 1)))
