"""Mistakes as clerks make them: each triggers its own rule and no other."""
