"""What a complaint is and what has happened to it: the case file."""
