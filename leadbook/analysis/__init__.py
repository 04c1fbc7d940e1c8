"""Frames in, frames out: scores, flags, duplicates, history, measures, forecast."""
