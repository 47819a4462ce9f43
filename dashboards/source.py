"""The data source of a site: InfluxDB 2 by Flux. The token is set apart and never read back."""

from __future__ import annotations

from dashboards.flux import BUCKET
from dashboards.panels import Json, source_uid
from premises.site import Site


def source_model(site: Site, influx_url: str, organisation: str, bucket: str = BUCKET) -> Json:
    """The data source without its secret."""
    return {
        "uid": source_uid(site.id),
        "name": f"Greenroom {site.id}",
        "type": "influxdb",
        "access": "proxy",
        "url": influx_url,
        "isDefault": False,
        "jsonData": {"version": "Flux", "organization": organisation, "defaultBucket": bucket, "httpMode": "POST"},
    }
