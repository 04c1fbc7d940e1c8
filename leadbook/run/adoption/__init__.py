"""A team's own tracker made readable for leadbook, in place."""
