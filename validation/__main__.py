"""``make validate``: run every study; what is recorded already is not computed again."""

from validation import (
    choosing,
    classifiers,
    comparing,
    delays,
    fuzz,
    influence,
    intervals,
    kills,
    large,
    report_size,
    separability,
    spaces,
    sparse_bins,
    tolerance,
    truth,
    tubes,
    views,
)

for study in (
    truth,
    separability,
    sparse_bins,
    comparing,
    tolerance,
    classifiers,
    fuzz,
    large,
    kills,
    views,
    spaces,
    tubes,
    delays,
    choosing,
    influence,
    intervals,
    report_size,
):
    print(study.run().to_string(index=False))
