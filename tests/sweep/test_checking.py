"""What there is, what is missing and why."""

import pandas as pd

from morphsweep.records import Status, SweepConfig
from morphsweep.sweep.checking import check_sweep
from morphsweep.sweep.reading import read_sweep


def test_a_healthy_sweep_is_counted(small_sweep):
    """Rows, individuals and perturbations of every regime; constant and varying hyper-parameters; replicates."""
    told = []
    report = check_sweep(
        read_sweep(small_sweep(n_individuals=5, n_snips=20)),
        on_run=lambda done, total: told.append((done, total)),
    )
    assert report.ok
    assert (report.unusable, report.missing, report.problems) == ((), (), ())
    reference = report.regimes[0]
    assert (reference.regime, reference.runs, reference.usable, reference.rows, reference.individuals) == (
        "all",
        4,
        4,
        (600, 600),
        (30, 30),
    )
    assert set(reference.perturbations.values()) == {(5, 5)}
    assert report.hyperparameters["batch_size"] == (64,)
    assert report.replicates == {0: (0, 2), 1: (1, 3)}
    assert told == [(i, 8) for i in range(1, 9)]


def test_every_fault_is_named(small_sweep):
    """A damaged table, a missing one, other snips, rows left out, and labels that do not exist."""
    folder = small_sweep()
    tables = sorted(folder.glob("runs/*/figures/embryo_stats_df.csv"))
    tables[1].write_text("snip_id,x\n", encoding="utf-8")
    tables[3].unlink()
    pd.read_csv(tables[4]).iloc[1:].to_csv(tables[4], index=False)
    spoilt = pd.read_csv(tables[6])
    spoilt.loc[0, "z_mu_b_03"] = float("nan")
    spoilt.to_csv(tables[6], index=False)
    report = check_sweep(read_sweep(folder / "sweep01_00.csv", SweepConfig(held_out={"hld": ("gdf4",)})))
    assert not report.ok
    assert [(run.model_index, run.regime, run.status) for run in report.unusable] == [
        (0, "hld", Status.NOT_COMPUTABLE),
        (1, "hld", Status.NOT_COMPUTABLE),
    ]
    assert report.problems == (
        "2 of 6 runs have other snips than model 0, 'all' (72 rows); first: model 2, 'all' (71 rows)",
        "1 runs have rows that are left out; first: model 3, 'all' (missing latent: 1)",
        "the sweep file names 'gdf4' in held_out.hld, which no run has; known: gdf3, lmx1b, noto, tgfb-i, wnt-i, wt",
    )


def test_a_missing_regime_is_named(small_sweep):
    """A model without a run in one regime is incomplete, though every run can be read."""
    folder = small_sweep()
    frame = pd.read_csv(folder / "sweep01_00.csv")
    frame.iloc[:-1].to_csv(folder / "sweep01_00.csv", index=False)
    report = check_sweep(read_sweep(folder))
    assert report.missing == ((3, "hld"),)
    assert not report.ok


def test_the_order_of_rows_does_not_make_other_snips(small_sweep):
    """Runs are matched by snip id, so that a shuffled table is the same."""
    folder = small_sweep(n_individuals=5, n_snips=20)
    path = next(folder.glob("runs/*/figures/embryo_stats_df.csv"))
    pd.read_csv(path).sample(frac=1, random_state=0).to_csv(path, index=False)
    assert check_sweep(read_sweep(folder)).ok
    assert check_sweep(folder).problems == ()


def test_a_large_sweep_is_checked_by_its_columns(small_sweep):
    """Of most runs only the columns are read; a missing file is found all the same, and both regimes are looked into."""
    sweep = read_sweep(small_sweep())
    gone = sweep.models[3].runs["hld"].embedding
    gone.unlink()
    report = check_sweep(sweep, most=3)
    assert [run.rows_read for run in report.runs].count(True) == 4
    assert {run.regime for run in report.runs if run.rows_read and run.rows} == {"all", "hld"}
    assert [str(gone) in run.reason for run in report.unusable] == [True]
    assert any("only the columns were read" in text for text in report.problems)
    assert all(low > 0 for regime in report.regimes for low in (regime.rows[0], regime.individuals[0]))


def test_what_an_evaluation_would_refuse_is_said_before(small_sweep):
    """Three individuals of each perturbation are too few to compare."""
    report = check_sweep(read_sweep(small_sweep()))
    assert "no perturbation has at least 5 individuals" in report.refused
    assert not report.ok


def test_a_repeated_row_is_no_model(small_sweep):
    """It is told with its reason, and neither is a replicate nor lacks a regime."""
    folder = small_sweep(n_individuals=5, n_snips=20)
    frame = pd.read_csv(folder / "sweep01_00.csv")
    pd.concat([frame, frame.iloc[:1]]).to_csv(folder / "sweep01_00.csv", index=False)
    report = check_sweep(folder)
    assert len(report.unusable) == 1
    assert "is a duplicate of" in report.unusable[0].reason
    assert report.missing == ()
    assert report.replicates == {0: (0, 2), 1: (1, 3)}
