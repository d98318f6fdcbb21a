"""Words that templates of reports need."""
