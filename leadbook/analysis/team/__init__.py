"""Many reps' books at once: what is kept of each, and what the manager's review makes of all of them together."""
