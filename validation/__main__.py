"""``make validate``: run every study; what is recorded already is not computed again."""

from validation import fuzz, kills, truth

for study in (truth, fuzz, kills):
    print(study.run().to_string(index=False))
