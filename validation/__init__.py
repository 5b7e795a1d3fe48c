"""Studies: seeded, resumable programs that record the tables shown in the docs."""
