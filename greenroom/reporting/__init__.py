"""Reports in this house: what they are read from, issuing them by hand or when they are due, and what people correct."""
