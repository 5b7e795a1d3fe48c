"""``make validate``: run every study; what is recorded already is not computed again."""

from validation import fuzz, kills, large, separability, truth, views

for study in (truth, separability, fuzz, large, kills, views):
    print(study.run().to_string(index=False))
