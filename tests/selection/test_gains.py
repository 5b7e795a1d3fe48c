"""Windows of gains and the sentences about them, on differences made by hand."""

import numpy as np
import pytest

from morphsweep.metrics import PairedF1
from morphsweep.selection import Setting, find_windows, gains_of

EDGES = np.linspace(10.0, 20.0, 11)  # ten bins of one hour
CLASSES = ("gdf3", "lmx1b", "wt")


def pair(difference, *, noise=0.02, people=20, seed=0):
    """Two models whose F1 differs by this much, shape (bins, classes), with noise in replicates and swaps."""
    rng = np.random.default_rng(seed)
    difference = np.asarray(difference, float)
    shape = (400, *difference.shape)
    # What individuals share makes all bins of a class move together.
    shared = rng.normal(size=(400, 1, difference.shape[1]))
    replicates = difference + noise * (0.7 * shared + 0.7 * rng.normal(size=shape))
    swapped = noise * (0.7 * rng.normal(size=(400, 1, difference.shape[1])) + 0.7 * rng.normal(size=shape))
    return PairedF1(
        CLASSES,
        tuple(f"e{i}" for i in range(3 * people)),
        0.5 + difference / 2,
        0.5 - difference / 2,
        replicates,
        swapped,
        np.full(3, people),
    )


def steps(*, lmx1b=(0.0, 0.0), others=0.0, turn=4):
    """lmx1b differs by the first number before the turn and by the second after; the others throughout."""
    difference = np.full((10, 3), others)
    difference[:turn, 1], difference[turn:, 1] = lmx1b
    return difference


def setting(reference, others=None, by_batch=None):
    """lmx1b is held out in hld."""
    return Setting(reference, others or {}, by_batch, {"hld": ("lmx1b",)}, EDGES, "h")


def claim(found, name):
    """The only claim of that name."""
    (one,) = [made for made in found.claims if made.name == name]
    return one


def test_an_early_gain_ends_where_it_was_planted():
    """The window is the four first bins, the turn 14 h, and the rest is 0."""
    gain = find_windows(pair(steps(lmx1b=(0.2, 0.0))), EDGES)[1]
    assert gain.window == (0, 4)
    assert gain.partial
    assert gain.turn == 14.0
    assert gain.turn_low <= 14.0 <= gain.turn_high
    assert gain.gain == pytest.approx(0.2)
    assert gain.rest == pytest.approx(0.0)
    assert gain.p < 0.01


def test_a_late_gain_begins_where_it_was_planted():
    """Windows may also begin at a time and last to the end."""
    gain = find_windows(pair(steps(lmx1b=(0.0, 0.2), turn=7)), EDGES)[1]
    assert gain.window == (7, 10)
    assert gain.turn == 17.0


def test_a_constant_gain_is_the_whole_time():
    """Noise around a constant gain makes no window."""
    for seed in range(10):
        gain = find_windows(pair(steps(lmx1b=(0.1, 0.1)), seed=seed), EDGES)[1]
        assert not gain.partial
        assert gain.window == (0, 10)
        assert np.isnan(gain.turn)
        assert np.isnan(gain.rest)


def test_no_gain_is_hardly_ever_found():
    """Equal models: p of the best of all windows is even, so that 5 % or so lie below 0.05."""
    rng = np.random.default_rng(1)
    p = []
    for seed in range(200):
        made = pair(np.zeros((10, 3)), seed=seed)
        place = rng.integers(400)
        noise = made.swapped[place]
        kept = np.delete(made.swapped, place, axis=0)
        own = PairedF1(CLASSES, made.individuals, noise, 0 * noise, made.replicates, kept, made.people)
        p += [one.p for one in find_windows(own, EDGES)]
    assert 0.02 < np.mean(np.array(p) <= 0.05) < 0.09


def test_the_sentences_of_a_gain_that_is_not_kept():
    """All of them: confined to lmx1b before t, not kept when held out, worse in all others."""
    made = gains_of(
        setting(
            pair(steps(lmx1b=(0.2, -0.1), others=-0.1)),
            {"hld": pair(steps(lmx1b=(-0.1, -0.1), others=-0.1))},
            pair(steps(lmx1b=(0.0, -0.1), others=-0.1)),
        ),
        "A",
        "B",
    )
    confined = claim(made, "confined")
    assert confined.holds is True
    assert confined.text.startswith("The gain of A over B is confined to lmx1b before 14 h (90% interval of")
    assert claim(made, "held_out").holds is False
    assert claim(made, "held_out").text.startswith(
        "The gain in lmx1b before 14 h is not kept when lmx1b is held out (hld): -0.100 ("
    )
    assert claim(made, "unseen_batches").holds is False
    others = claim(made, "others_worse")
    assert others.holds is True
    assert others.text.startswith("In all other perturbations A is worse than B: gdf3 -0.100 (")
    assert claim(made, "verdict").text == (
        "What A gains over B in lmx1b is owed to what the model was trained on and to the batch, "
        "and is probably no property of the perturbation."
    )


def test_the_sentences_of_a_gain_that_is_kept_or_undecided():
    """Kept where the interval lies above 0; undecided where neither gain nor loss is sure."""
    same = pair(steps(lmx1b=(0.2, 0.2)))
    kept = gains_of(setting(same, {"hld": same}, same), "A", "B")
    assert claim(kept, "verdict").holds is True
    vague = pair(steps(lmx1b=(0.1, 0.1)), noise=0.3)
    unsure = gains_of(setting(same, {"hld": vague}), "A", "B")
    assert claim(unsure, "held_out").holds is None
    assert claim(unsure, "held_out").text.startswith("Whether the gain in lmx1b throughout is kept when")
    assert claim(unsure, "verdict").holds is None
    alone = gains_of(setting(same), "A", "B")
    assert [one.name for one in alone.claims] == ["confined", "others_worse"]


def test_gains_in_several_perturbations_and_in_none():
    """All are named; without any the sentence says so."""
    difference = steps(lmx1b=(0.2, 0.2))
    difference[:, 0] = 0.15
    made = gains_of(setting(pair(difference)), "A", "B")
    assert claim(made, "gain").text.startswith("A gains over B in 2 perturbations: gdf3 throughout: +0.150 (")
    turned = gains_of(setting(pair(difference)).turned(), "B", "A")
    assert claim(turned, "gain").holds is False
    assert claim(turned, "gain").text == "No gain of B over A is beyond chance in any perturbation."


def test_a_missing_bin_and_a_perturbation_without_scores_are_left_out():
    """Windows count known bins only; a class without any has no window."""
    difference = steps(lmx1b=(0.2, 0.0))
    difference[:2, 1] = np.nan
    difference[:, 0] = np.nan
    found = find_windows(pair(difference), EDGES)
    assert [one.perturbation for one in found] == ["lmx1b", "wt"]
    assert found[0].gain == pytest.approx(0.2)
    assert found[0].turn == 14.0


def test_gains_in_another_regime_are_told_and_every_sentence_names_its_regime():
    """None in the reference does not mean none: a gain over the whole time in hld is said, with its q."""
    made = gains_of(
        Setting(
            pair(steps()),
            {"hld": pair(steps(lmx1b=(0.1, 0.1))), "lopo": pair(steps())},
            None,
            {},
            EDGES,
            regime="all",
        ),
        "A",
        "B",
    )
    assert claim(made, "gain").text == "Regime all: no gain of A over B is beyond chance in any perturbation."
    some, none = (one for one in made.claims if one.name == "gain_other_regime")
    assert some.holds is True
    assert some.text.startswith("Regime hld: A gains over B, over the whole time, in lmx1b +0.100 (+0.0")
    assert some.text.endswith("), q = 0.0075.")
    assert (none.holds, none.text) == (
        False,
        "Regime lopo: no gain of A over B is beyond chance in any perturbation.",
    )


def narrow(difference, *, low, high):
    """A pair whose replicates are too narrow for what exchanged models do: an individual or so in each bin."""
    made = pair(difference)
    spread = np.linspace(low, high, len(made.replicates))[:, None, None]
    wide = np.random.default_rng(3).normal(0.0, 0.5, (400, 1, 3))
    return PairedF1(
        CLASSES,
        made.individuals,
        made.first,
        made.second,
        np.broadcast_to(made.difference + spread, made.replicates.shape),
        made.swapped + wide,
        made.people,
    )


def test_worse_and_kept_need_a_chance_beside_their_interval():
    """An interval that excludes 0 where exchanged models differ as much every other time tells nothing."""
    gain = pair(steps(lmx1b=(0.2, 0.2)))
    other = narrow(steps(lmx1b=(0.2, 0.2), others=-0.035), low=-0.01, high=0.01)
    reference = PairedF1(
        CLASSES,
        gain.individuals,
        np.where([False, True, False], gain.first, other.first),
        np.where([False, True, False], gain.second, other.second),
        np.where([False, True, False], gain.replicates, other.replicates),
        np.where([False, True, False], gain.swapped, other.swapped),
        gain.people,
    )
    made = gains_of(setting(reference, {"hld": other}), "A", "B")
    worse = claim(made, "others_worse")
    assert worse.holds is False
    assert worse.text.startswith("In the other perturbations the two are not told apart: gdf3 -0.035 (-0.04")
    held_out = claim(made, "held_out")
    assert held_out.low > 0
    assert held_out.p > 0.05
    assert held_out.holds is None
    assert "cannot be told: +0.200 (" in held_out.text
    assert f"(p = {held_out.p:.2g})" in held_out.text


def test_a_gain_over_the_whole_time_is_told_where_no_window_is_beyond_its_chance():
    """The choice of a window costs; what the table shows without one is not denied."""
    rng = np.random.default_rng(0)
    made = pair(steps(lmx1b=(0.1, 0.1)))
    swapped = 0.02 * rng.normal(size=(400, 1, 3)) + 0.107 * rng.normal(size=made.swapped.shape)
    own = PairedF1(CLASSES, made.individuals, made.first, made.second, made.replicates, swapped, made.people)
    found = gains_of(setting(own), "A", "B")
    assert not any(found.real)
    assert (
        "part of the time is beyond chance in any perturbation; over all of it: lmx1b +0.100"
        in claim(found, "gain").text
    )
