"""What is said to people outside, and how it reaches them: the outbox and its senders."""
