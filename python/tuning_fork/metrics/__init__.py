"""What predictions are judged by: numpy only, no model, no torch."""
