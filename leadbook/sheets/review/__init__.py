"""The sheets of the manager's review of many reps' books."""
