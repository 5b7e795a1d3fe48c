"""Pictures of the gallery: the figures of the example sweep, small.

    python docs/gallery_figures.py [RESULTS [NOTEBOOK_RESULTS REPAIRS]]

RESULTS is an evaluation of the example sweep ('morphsweep demo' leaves one); without it the sweep is evaluated anew. With results under
the notebook's protocol, and a folder for those of its repairs, the bridge is drawn too.
"""

import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from PIL import Image

from morphsweep.io import unpack_example
from morphsweep.reporting import write_bridge, write_figures
from morphsweep.sweep import Results, bridge, evaluate, try_repairs

FOLDER = Path(__file__).parent / "images" / "gallery"
DPI = 110


def main(given: Sequence[str]) -> None:
    """Draw all figures and keep them small."""
    with tempfile.TemporaryDirectory() as scratch:
        sweep = unpack_example(Path(scratch) / "sweep")
        results = Results.open(given[0]) if given else evaluate(sweep, Path(scratch) / "results")
        pictures = write_figures(results, Path(scratch) / "figures", formats=("png",), dpi=DPI, workers=None)
        if len(given) > 1:
            notebook = Results.open(given[1])
            found = try_repairs(bridge(notebook, results), notebook, results, given[2])
            pictures += write_bridge(found, notebook, Path(scratch) / "bridge")
        FOLDER.mkdir(parents=True, exist_ok=True)
        for picture in (path for path in pictures if path.suffix == ".png"):
            _keep_small(picture)
    sizes = [path.stat().st_size for path in FOLDER.glob("*.png")]
    sys.stdout.write(f"{len(sizes)} pictures, {sum(sizes) / 1e6:.2f} MB\n")


def _keep_small(picture: Path) -> None:
    """At most 256 colours, and no wider than a page of the docs."""
    with Image.open(picture) as image:
        plain = image.convert("RGB")
        plain.thumbnail((1000, 1200))
        small = plain.quantize(256, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
        small.save(FOLDER / picture.name, optimize=True)


if __name__ == "__main__":
    main(sys.argv[1:])
