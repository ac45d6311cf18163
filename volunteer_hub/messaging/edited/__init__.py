"""Words of messages in the desk's own version: kept in versions, judged at saving, rendered in a sandbox."""
