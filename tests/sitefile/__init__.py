"""The site file, as owners write it."""
