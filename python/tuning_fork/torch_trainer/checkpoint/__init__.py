"""Checkpoints: written whole or not at all, kept by rule, taken up again."""
