"""Families of device wire formats: one module each, found through the registry."""
