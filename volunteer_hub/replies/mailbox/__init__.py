"""Answers from calendars, by e-mail: brought by IMAP, LMTP or a pipe, read, followed where that is safe."""
