"""The data source of a site or cluster: InfluxDB 2 by Flux. The token is set apart and never read back."""

from __future__ import annotations

import hashlib

from dashboards.flux import BUCKET
from dashboards.panels import Json, source_uid
from premises.site import Cluster, Site


def source_model(site: Site | Cluster, influx_url: str, organisation: str, bucket: str = BUCKET, token: str = "") -> Json:
    """The data source without its secret. token: only a fingerprint of it is told, by which a renewed one is noticed."""
    mark = {"tokenFingerprint": hashlib.sha256(token.encode()).hexdigest()[:12]} if token else {}
    return {
        "uid": source_uid(site.id),
        "name": f"Greenroom {site.id}",
        "type": "influxdb",
        "access": "proxy",
        "url": influx_url,
        "isDefault": False,
        "jsonData": {"version": "Flux", "organization": organisation, "defaultBucket": bucket, "httpMode": "POST", **mark},
    }
