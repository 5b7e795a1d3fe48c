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
