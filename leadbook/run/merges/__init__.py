"""Duplicates made one by the seller's decision, and taken apart again."""
