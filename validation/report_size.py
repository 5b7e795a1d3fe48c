"""The report of 16, 200 and 1,000 models: time to write it, its size, and how fast it is in Chromium.

The models of a small simulated sweep (two regimes, five perturbations) are repeated, each copy with its own turn, size and noise,
so that nothing repeats for the compressor. Recorded in ``validation/results/report_size.csv``.
"""

import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from morphsweep.io import Part, read_json, write_json, write_sweep_folder, write_table
from morphsweep.reporting import write_report
from morphsweep.simulation import SimulationOptions, simulate
from morphsweep.sweep import Results, evaluate

RECORD = Path(__file__).parent / "results" / "report_size.csv"
CHROMIUM = "/usr/bin/chromium"
SIZES = (16, 200, 1000)
_COPIED = ("runs", "health", "pairs", "f1_over_time", "models")
_AXES = ["pc_1", "pc_2", "pc_3"]


def small_results(folder: Path, models: int = 8) -> Results:
    """A simulated sweep, evaluated."""
    options = {"n_individuals": 8, "n_snips": 14, "n_perturbations": 5, "n_latents": 8, "n_replicates": 2}
    made = simulate(SimulationOptions(n_models=models, seed=3, **options))
    sweep = write_sweep_folder(
        folder / "sweep",
        manifest=made.manifest,
        embeddings=made.embeddings,
        truth=made.truth,
        config=made.sweep_file,
        manifest_name=made.manifest_name,
    )
    return evaluate(sweep, folder / "small", workers=1)


def many_results(small: Results, folder: Path, models: int) -> Results:
    """Results of many models: copies, none equal to another."""
    folder.mkdir()
    rng, n = np.random.default_rng(1), len(small.summary)
    copies = -(-models // n)
    for name in _COPIED:
        frame = getattr(small, name) if hasattr(small, name) else pd.DataFrame()
        write_table(_repeated(frame, copies, n), folder / f"{name}.parquet")
    for name in ("scores", "f1_over_time"):
        frame = _repeated(getattr(small, name), copies, n)
        for column in (c for c in ("value", "f1", "pr_auc", "auroc") if c in frame):
            frame[column] *= 1 + 0.05 * rng.normal(size=len(frame))
        write_table(frame, folder / f"{name}.parquet")
    for name in ("curves", "points_sample"):
        write_table(_moved(_repeated(getattr(small, name), copies, n), rng), folder / f"{name}.parquet")
    summary = _repeated(small.summary, copies, n)
    numbers = [c for c in summary.select_dtypes("float").columns if c not in small.info["hyperparameters"]]
    summary[numbers] *= 1 + 0.1 * rng.normal(size=(len(summary), len(numbers)))
    write_table(summary.head(models), folder / "summary.csv")
    write_table(small.snips, folder / "snips.parquet")
    parts = _many_predictions(small, folder, models, rng)
    write_table(small.failures, folder / "failures.csv")
    write_json(read_json(small.path / "run.json") | {"parts": parts}, folder / "run.json")
    write_json(read_json(small.path / "decision.json"), folder / "decision.json")
    return Results(folder)


def _many_predictions(small: Results, folder: Path, models: int, rng: np.random.Generator) -> dict[str, str]:
    """Stored predictions of every model, each copy shaken; the part of each model."""
    n = len(small.summary)
    tables = [Part(small.path / "parts" / small.info["parts"][str(k)]).table("predictions") for k in range(n)]
    for k in range(models):
        table = tables[k % n].copy()
        columns = [name for name in map(str, table) if name.startswith("p_")]
        shaken = table[columns].to_numpy(float) ** 0.7 * np.exp(
            0.4 * rng.normal(size=(len(table), len(columns)))
        )
        table[columns] = shaken / np.nansum(shaken, axis=1, keepdims=True)
        (folder / "parts" / str(k)).mkdir(parents=True)
        write_table(table, folder / "parts" / str(k) / "predictions.parquet")
    return {str(k): str(k) for k in range(models)}


def measured_page(path: Path) -> dict[str, float]:
    """First paint, time until every view can be reached, and the slowest of some interactions, in milliseconds."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.goto(path.as_uri())
        page.wait_for_selector("html[data-ready=yes]", state="attached")
        paint = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime")
        ready = page.evaluate("performance.now()")
        _look_at_everything(page)
        page.evaluate("scrollTo(0, 0)")
        spent = {name: _slowest(page, action) for name, action in _ACTIONS.items()}
        browser.close()
    return {"first paint (ms)": paint, "ready (ms)": ready, **spent}


def _brush(page: Any, k: int) -> None:
    canvas = page.locator("canvas.points").first
    box = canvas.bounding_box()
    page.mouse.move(box["x"] + 80, box["y"] + 40)
    page.mouse.down()
    page.mouse.move(box["x"] + 200 + 20 * k, box["y"] + 250)
    page.mouse.up()


_ACTIONS = {
    "drag a threshold (ms)": lambda page, k: page.locator(".threshold.x").first.press(
        "ArrowRight" if k % 2 else "ArrowLeft"
    ),
    "brush (ms)": _brush,
    "change an axis (ms)": lambda page, k: page.get_by_label("Horizontal").select_option(
        "dispersion_last_all" if k % 2 else "f1_all"
    ),
    "open a card (ms)": lambda page, k: page.locator(".brick").nth(k).dispatch_event("click"),
}


def _slowest(page: Any, action: Any) -> float:
    """Milliseconds that the page's own code works after an action until all views have followed; the median of five."""
    spent = []
    for k in range(5):
        page.evaluate("delete document.documentElement.dataset.followed")
        page.wait_for_timeout(50)
        action(page, k)
        page.wait_for_selector("html[data-followed]", state="attached")
        spent.append(float(page.evaluate("document.documentElement.dataset.followed")))
        page.keyboard.press("Escape")
        page.wait_for_timeout(100)
    return float(np.median(spent))


def _look_at_everything(page: Any) -> None:
    height = page.evaluate("document.documentElement.scrollHeight")
    for y in range(0, height, 700):
        page.evaluate(f"scrollTo(0, {y})")
        page.wait_for_timeout(120)


def _waited() -> float:
    """Seconds that this process stood ready while others had the processors (Linux; else not known)."""
    try:
        return float(Path("/proc/self/schedstat").read_text(encoding="ascii").split()[1]) / 1e9
    except OSError:
        return float("nan")


def _repeated(frame: pd.DataFrame, copies: int, n: int) -> pd.DataFrame:
    if frame.empty:
        return frame
    parts = []
    for k in range(copies):
        part = frame.assign(model_index=frame["model_index"] + n * k)
        if "configuration" in part:
            part["configuration"] += n * k
        parts.append(part)
    return pd.concat(parts, ignore_index=True)


def _moved(frame: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Every model turned and scaled, every point shifted a little."""
    codes, _ = pd.factorize(frame["model_index"])
    turns = np.linalg.qr(rng.normal(size=(codes.max() + 1, 3, 3)))[0] * rng.uniform(
        0.5, 2, size=(codes.max() + 1, 1, 1)
    )
    xyz = frame[_AXES].to_numpy(float)
    moved = np.einsum("nij,nj->ni", turns[codes], xyz) + 0.002 * rng.normal(size=xyz.shape)
    return frame.assign(**{axis: moved[:, k] for k, axis in enumerate(_AXES)})


def run(*, sizes: tuple[int, ...] = SIZES, record: Path = RECORD) -> pd.DataFrame:
    """All sizes, one after the other; those that are recorded are not measured again."""
    rows: list[dict[str, Any]] = pd.read_csv(record).to_dict("records") if record.is_file() else []  # type: ignore[assignment]
    sizes = tuple(models for models in sizes if models not in {row["models"] for row in rows})
    if not sizes:
        return pd.DataFrame(rows)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        small = small_results(folder)
        for models in sizes:
            results = many_results(small, folder / str(models), models)
            begun, worked, waited = time.perf_counter(), time.process_time(), _waited()
            page = write_report(results, folder / f"{models}.html")
            seconds, cpu = time.perf_counter() - begun, time.process_time() - worked
            waited = _waited() - waited
            size = page.stat().st_size / 1e6
            rows.append({
                "models": models,
                "write (s)": seconds,
                "of it processor (s)": cpu,
                "of it waiting for a processor (s)": waited,
                "size (MB)": size,
                **measured_page(page),
            })
            record.parent.mkdir(exist_ok=True)
            pd.DataFrame(rows).round(2).to_csv(record, index=False)
    return pd.DataFrame(rows)


if __name__ == "__main__":
    print(run(sizes=tuple(map(int, sys.argv[1:])) or SIZES).to_string(index=False))
