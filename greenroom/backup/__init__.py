"""Backups: one archive with a manifest of hashes, made while Greenroom runs; verified, and restored over nothing unasked."""
