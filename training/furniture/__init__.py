"""Training of the classifier of page furniture."""
