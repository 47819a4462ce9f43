"""The site file: premises described in YAML, read with every fault reported together, and made into the frozen `Site`."""

from premises.sitefile.load import load_cluster, load_premises, load_site, load_text
from premises.sitefile.schema import cluster_schema, json_schema
from premises.sitefile.shipped import example, example_names

__all__ = [
    "cluster_schema",
    "example",
    "example_names",
    "json_schema",
    "load_cluster",
    "load_premises",
    "load_site",
    "load_text",
]
