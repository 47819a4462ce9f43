"""The vocabulary of Greenroom: the words that every room shares, and nothing that does I/O."""
