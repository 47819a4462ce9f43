"""What the house tells boards beside readings: plan ahead, bookings, events, devices, itself, days. See docs/boards.md."""
