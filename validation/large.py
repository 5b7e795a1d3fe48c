"""Large inputs: a manifest of 5,000 runs with one missing, results of 1,000 models, and the memory of one model of full size.

Wall and processor seconds and peak memory, recorded in ``validation/results/large.csv``; what is recorded is not done again.
"""

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from morphsweep.io import read_json, write_json, write_table
from morphsweep.sweep import Results, evaluate
from validation.fuzz import table
from validation.kills import make_sweep

RECORD = Path(__file__).parent / "results" / "large.csv"
TABLES = (
    "scores",
    "models",
    "runs",
    "curves",
    "health",
    "pairs",
    "points_sample",
    "f1_over_time",
    "certificates",
)


def run_command(*arguments: object) -> tuple[dict[str, float], int, str]:
    """What a command line of ours needs, its exit status and its output."""
    code = (
        "import resource, sys; from morphsweep.cli import main\n"
        "try: main()\n"
        "finally:\n"
        " used = resource.getrusage(resource.RUSAGE_SELF)\n"
        " print(used.ru_utime + used.ru_stime, used.ru_maxrss, file=sys.stderr)"
    )
    begun = time.perf_counter()
    ended = subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)], capture_output=True, text=True, check=False
    )
    seconds = time.perf_counter() - begun
    processor, peak = (float(word) for word in ended.stderr.split()[-2:])
    needs = {"wall (s)": seconds, "processor (s)": processor, "peak memory (GiB)": peak / 2**20}
    return needs, ended.returncode, ended.stdout + ended.stderr


def make_manifest(folder: Path, runs: int) -> Path:
    """A sweep of `runs` small runs in MorphSeq's layout; one of them is missing."""
    rows = []
    for i in range(runs):
        place = folder / "runs" / str(i) / "figures"
        place.mkdir(parents=True)
        if i != runs - 7:
            table().to_csv(place / "embryo_stats_df.csv", index=False)
        model = i // 2
        knobs = {"beta": model // 4 % 10, "temperature": model // 40 % 9, "margin": model // 360}
        rows.append({
            "process_id": i,
            "completed": 1,
            "model_path": f"runs/{i}",
            "holdout_flag": i % 2,
            "seed": model % 4,
            **knobs,
        })
    pd.DataFrame(rows).to_csv(folder / "sweep01_00.csv", index=False)
    return folder / "sweep01_00.csv"


def make_results(folder: Path, models: int) -> Path:
    """A results folder of `models` models: a small real one, its models repeated with a little noise."""
    small = evaluate(make_sweep(folder / "sweep", models=4), folder / "small", workers=1)
    large, rng = folder / "large", np.random.default_rng(0)
    large.mkdir()
    copies = -(-models // 4)
    for name in TABLES:
        frame = (
            getattr(small, name) if hasattr(small, name) else pd.read_parquet(small.path / f"{name}.parquet")
        )
        step = frame["model_index"].nunique()
        parts = [frame.assign(model_index=frame["model_index"] + step * k) for k in range(copies)]
        write_table(pd.concat(parts, ignore_index=True), large / f"{name}.parquet")
    parts = [
        small.summary.assign(
            model_index=small.summary["model_index"] + 4 * k,
            configuration=small.summary["configuration"] + 4 * k,
        )
        for k in range(copies)
    ]
    summary = pd.concat(parts, ignore_index=True)
    numbers = summary.select_dtypes("float").columns
    summary[numbers] *= 1 + 0.1 * rng.normal(size=(len(summary), len(numbers)))
    write_table(summary, large / "summary.csv")
    write_table(small.snips, large / "snips.parquet")
    write_table(small.failures, large / "failures.csv")
    for name in ("run.json", "decision.json"):
        write_json(read_json(small.path / name), large / name)
    return Results(large).path


def make_full_size(folder: Path, *, rows: int = 80_000, latents: int = 100, individuals: int = 400) -> Path:
    """One model of two regimes, each a CSV of `rows` snips with `latents` latents, a fifth of them nuisance."""
    rng = np.random.default_rng(1)
    person = np.arange(rows) % individuals
    label, u = person % 5, np.arange(rows) // individuals / (rows // individuals)
    turn = 2 * np.pi * label / 5
    truth = np.c_[6 * u, 3 * u**2 * np.cos(turn) + np.sin(3 * u), 3 * u**2 * np.sin(turn)]
    names = [f"z_mu_b_{j:02d}" for j in range(latents * 4 // 5)] + [
        f"z_mu_n_{j:02d}" for j in range(latents // 5)
    ]
    for regime in ("all", "hld"):
        values = 0.3 * rng.normal(size=(rows, latents)) + truth @ rng.normal(size=(3, latents)) / 3
        frame = pd.DataFrame({
            "snip_id": [f"e{p}_{k:05d}" for k, p in enumerate(person)],
            "embryo_id": [f"e{p}" for p in person],
            "phenotype": np.array(["wt", "lmx1b", "gdf3", "wnt-i", "tgfb-i"])[label],
            "predicted_stage_hpf": 12 + 36 * u,
        })
        frame = pd.concat([frame, pd.DataFrame(values.astype(np.float32), columns=names)], axis=1)
        frame.to_csv(folder / f"{regime}.csv", index=False)
    (folder / "manifest.csv").write_text(
        "regime,beta,embedding\nall,1,all.csv\nhld,1,hld.csv\n", encoding="utf-8"
    )
    return folder / "manifest.csv"


def measure_check(folder: Path, runs: int) -> list[dict[str, Any]]:
    """`check` of many runs; the missing one is found."""
    needs, code, said = run_command("check", make_manifest(folder, runs))
    assert code == 1, said
    assert str(runs - 7) in said, said
    return [{"what": f"check, {runs:,} runs, one missing", **needs}]


def measure_results(folder: Path, models: int) -> list[dict[str, Any]]:
    """`select` and `report` of many models."""
    results, rows = make_results(folder, models), []
    for verb in ("select", "report"):
        needs, code, said = run_command(verb, results)
        assert code == 0, said
        rows.append({"what": f"{verb}, {models:,} models", **needs})
    return rows


def measure_model(folder: Path, snips: int, latents: int) -> list[dict[str, Any]]:
    """`evaluate` of one model from CSV, compiled before, and again from the cache."""
    manifest, rows = make_full_size(folder, rows=snips, latents=latents), []
    for k, option in enumerate(("--no-cache", "--cache", "--cache")):
        needs, code, said = run_command(
            "evaluate", manifest, "--out", folder / f"r{k}", "--workers", 1, option
        )
        assert code in {0, 1}, said
        assert "Traceback" not in said, said
        source = ("CSV", "CSV, filling the cache", "the cache")[k]
        what = f"evaluate, one model of 2 x {snips:,} x {latents}, from {source}"
        rows.append({"what": what, **needs})
    return rows


def run(
    *, runs: int = 5_000, models: int = 1_000, snips: int = 80_000, latents: int = 100, record: Path = RECORD
) -> pd.DataFrame:
    """All of them, one after the other."""
    record.parent.mkdir(exist_ok=True)
    studies: dict[str, Callable[[Path], list[dict[str, Any]]]] = {
        "check": lambda folder: measure_check(folder, runs),
        "results": lambda folder: measure_results(folder, models),
        "model": lambda folder: measure_model(folder, snips, latents),
    }
    rows: list[dict[str, Any]] = pd.read_csv(record).to_dict("records") if record.is_file() else []  # type: ignore[assignment]
    done = {str(row["study"]) for row in rows}
    for name, study in studies.items():
        if name in done:
            continue
        with tempfile.TemporaryDirectory() as folder:
            rows += [{"study": name, **row} for row in study(Path(folder))]
        pd.DataFrame(rows).round(2).to_csv(record, index=False)
    return pd.DataFrame(rows)


if __name__ == "__main__":
    print(run().to_string(index=False))
