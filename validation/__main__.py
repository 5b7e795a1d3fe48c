"""``make validate``: run every study; what is recorded already is not computed again."""

from validation import (
    classifiers,
    comparing,
    fuzz,
    influence,
    kills,
    large,
    separability,
    tolerance,
    truth,
)

for study in (truth, separability, comparing, tolerance, classifiers, fuzz, large, kills, influence):
    print(study.run().to_string(index=False))
