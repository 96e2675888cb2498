"""Training for the certainty stage."""
