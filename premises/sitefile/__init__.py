"""The site file: premises described in YAML, read with every fault reported together, and made into the frozen `Site`."""

from premises.sitefile.load import load_cluster, load_premises, load_site, load_text
from premises.sitefile.shipped import example, example_names

__all__ = ["example", "example_names", "load_cluster", "load_premises", "load_site", "load_text"]
