"""How the voices stage's word lists and weights were made."""
