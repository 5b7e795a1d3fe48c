"""What a lab throws at the command line: each kind of bad input has its exit status and its message, and no traceback."""

import gzip
import sys

import numpy as np
import pandas as pd
import pytest

from morphsweep.cli import main
from morphsweep.sweep import Results

LATENTS = [f"z_mu_b_{j:02d}" for j in range(4)]


@pytest.fixture
def run(monkeypatch, capsys):
    """Runs the command line as a shell would; returns status, standard output and standard error in one line each."""

    def call(*arguments):
        monkeypatch.setattr(sys, "argv", ["morphsweep", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsys.readouterr()
        code = ended.value.code
        return (0 if code is None else code), " ".join(said.out.split()), " ".join(said.err.split())

    return call


def embedding(seed=0) -> pd.DataFrame:
    """A healthy table: two perturbations, six individuals each, ten times."""
    rng = np.random.default_rng(seed)
    person, frame = np.divmod(np.arange(120), 10)
    group, u = person % 2, frame / 9
    line = np.c_[4 * u, np.where(group, 2, -2) * u**2, u * (1 - u), 0.3 * u]
    return pd.DataFrame({
        "snip_id": [f"e{p}_{f}" for p, f in zip(person, frame, strict=True)],
        "embryo_id": [f"e{p}" for p in person],
        "phenotype": np.where(group, "gdf3", "wt"),
        "predicted_stage_hpf": 12.0 + 2 * frame,
        **dict(zip(LATENTS, (line + 0.1 * rng.normal(size=line.shape)).T, strict=True)),
    })


def write(folder, *tables, regimes=("all", "hld")):
    """A plain sweep: one model, a table per regime."""
    rows = ["regime,beta,embedding"]
    for regime, table in zip(regimes, tables, strict=True):
        name = f"{regime}.csv"
        if isinstance(table, pd.DataFrame):
            table.to_csv(folder / name, index=False)
        elif isinstance(table, bytes):
            (folder / name).write_bytes(table)
        rows.append(f"{regime},1,{name}")
    (folder / "manifest.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    return folder / "manifest.csv"


def spoiled(column, row, value):
    """The healthy table with one other value."""
    table = embedding().astype({column: object})
    table.loc[row, column] = value
    return table


def as_bytes(change):
    """The healthy table as a file that something happened to."""
    return change(embedding().to_csv(index=False).encode())


WHOLE = {
    "no such manifest": (lambda f: f / "nowhere.csv", "nowhere.csv: no such file or folder; expected a manifest"),
    "an empty manifest": (lambda f: text(f, "m.csv", ""), "m.csv: not a readable manifest (0 bytes); expected a table with one row per run"),
    "a manifest without rows": (lambda f: text(f, "m.csv", "regime,embedding\n"), "m.csv: the manifest has no rows (columns: regime, embedding)"),
    "a binary manifest": (lambda f: data(f, "m.csv", bytes(range(256))), "m.csv: not a readable manifest ("),
    "an unknown layout": (lambda f: text(f, "m.csv", "a,b\n1,2\n"), "m.csv: unknown layout; found the columns a, b; expected"),
    "unknown column roles": (
        lambda f: write(f, *[embedding().rename(columns={"phenotype": "kind_of"})] * 2),
        "all.csv: no column for the perturbation; expected one of phenotype, perturbation",
    ),
    "an invalid sweep file": (lambda f: text(f, "sweep.toml", "manifest = 3 = 4\n"), "sweep.toml"),
    "an unknown field in the sweep file": (lambda f: text(f, "sweep.toml", 'manifst = "m.csv"\n'), "unknown field 'manifst'; did you mean 'manifest'?"),
    "no usable run": (lambda f: write(f, None, None), "none of 2 runs can be used (2 not_computable); first reason:"),
    "no run that can be read": (lambda f: write(f, b"", b""), "none of 2 embeddings can be read; first reason:"),
}  # fmt: skip


def text(folder, name, content):
    """A file of text."""
    (folder / name).write_text(content, encoding="utf-8")
    return folder / name


def data(folder, name, content):
    """A file of bytes."""
    (folder / name).write_bytes(content)
    return folder / name


@pytest.mark.parametrize("case", WHOLE)
@pytest.mark.parametrize("verb", ["check", "evaluate"])
def test_what_cannot_be_used_at_all_ends_with_2(case, verb, run, tmp_path):
    """One message, before anything is computed; no results folder appears."""
    make, message = WHOLE[case]
    options = ["--out", tmp_path / "results"] if verb == "evaluate" else []
    code, _, said = run(verb, make(tmp_path), *options)
    assert (code, "Traceback" in said) == (2, False), said
    assert message in said
    assert said.count("error:") == 1
    assert not (tmp_path / "results").exists()


RUNS = {
    "a truncated file": (as_bytes(lambda b: b[:-45]), "damaged or cut off (CSV parse error: Expected 8 columns, got"),
    "a binary file": (bytes(range(255, 0, -1)), "not a readable table ("),
    "a truncated archive": (as_bytes(gzip.compress)[:-400], "not a readable table ("),
    "an empty file": (b"", "the file is empty (0 rows); write it again from the model"),
    "text in latents": (spoiled("z_mu_b_01", 3, "abc"), "column 'z_mu_b_01' has text in 1 of 120 rows, first 'abc' in row 4; expected numbers"),
    "duplicate snip ids": (spoiled("snip_id", 3, "e0_0"), "column 'snip_id' has 1 repeated snip ids in 120 rows, first 'e0_0'; each snip must"),
    "constant latents": (embedding().assign(z_mu_b_01=1.0, z_mu_b_02=2.0), "2 of 4 latents vary over 120 rows, expected at least 3; the model has collapsed"),
    "fewer than three latents": (embedding().drop(columns=LATENTS[2:]), "2 latent columns, expected at least 3 named z_mu_b_00"),
    "an individual in two perturbations": (spoiled("phenotype", 3, "gdf3"), "1 of 12 individuals (column 'embryo_id') have more than one perturbation"),
    "more than half NaN": (embedding().assign(z_mu_b_01=[np.nan] * 61 + [1.0] * 59), "61 of 120 rows cannot be used (missing latent: 61), more than half"),
    "a missing file": (None, "hld.csv: no such file"),
    "one single time": (embedding().assign(predicted_stage_hpf=24.0), "column 'predicted_stage_hpf' has one single time (24) in all 120 rows"),
}  # fmt: skip


@pytest.mark.parametrize("case", RUNS)
def test_a_bad_run_is_a_row_with_its_reason_and_ends_with_1(case, run, tmp_path):
    """The other run is measured; failures.csv names the file and the reason; `check` says the same."""
    table, message = RUNS[case]
    manifest = write(tmp_path, embedding(), table)
    code, _, said = run(
        "evaluate", manifest, "--out", tmp_path / "r", "--workers", "1", "--only", "dispersion_first"
    )
    assert (code, "Traceback" in said) == (1, False), said
    failures = Results(tmp_path / "r").failures
    reason = failures.set_index(["regime", "metric"])["reason"]["hld", "run"]
    assert message in reason
    assert str(tmp_path / "hld.csv") in reason
    assert Results(tmp_path / "r").summary["dispersion_first_all"].notna().all()
    code, shown, said = run("check", manifest)
    assert code == 1
    assert message.split("(")[0].split(";")[0].strip()[:40] in shown


COUNTED = {
    "NaN in less than half": (embedding().assign(z_mu_b_01=[np.nan] * 5 + [1.0 * k for k in range(115)]), "5 missing latent"),
    "infinite values": (spoiled("z_mu_b_02", 7, "inf"), "1 infinite latent"),
    "an infinite time": (spoiled("predicted_stage_hpf", 7, "inf"), "1 infinite time"),
    "a missing label": (spoiled("snip_id", 7, ""), "1 missing snip_id"),
}  # fmt: skip


@pytest.mark.parametrize("case", COUNTED)
def test_a_few_bad_values_are_counted_and_left_out(case, run, tmp_path):
    """The rows are left out, their number stands in the table of runs, the exit status is 0."""
    table, counted = COUNTED[case]
    manifest = write(tmp_path, embedding(), table)
    code, _, said = run(
        "evaluate", manifest, "--out", tmp_path / "r", "--workers", "1", "--only", "dispersion_first"
    )
    assert code == 0, said
    runs = Results(tmp_path / "r").runs.set_index("regime")
    assert runs.loc["hld", "dropped"] == counted
    assert runs.loc["hld", "rows"] == 120 - int(counted.split()[0])


def test_one_regime_only_is_not_applicable_and_ends_with_0(run, tmp_path):
    """Nothing to compare is no failure."""
    code, _, said = run(
        "evaluate", write(tmp_path, embedding(), regimes=("all",)), "--out", tmp_path / "r", "--workers", "1"
    )
    found = Results(tmp_path / "r")
    assert code == 0, said
    assert found.failures.empty
    assert "aligned_rmse" not in found.summary


def test_one_perturbation_only_is_not_applicable_and_ends_with_0(run, tmp_path):
    """Without a second perturbation there is nothing to tell apart: the reason says so, and that is no failure."""
    one, two = (embedding(seed).query("phenotype == 'gdf3'") for seed in (0, 1))
    code, _, said = run("evaluate", write(tmp_path, one, two), "--out", tmp_path / "r", "--workers", "1")
    scores = Results(tmp_path / "r").scores
    f1 = scores[(scores["metric"] == "f1") & (scores["perturbation"] == "avg_pert")]
    assert set(f1["status"]) == {"not_applicable"}
    assert (f1["reason"] != "").all()
    assert code == 0, said + str(Results(tmp_path / "r").failures)


def test_a_perturbation_that_one_regime_lacks_is_not_applicable_and_ends_with_0(run, tmp_path):
    """Its rows say so; averages use the perturbations that both regimes have."""
    both = pd.concat([embedding(), third(embedding(1))], ignore_index=True)
    code, _, said = run(
        "evaluate", write(tmp_path, both, embedding()), "--out", tmp_path / "r", "--workers", "1"
    )
    found = Results(tmp_path / "r")
    rows = found.scores[
        (found.scores["perturbation"] == "lmx1b") & (found.scores["metric"] == "aligned_rmse")
    ]
    assert set(rows["status"]) == {"not_applicable"}
    assert code == 0, said + str(found.failures)


def third(table, label="lmx1b", k=0):
    """A movement of the same kind as another perturbation, `label`, of other individuals."""
    apart = {name: table[name] + (0.2 * k if name == LATENTS[1] else 0.0) for name in LATENTS}
    named = table.assign(phenotype=label, **apart)
    return named.assign(embryo_id=f"x{k}" + table["embryo_id"], snip_id=f"x{k}" + table["snip_id"])


NASTY = (
    "<script>alert('x')</script>",
    "a,b;c\"d'e",
    "two\nlines\tand a tab",
    "\U0001f41f\U0001f469\u200d\U0001f52c",
    "\u05d0\u05d1\u05d2 \u0645\u0631\u062d\u0628\u0627",
    "x" * 300,
    "$\\alpha_1$ % {0} ../..",
)


@pytest.fixture(scope="module")
def nasty(tmp_path_factory):
    """A sweep of six perturbations with such names, evaluated, reported and drawn by the command line."""
    import subprocess

    folder = tmp_path_factory.mktemp("nasty")
    tables = []
    for seed in (0, 1):
        made = [third(embedding(seed), label, k) for k, label in enumerate(NASTY)]
        tables.append(pd.concat(made, ignore_index=True))
    manifest = write(folder, *tables)
    for verb, *rest in (("evaluate", manifest, "--out", folder / "r", "--workers", "1"), ("select", folder / "r"),
                        ("report", folder / "r"), ("figures", folder / "r")):  # fmt: skip
        ended = subprocess.run(
            [sys.executable, "-m", "morphsweep", verb, *map(str, rest)],
            capture_output=True,
            text=True,
            check=False,
        )
        assert (ended.returncode in {0, 1}, "Traceback" in ended.stderr) == (True, False), ended.stderr
        assert ended.returncode == 0 or verb == "evaluate", ended.stderr
    return folder / "r"


@pytest.mark.parametrize(
    "table", ["scores", "curves", "health", "pairs", "f1_over_time", "snips", "points_sample"]
)
def test_labels_arrive_unharmed_in_every_table(table, nasty):
    """HTML, commas, quotes, line breaks, emoji, right-to-left script, 300 characters: all as written."""
    frame = getattr(Results(nasty), table)
    columns = ["first", "second"] if table == "pairs" else ["perturbation"]
    found = {name for column in columns for name in frame[column]} - {"avg_pert"}
    assert found == set(NASTY)


def test_labels_arrive_unharmed_in_run_json_and_the_predictions(nasty):
    """The list of perturbations and the classes of the classifier are as written."""
    info = Results(nasty).info
    assert set(info["perturbations"]) == set(NASTY)
    part = pd.read_parquet(nasty / "parts" / info["parts"]["0"] / "predictions.parquet")
    assert {name.removeprefix("p_") for name in part.columns if name.startswith("p_")} == set(NASTY)


def test_labels_are_text_and_never_markup_in_the_report(nasty):
    """The page shows them; it never runs them, and it says its encoding."""
    page = (nasty / "report.html").read_text(encoding="utf-8")
    assert "<script>alert" not in page
    assert "\U0001f41f" in page or "\\ud83d\\udc1f" in page
    assert "charset=utf-8" in page.lower().replace('"', "")


def test_labels_are_unharmed_in_the_numbers_of_figures(nasty):
    """Some figure has a table of curves or scores by perturbation, with all names as written."""
    tables = [pd.read_csv(path, keep_default_na=False) for path in (nasty / "figures").rglob("*.csv")]
    seen = {
        str(value)
        for table in tables
        for column in table.select_dtypes(["object", "string"])
        for value in table[column]
    }
    assert set(NASTY) <= seen
    assert list((nasty / "figures").rglob("*.svg"))
