"""``make validate``: run every study; what is recorded already is not computed again."""

from validation import kills, separability, truth

for study in (truth, separability, kills):
    print(study.run().to_string(index=False))
