"""Training of the headline stage."""
