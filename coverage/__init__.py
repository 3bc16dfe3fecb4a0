"""What was inspected, what was not, what to do about it. Pure: a ledger in, figures out."""
