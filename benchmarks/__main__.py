"""``make bench``: every comparison, both sides in one run, recorded for the docs."""

from threadpoolctl import threadpool_limits

from benchmarks import classifier, curves, metrics, neighbours, training, whole_model, whole_sweep
from benchmarks.timing import record

with threadpool_limits(1):
    for name, measure in (
        ("curves", curves.measure),
        ("metrics", metrics.measure),
        ("classifier", classifier.measure),
        ("neighbours", neighbours.measure),
        ("whole_model", whole_model.measure),
        ("whole_sweep", whole_sweep.measure),
        ("training", training.measure),
    ):
        print(record(name, measure()).to_string(index=False), end="\n\n")
