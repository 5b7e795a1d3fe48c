"""``make validate``: run every study; what is recorded already is not computed again."""

from validation import choosing, fuzz, kills, large, separability, truth, views

for study in (truth, separability, fuzz, large, kills, views, choosing):
    print(study.run().to_string(index=False))
