"""Reminders of meetings: by which rules, when, who gets one now."""
