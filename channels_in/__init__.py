"""How citizens reach us: one file per way in, one intake for all of them."""
