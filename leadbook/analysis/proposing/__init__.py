"""What each proposal says: its prices, the facts of the buyer, and what is missing before it can be written."""
