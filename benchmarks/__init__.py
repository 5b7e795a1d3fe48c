"""Speed: seeded programs that record the tables shown in the docs."""
