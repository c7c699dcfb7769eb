"""Direct preference optimisation: rows as tokens, the trainer, and what an evaluation measures."""
