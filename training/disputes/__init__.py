"""Training of the disputes stage."""
