"""``make validate``: run every study; what is recorded already is not computed again."""

from validation import fuzz, influence, kills, large, separability, truth

for study in (truth, separability, fuzz, large, kills, influence):
    print(study.run().to_string(index=False))
