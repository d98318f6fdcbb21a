"""What may happen next to a complaint, and the only code that makes it happen."""
