"""``make validate``: run every study; what is recorded already is not computed again."""

from validation import choosing, classifiers, comparing, fuzz, kills, large, separability, tolerance, truth

for study in (truth, separability, comparing, tolerance, classifiers, fuzz, large, kills, choosing):
    print(study.run().to_string(index=False))
