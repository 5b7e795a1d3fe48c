"""Build the example sweep of the package from a folder of trained models.

    python scripts/make_example.py SOURCE [TARGET]

SOURCE is a sweep folder in MorphSeq's layout (``sweep01_00.csv`` and ``runs/``) whose runs have the same rows in the same
order; TARGET defaults to src/morphsweep/data/letters. Only snips.parquet, latents.parquet and sweep01_00.csv are written.
"""

import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

LETTERS = {
    f"character{n:02d}": letter for n, letter in {8: "h", 9: "i", 19: "s", 23: "w", 25: "y", 26: "z"}.items()
}
LABELS = ["snip_id", "drawing_id", "drawer", "character", "progress"]
LIMIT = 4_000_000  # bytes


def main(source: Path, target: Path) -> None:
    manifest = pd.read_csv(source / "sweep01_00.csv")
    tables = [
        pd.read_csv(source / path / "figures" / "embryo_stats_df.csv") for path in manifest["model_path"]
    ]
    snips = tables[0][LABELS].replace({"character": LETTERS})
    for path, table in zip(manifest["model_path"], tables, strict=True):
        if not table[LABELS].replace({"character": LETTERS}).equals(snips):
            sys.exit(f"{path}: rows differ from those of the first run")
    latents = [name for name in tables[0] if name.startswith("z_mu_b_")]
    columns = {
        name: np.concatenate([table[name].to_numpy(np.float32) for table in tables]) for name in latents
    }
    split = pa.array(
        np.concatenate([table["train_cat"].to_numpy(str) for table in tables])
    ).dictionary_encode()
    target.mkdir(parents=True, exist_ok=True)
    pq.write_table(
        pa.Table.from_pandas(snips, preserve_index=False),
        target / "snips.parquet",
        compression="zstd",
        compression_level=19,
    )
    pq.write_table(
        pa.table({"train_cat": split, **columns}),
        target / "latents.parquet",
        compression="zstd",
        compression_level=19,
        use_dictionary=["train_cat"],
        use_byte_stream_split=latents,  # exponents beside exponents: 20 % smaller
    )
    (target / "sweep01_00.csv").write_bytes((source / "sweep01_00.csv").read_bytes())
    total = sum(path.stat().st_size for path in target.iterdir())
    print(f"{target}: {total / 1e6:.2f} MB of at most {LIMIT / 1e6:.0f}")
    if total > LIMIT:
        sys.exit("too big to ship")


if __name__ == "__main__":
    if len(sys.argv) not in {2, 3}:
        sys.exit(__doc__)
    here = Path(__file__).resolve().parents[1] / "src" / "morphsweep" / "data" / "letters"
    main(Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) == 3 else here)
