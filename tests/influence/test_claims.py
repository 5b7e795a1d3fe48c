"""Claims: declared, checked, and tested against known truth."""

import numpy as np
import pandas as pd
import pytest

import morphsweep as ms
from morphsweep.errors import InvalidInput
from morphsweep.influence import read_claim
from morphsweep.influence.verdict import on_side


@pytest.fixture(scope="module")
def models():
    """24 configurations of two replicates: beta lowers RMSE, NT-Xent classifies better, margin acts only under triplet."""
    rng = np.random.default_rng(0)
    grid = [
        (beta, loss, flag, 0 if loss == "NT-Xent" else 1)
        for beta in (0.1, 1, 10)
        for loss in ("NT-Xent", "triplet")
        for flag in (0, 1)
        for _ in range(2)
    ]
    table = pd.DataFrame(grid, columns=["beta", "metric_loss_type", "time_only_flag", "margin"])
    noise = rng.normal(size=(len(table), 3))
    table["aligned_rmse"] = 2 - np.log10(table["beta"]) + 0.1 * noise[:, 0]
    table["f1_all"] = (
        0.6
        + 0.1 * (table["metric_loss_type"] == "NT-Xent")
        - 0.1 * table["time_only_flag"]
        + 0.01 * noise[:, 1]
    )
    table["f1_hld"] = (
        table["f1_all"] - 0.05 + np.where(table["metric_loss_type"] == "NT-Xent", 0.002, 0.02) * noise[:, 2]
    )
    table["f1_drop"] = table["f1_all"] - table["f1_hld"]
    return table


def own(tmp_path, text):
    path = tmp_path / "claims.toml"
    path.write_text(text)
    return path


def test_the_shipped_claims_are_about_twenty_and_well_declared(models):
    """Each is tested; what the table lacks is not testable, with the reason."""
    ledger = ms.claims(models, permutations=39)
    verdicts = {v.claim.name: v for v in ledger.verdicts}
    assert len(verdicts) == len(ledger.verdicts) >= 20
    assert verdicts["beta drives robustness"].verdict == "holds"
    assert verdicts["beta drives robustness"].value == pytest.approx(-2.0, abs=0.15)
    assert verdicts["NT-Xent classifies best"].verdict == "holds"
    assert verdicts["holding out costs accuracy"].verdict == "holds"
    assert verdicts["beta is the main driver of robustness"].verdict == "holds"
    assert verdicts["classification varies"].verdict == "holds"
    assert (
        verdicts["beta drives prettiness"].reason == "the table has no column 'segment_collinearity_within'"
    )
    assert sum(ledger.counts.values()) == len(verdicts)
    assert all(len(v.picture) for v in ledger.verdicts if v.verdict != "not testable")


@pytest.mark.parametrize(
    ("claim", "verdict"),
    [
        ('test = "change"\nhyperparameter = "beta"\nmetric = "aligned_rmse"\nexpect = "higher"', "does not hold"),
        ('test = "change"\nhyperparameter = "beta"\nmetric = "aligned_rmse"\nexpect = "lower"\nat_least = 5', "does not hold"),
        ('test = "change"\nhyperparameter = "beta"\nmetric = "f1"\nexpect = "none"\nwithin = 0.05', "holds"),
        ('test = "change"\nhyperparameter = "beta"\nfrom = 10\nto = 0.1\nmetric = "aligned_rmse"\nexpect = "higher"', "holds"),
        ('test = "spread"\nhyperparameter = "metric_loss_type"\nlevel = "NT-Xent"\nagainst = "triplet"\nmetric = "f1"\nexpect = "lower"', "holds"),
        ('test = "spread"\nhyperparameter = "metric_loss_type"\nlevel = "triplet"\nagainst = "NT-Xent"\nmetric = "f1"\nexpect = "higher"', "holds"),
        ('test = "share"\nholds = "f1_drop > 0"\nat_least = 0.5', "holds"),
        ('test = "share"\nwhere = ["beta == 10"]\nholds = "aligned_rmse >= q90"', "does not hold"),
        ('test = "difference"\nmodel = 0\nother = 1\nmetric = "f1"\nexpect = "none"', "holds"),
        ('test = "relation"\nmetric = "f1_{other}"\nagainst = "f1_{reference}"\nexpect = "higher"', "holds"),
    ],
)  # fmt: skip
def test_a_labs_own_claims_are_tested_after_the_shipped_ones(models, tmp_path, claim, verdict):
    """Every kind of test, with a verdict known beforehand."""
    path = own(tmp_path, f'[[claim]]\nname = "own"\n{claim}\n')
    found = ms.claims(models, path, permutations=39).verdicts[-1]
    assert found.claim.name == "own"
    assert found.verdict == verdict, str(found)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[[claim]]\nname = 'a'\ntest = 'chnge'", "{path}, claim 1: test is 'chnge'; expected one of change, drives, relation, mean, share, spread, varies, difference"),
        ("[[claim]]\nname = 'a'\ntest = 'mean'\nmetric = 'f1'", "{path}, claim 1 (a): expect is None; expected one of higher, lower"),
        ("[[claim]]\nname = 'a'\ntest = 'mean'\nexpect = 'lower'", "{path}, claim 1 (a): the field 'metric' is missing; the test 'mean' needs name, metric"),
        ("[[claim]]\nname = 'a'\ntest = 'varies'\nmetric = 'f1'\nof = 'x'", "{path}, claim 1 (a): no field 'of'; the test 'varies' has name, says, test, where, expect, metric"),
        ("[[claim]]\nname = 'a'\ntest = 'mean'\nmetric = 'f1'\nexpect = 'lower'\nvalue = 'x'", "{path}, claim 1 (a): value is 'x'; expected a number"),
        ("[[claims]]\nname = 'a'", "{path}: expected tables [[claim]] and nothing else; found claims"),
    ],
)  # fmt: skip
def test_a_claim_that_is_not_well_declared_is_named_with_what_is_allowed(models, tmp_path, text, message):
    """The whole message: file, claim, field, found, allowed."""
    path = own(tmp_path, text)
    with pytest.raises(InvalidInput) as error:
        ms.claims(models, path)
    assert str(error.value) == message.format(path=path)


def test_a_condition_that_cannot_be_read_names_its_claim():
    """The grammar is that of thresholds."""
    with pytest.raises(InvalidInput, match="c 1 \\(a\\): cannot read the condition 'f1 is big'"):
        read_claim({"name": "a", "test": "share", "holds": "f1 is big"}, "c 1")


def test_undecided_is_what_an_interval_on_both_sides_says():
    """Neither side, or no interval."""
    assert on_side(-1.0, 2.0, "lower") == "undecided"
    assert on_side(np.nan, np.nan, "lower") == "undecided"
    assert on_side(-3.0, -2.0, "lower", beyond=-1.0) == "holds"
    assert on_side(-3.0, -2.0, "lower", beyond=-4.0) == "does not hold"


def searched(beta):
    """Random search: no two models share their weight decay, so that no cell is matched; f1 rises with beta."""
    rng = np.random.default_rng(0)
    f1 = beta / beta.max() + 0.01 * rng.normal(size=len(beta))
    decay = rng.permutation(len(beta)) * 0.001
    return pd.DataFrame({"beta": beta, "weight_decay": decay, "f1_all": f1})


CHANGE = (
    '[[claim]]\nname = "own"\ntest = "change"\nhyperparameter = "beta"\nmetric = "f1"\nexpect = "higher"\n'
)


def told(tmp_path, table, more="", claim=CHANGE):
    return ms.claims(table, own(tmp_path, claim + more), permutations=39).verdicts[-1]


@pytest.mark.parametrize("few", [(0.123456, 0.5, 0.987654), (0.1, 0.5, 1.0), (100000, 500000, 1234567)])
def test_without_matched_cells_a_change_is_told_whatever_the_digits(tmp_path, few):
    """From the lowest to the highest value, also where these are written with many digits."""
    table = searched(np.tile(few, 20))
    found = told(tmp_path, table)
    assert found.verdict == "holds", str(found)
    assert found.value == pytest.approx(1 - few[0] / few[2], abs=0.03)
    assert found.quantity == (
        f"change of f1_all from beta {few[0]:.6g} to {few[2]:.6g} in an additive model of all settings"
    )


def test_a_change_over_many_values_goes_from_the_smallest_to_the_largest(tmp_path):
    """Random search over more values than levels: no text of a bin stands in the way."""
    beta = np.random.default_rng(3).uniform(0.1, 1.0, 60)
    found = told(tmp_path, searched(beta))
    assert found.verdict == "holds", str(found)
    assert found.value == pytest.approx(1 - beta.min() / beta.max(), abs=0.03)
    assert f"from beta {beta.min():.6g} to {beta.max():.6g} in an additive model" in found.quantity


@pytest.mark.parametrize(("ends", "expected"), [((0.5, 0.987654), 0.494), ((0.5, 0.123456), -0.381)])
def test_a_change_between_any_two_values_is_told(tmp_path, ends, expected):
    """Not only from end to end: the share of the slope that lies between the two."""
    table = searched(np.tile((0.123456, 0.5, 0.987654), 20))
    found = told(tmp_path, table, f"from = {ends[0]}\nto = {ends[1]}\n")
    assert found.value == pytest.approx(expected, abs=0.03)
    assert found.low < found.value < found.high


@pytest.mark.parametrize("matched", [True, False])
def test_categories_and_values_that_are_no_neighbours_are_compared(tmp_path, matched):
    """The second loss against the third, and the first beta of four against the third, matched or not."""
    table = pd.DataFrame(
        [(beta, loss, 0.0) for beta in (1, 2, 3, 4) for loss in ("a", "b", "c") for _ in range(3)],
        columns=["beta", "loss", "weight_decay"],
    )
    if not matched:
        table["weight_decay"] = np.random.default_rng(0).permutation(len(table)) * 0.001
    table["f1_all"] = 0.1 * table["beta"] + table["loss"].map({"a": 0.0, "b": 0.5, "c": 0.2})
    table["f1_all"] += 1e-4 * np.random.default_rng(1).normal(size=len(table))
    found = told(tmp_path, table, "from = 1\nto = 3\n")
    assert found.value == pytest.approx(0.2, abs=0.001)
    found = told(tmp_path, table, 'from = "b"\nto = "c"\n', CHANGE.replace('"beta"', '"loss"'))
    assert found.value == pytest.approx(-0.3, abs=0.001)
    assert ("matched cells" in found.quantity) == matched


def test_values_that_are_written_alike_are_not_taken_for_each_other(tmp_path):
    """Three values that agree in six digits, matched: by their place, not by their text."""
    few = (0.10000001, 0.10000002, 0.10000003)
    table = pd.DataFrame([(beta, flag) for flag in range(8) for beta in few], columns=["beta", "flag"])
    table["f1_all"] = table["beta"].map(dict(zip(few, (0.1, 0.5, 0.2), strict=True))) + 0.01 * table["flag"]
    assert told(tmp_path, table).value == pytest.approx(0.1)
    assert told(tmp_path, table, f"from = {few[0]}\nto = {few[1]}\n").value == pytest.approx(0.4)


def test_a_change_that_cannot_be_asked_says_why(tmp_path):
    """Equal ends; a hyper-parameter that is constant where the number is known."""
    table = searched(np.tile((0.1, 0.5), 20))
    assert told(tmp_path, table, "from = 0.5\nto = 0.5\n").reason == (
        "from and to are the same value of beta, 0.5"
    )
    table.loc[table["beta"] == 0.5, "f1_all"] = np.nan
    assert told(tmp_path, table).reason == (
        "the hyper-parameter 'beta' does not vary among the models that have the number"
    )


def test_what_is_tested_is_said_with_its_direction(models, tmp_path):
    """A name need not carry one; a clear effect the other way round is called so, and one that is only small is not."""
    path = own(
        tmp_path,
        "\n".join(
            f'[[claim]]\nname = "beta drives it"\ntest = "change"\nhyperparameter = "beta"\nmetric = "aligned_rmse"\n{rest}\n'
            for rest in ('expect = "higher"', 'expect = "lower"\nat_least = 5')
        ),
    )
    opposite, small = ms.claims(models, path, permutations=39).verdicts[-2:]
    assert str(opposite).startswith(
        "beta drives it Tested: higher beta, higher aligned_rmse. Does not hold, the other way round: change of aligned_rmse"
    )
    assert opposite.verdict == "does not hold"
    assert "Tested: higher beta, lower aligned_rmse by at least 5. Does not hold: change" in str(small)


def test_every_shipped_claim_says_what_is_tested(models):
    """All of them, with a side wherever there are two."""
    ledger = ms.claims(models, permutations=39)
    sides = ("higher ", "lower ", "above ", "below ", "more ", "less ", "all models", "at least ")
    assert all(any(side in f"{text} " for side in sides) for text in ledger.table["tested"])
    assert ledger.table.set_index("claim").loc["beta drives prettiness", "tested"] == (
        "higher beta, higher segment_collinearity_within"
    )
