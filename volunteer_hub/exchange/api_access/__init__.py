"""Who of other programs may read what: tokens; and who of them hears of changes: webhooks."""
