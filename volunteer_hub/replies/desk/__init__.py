"""Messages at the desk: what needs a human, what leaves today, one conversation, what it cost, and the presses."""
