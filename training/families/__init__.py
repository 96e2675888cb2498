"""Training the scorers that compare reports."""
