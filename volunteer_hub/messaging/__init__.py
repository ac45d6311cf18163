"""What is said to people by SMS and e-mail: the outbox, its delivery, opt-outs. It knows addresses, no person."""
