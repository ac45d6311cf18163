"""Invitations in waves: the best few are asked, after a while the next, until enough people come."""
