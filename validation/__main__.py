"""``make validate``: run every study; what is recorded already is not computed again."""

from validation import separability, truth

for study in (separability, truth):
    print(study.run().to_string(index=False))
