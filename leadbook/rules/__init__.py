"""The linter for leads: one function a rule, one code a rule."""
