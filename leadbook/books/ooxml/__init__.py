"""The lossless editor of Office Open XML packages; it knows nothing of leads."""
