"""Ten thousand damaged inputs: each is read, or refused with a message that names it.

An input is a small healthy embedding, manifest or sweep file to which a seeded mutation is done: bytes overwritten, cut out,
repeated or shuffled, and cells replaced by values that break readers. Anything but a refusal in our own words counts as a
traceback, anything that takes ten CPU seconds as hung. Recorded in ``validation/results/fuzz.csv``, a row per kind.
"""

import gzip
import io
import signal
import tempfile
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

import numpy as np
import pandas as pd

from morphsweep.errors import InvalidInput, NotComputable
from morphsweep.io import read_embedding
from morphsweep.sweep import check_sweep, read_sweep

RECORD = Path(__file__).parent / "results" / "fuzz.csv"
PATIENCE = 10  # CPU seconds; a busy machine must not look like a hang
WALL = 300  # seconds after which also one that waits counts as hung
CELLS = (
    "", " ", "nan", "inf", "-inf", "1e999", "0x1f", "abc", '"', '""', "'", ",", ";", "\n", "\r\n", "\t", "\x00", "\ufeff", "\U0001f41f",
    "\u202e", "<b>", "=1+1", "../../etc/passwd", "/", "~", "%s", "{0}", "None", "True", "-0", "9" * 400, "x" * 100_000, "1,2", "[1]", "é".encode("latin-1").decode("latin-1"),
)  # fmt: skip
SWEEP_FILE = """name = "a sweep"
manifest = "manifest.csv"
time_unit = "h"
early_window = 1
[columns]
individual = "embryo_id"
[held_out]
hld = ["gdf3"]
[settings]
n_points = 100
"""
MANIFEST = """process_id,completed,model_path,holdout_flag,seed,beta,metric_loss_type,margin
0,1,runs/0,0,1,0.1,NT-Xent,1
1,1,runs/1,1,1,0.1,NT-Xent,1
2,1,runs/0,0,2,10,None,0.5
3,0,runs/1,1,2,10,None,0.5
"""


def table() -> pd.DataFrame:
    """Ten individuals with four snips each, in two perturbations."""
    rng = np.random.default_rng(0)
    person, frame = np.divmod(np.arange(40), 4)
    latents = {f"z_mu_b_{j:02d}": rng.normal(size=40).round(5) for j in range(4)}
    return pd.DataFrame({
        "snip_id": [f"e{p}_{f}" for p, f in zip(person, frame, strict=True)],
        "embryo_id": [f"e{p}" for p in person],
        "phenotype": np.where(person % 2, "gdf3", "wt"),
        "predicted_stage_hpf": 12.0 + frame,
        **latents,
    })


def damaged(content: bytes, rng: np.random.Generator) -> bytes:
    """One to four changes of bytes."""
    found = bytearray(content)
    for _ in range(int(rng.integers(1, 5))):
        at, size = int(rng.integers(0, len(found) + 1)), int(rng.integers(0, 60))
        kind = int(rng.integers(6))
        if kind == 0:
            found[at : at + size] = rng.bytes(size)
        elif kind == 1:
            del found[at : at + size]
        elif kind == 2:
            found[at:at] = found[max(0, at - size) : at] * int(rng.integers(1, 40))
        elif kind == 3:
            del found[at:]
        elif kind == 4:
            found[at:at] = str(rng.choice(CELLS)).encode()
        else:
            piece = list(found[at : at + size])
            rng.shuffle(piece)
            found[at : at + size] = bytes(piece)
    return bytes(found)


def with_odd_cells(text: str, rng: np.random.Generator) -> str:
    """One to three cells of a CSV replaced, quoted or not; sometimes a column or a row goes or comes twice."""
    rows = [line.split(",") for line in text.splitlines()]
    for _ in range(int(rng.integers(1, 4))):
        row = rows[int(rng.integers(len(rows)))]
        cell = str(rng.choice(CELLS))
        row[int(rng.integers(len(row)))] = cell if rng.integers(2) else '"' + cell.replace('"', '""') + '"'
    change = int(rng.integers(5))
    if change == 0:
        rows.insert(int(rng.integers(len(rows))), rows[int(rng.integers(len(rows)))])
    elif change == 1:
        column = int(rng.integers(len(rows[0])))
        rows = [[*row, *row[column : column + 1]] for row in rows]
    elif change == 2:
        column = int(rng.integers(len(rows[0])))
        rows = [row[:column] + row[column + 1 :] for row in rows]
    return "\n".join(",".join(row) for row in rows) + "\n"


def parquet(frame: pd.DataFrame) -> bytes:
    """A frame as the bytes of a Parquet file."""
    stream = io.BytesIO()
    frame.to_parquet(stream)
    return stream.getvalue()


def mutations(rng: np.random.Generator) -> tuple[str, str, bytes]:
    """A kind of input, the name of its file, and its damaged content."""
    text = table().to_csv(index=False)
    kinds: dict[str, Callable[[], tuple[str, bytes]]] = {
        "embedding: bytes of CSV": lambda: ("t.csv", damaged(text.encode(), rng)),
        "embedding: cells of CSV": lambda: ("t.csv", with_odd_cells(text, rng).encode()),
        "embedding: bytes of CSV.gz": lambda: ("t.csv.gz", damaged(gzip.compress(text.encode()), rng)),
        "embedding: bytes of Parquet": lambda: ("t.parquet", damaged(parquet(table()), rng)),
        "manifest: bytes": lambda: ("manifest.csv", damaged(MANIFEST.encode(), rng)),
        "manifest: cells": lambda: ("manifest.csv", with_odd_cells(MANIFEST, rng).encode()),
        "manifest: bytes of Parquet": lambda: (
            "m.parquet",
            damaged(parquet(pd.read_csv(io.StringIO(MANIFEST))), rng),
        ),
        "sweep file: bytes": lambda: ("sweep.toml", damaged(SWEEP_FILE.encode(), rng)),
    }
    kind = str(rng.choice(list(kinds)))
    return kind, *kinds[kind]()


def outcome(path: Path) -> str:
    """Read, refused, or what should never happen."""
    try:
        if path.name.startswith("t."):
            read_embedding(path)
        else:
            check_sweep(read_sweep(path))
    except (InvalidInput, NotComputable) as refusal:
        return "refused" if str(refusal).strip() else "refused without a word"
    except TooSlow:
        return "hung"
    except Exception:  # noqa: BLE001  (what this study looks for)
        traceback.print_exc()
        return "traceback"
    return "read"


class TooSlow(BaseException):
    """Nobody below may catch this one."""


def _too_slow(_signal: int, _frame: FrameType | None) -> None:
    raise TooSlow


def run(inputs: int = 10_000, *, record: Path = RECORD, seed: int = 0) -> pd.DataFrame:
    """All inputs; a recorded table is read back."""
    if record.is_file():
        return pd.read_csv(record)
    record.parent.mkdir(exist_ok=True)
    rows: list[dict[str, Any]] = []
    before = {number: signal.signal(number, _too_slow) for number in (signal.SIGPROF, signal.SIGALRM)}
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        for name in ("runs/0/figures", "runs/1/figures"):
            (folder / name).mkdir(parents=True)
            table().to_csv(folder / name / "embryo_stats_df.csv", index=False)
        for k in range(inputs):
            (folder / "manifest.csv").write_text(MANIFEST, encoding="utf-8")
            kind, name, content = mutations(np.random.default_rng([seed, k]))
            (folder / name).write_bytes(content)
            signal.setitimer(signal.ITIMER_PROF, PATIENCE)
            signal.alarm(WALL)
            begun = time.process_time()
            rows.append({"kind": kind, "input": k, "outcome": outcome(folder / name)})
            rows[-1]["seconds"] = time.process_time() - begun
            signal.setitimer(signal.ITIMER_PROF, 0)
            signal.alarm(0)
            if rows[-1]["outcome"] not in {"read", "refused"}:
                print(f"input {k}, {kind}: {rows[-1]['outcome']}")
            (folder / name).unlink()
    for number, handler in before.items():
        signal.signal(number, handler)
    found = pd.DataFrame(rows)
    counts = found.groupby("kind")["outcome"].value_counts().unstack(fill_value=0)
    counts = counts.reindex(
        columns=["read", "refused", "refused without a word", "traceback", "hung"], fill_value=0
    )
    counts["slowest (CPU s)"] = found.groupby("kind")["seconds"].max().round(2)
    summary = counts.reset_index()
    summary.to_csv(record, index=False)
    return summary


if __name__ == "__main__":
    print(run().to_string(index=False))
