"""What history makes of the deals: when they end, how many more come, and how far such forecasts were off."""
