"""``make validate``: run every study; what is recorded already is not computed again."""

from validation import (
    choosing,
    classifiers,
    comparing,
    fuzz,
    influence,
    kills,
    large,
    report_size,
    separability,
    tolerance,
    truth,
    views,
)

for study in (
    truth,
    separability,
    comparing,
    tolerance,
    classifiers,
    fuzz,
    large,
    kills,
    views,
    choosing,
    influence,
    report_size,
):
    print(study.run().to_string(index=False))
