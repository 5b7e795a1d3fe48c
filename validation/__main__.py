"""``make validate``: run every study; what is recorded already is not computed again."""

from validation import truth

for study in (truth,):
    print(study.run().to_string(index=False))
