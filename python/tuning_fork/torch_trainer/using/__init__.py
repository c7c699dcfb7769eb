"""Checkpoints in use: evaluated on other data, and asked for predictions."""
