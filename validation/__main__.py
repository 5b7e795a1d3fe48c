"""``make validate``: run every study; what is recorded already is not computed again."""

from validation import kills, truth

for study in (truth, kills):
    print(study.run().to_string(index=False))
