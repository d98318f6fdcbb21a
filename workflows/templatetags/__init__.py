"""Words that templates need on every page."""
