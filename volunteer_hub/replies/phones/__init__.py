"""/dev/phones of the demo: fake phones and mailboxes whose owners answer through the ways of real ones."""
