"""``make validate``: run every study; what is recorded already is not computed again."""

from validation import comparing, fuzz, kills, large, separability, truth

for study in (truth, separability, comparing, fuzz, large, kills):
    print(study.run().to_string(index=False))
