"""Grafana boards as code: generated from the site file, exported, published and checked for drift."""
