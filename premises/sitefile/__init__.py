"""The site file: premises described in YAML, read with every fault reported together, and made into the frozen `Site`."""

from premises.sitefile.compare import SiteChanges, describe_changes, diff_sites
from premises.sitefile.describe import describe
from premises.sitefile.listing import list_points, points_csv
from premises.sitefile.load import load_cluster, load_premises, load_site, load_text, site_files
from premises.sitefile.remarks import remarks
from premises.sitefile.schema import cluster_schema, json_schema
from premises.sitefile.shipped import example, example_names

__all__ = [
    "SiteChanges",
    "cluster_schema",
    "describe",
    "describe_changes",
    "diff_sites",
    "example",
    "example_names",
    "json_schema",
    "list_points",
    "load_cluster",
    "load_premises",
    "load_site",
    "load_text",
    "points_csv",
    "remarks",
    "site_files",
]
