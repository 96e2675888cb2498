"""Making the weights that ship with onrecord."""
