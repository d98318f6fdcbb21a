"""What happens when nobody does anything: the clock."""
