"""Editions: reports that were issued. Numbered, frozen with a manifest of hashes, signed, verified, explained, kept and let go.

Nothing is imported here: the shelf is read by the gateway, which need not load what sets pages.
"""
