"""Nothing of the domain: clock, database, phone numbers, geography, ids, refusals, who acts."""
