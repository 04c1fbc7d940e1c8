"""What the linter proposes, applied to the seller's cells."""
