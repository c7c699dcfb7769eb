"""Causal language models: rows as tokens, packing, loss, and what an evaluation measures."""
