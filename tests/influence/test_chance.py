"""What chance gives."""

import numpy as np

from morphsweep.influence import against_chance, make_design
from morphsweep.influence.chance import dealt_out


def test_a_setting_that_acts_is_told_from_one_that_does_not(planted):
    """Beta and flag act, margin is inert."""
    table, score = planted(0)
    found = against_chance(make_design(table), score, permutations=59, seed=0)
    assert found.acts.tolist() == [True, True, False]


def test_a_weak_setting_is_seen_beside_a_strong_one(planted):
    """The second round looks at what the strong setting leaves: flag moves 2 % of the variance and still stands out."""
    table, _ = planted(0)
    score = (
        10 * np.log10(table["beta"])
        + 2.5 * (table["flag"] == "yes")
        + np.random.default_rng(0).normal(size=len(table)) * 0.3
    )
    found = against_chance(make_design(table), score.to_numpy(), permutations=59, seed=0)
    assert found.acts.tolist() == [True, True, False]


def test_without_signal_no_setting_is_named(planted):
    """Ten sweeps of noise: at most two name anything (5 % expected)."""
    table, _ = planted(0)
    design = make_design(table)
    named = [
        against_chance(
            design, np.random.default_rng(seed).normal(size=len(table)), permutations=39, seed=seed
        ).acts.any()
        for seed in range(10)
    ]
    assert sum(named) <= 2


def test_dealing_out_permutes_and_keeps_replicates_together():
    """The values stay the same; whole groups of one size change places."""
    groups = np.repeat(np.arange(6), 2)
    score = np.repeat(np.arange(6.0), 2)
    dealt = dealt_out(score, groups, seed=3)
    assert sorted(dealt) == sorted(score)
    assert (dealt[::2] == dealt[1::2]).all()
    assert (dealt != score).any()
