"""What goes out: notices to people and programs by webhook, mail and push, from an outbox that outlives the process."""
