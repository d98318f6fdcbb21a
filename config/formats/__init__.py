"""How dates and numbers are written, by language; Django reads these by name."""
