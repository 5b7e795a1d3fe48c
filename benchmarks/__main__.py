"""``make bench``: every comparison, both sides in one run, recorded for the docs."""

from threadpoolctl import threadpool_limits

from benchmarks import bootstrap, classifier, curves, metrics, neighbours, training, whole_model, whole_sweep
from benchmarks.timing import RESULTS, record

with threadpool_limits(1):
    for name, measure in (
        ("curves", curves.measure),
        ("curve_sizes", curves.measure_sizes),
        ("metrics", metrics.measure),
        ("classifier", classifier.measure),
        ("neighbours", neighbours.measure),
        ("bootstrap", bootstrap.measure),
        ("whole_model", whole_model.measure),
        ("whole_sweep", whole_sweep.measure),
        ("training", training.measure),
    ):
        print((table := record(name, measure())).to_string(index=False), end="\n\n")
        if name == "curve_sizes":
            curves.draw_sizes(table, RESULTS.parents[1] / "docs" / "images" / "curve_cost.png")
