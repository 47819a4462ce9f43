"""The door: gateway and page in a process of their own, beside a house that they share stores and books with."""
