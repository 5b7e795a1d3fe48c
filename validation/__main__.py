"""``make validate``: run every study; what is recorded already is not computed again."""

from validation import choosing, fuzz, kills, large, report_size, separability, truth

for study in (truth, separability, fuzz, large, kills, choosing, report_size):
    print(study.run().to_string(index=False))
