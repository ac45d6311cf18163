"""One message to many people: a set chosen and frozen, words looked at, a number confirmed, and what became of it."""
