"""JSON Schemas of the site file and the cluster file, for editors: completion, descriptions, a red line under a slip."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from premises.quantities import QUANTITIES
from premises.sitefile.families import families
from premises.sitefile.form.site import ClusterForm, SiteForm

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def json_schema() -> dict[str, Any]:
    """The schema of a site file, made from the same form that reads it."""
    schema = _schema(SiteForm, "Greenroom site file")
    blocks = schema["$defs"]
    blocks["DeviceForm"]["properties"]["family"]["enum"] = sorted(families())
    blocks["Quantity"] = {"enum": sorted(QUANTITIES), "description": "A quantity of the premises."}
    measure = blocks["MeasureForm"]["properties"]
    measure["quantity"] = {"$ref": "#/$defs/Quantity", "description": measure["quantity"]["description"]}
    blocks["DeviceForm"]["properties"]["measures"]["items"] = {
        "anyOf": [{"$ref": "#/$defs/MeasureForm"}, {"$ref": "#/$defs/Quantity"}]
    }
    return schema


def cluster_schema() -> dict[str, Any]:
    """The schema of a cluster file."""
    return _schema(ClusterForm, "Greenroom cluster file")


def _schema(form: type[BaseModel], title: str) -> dict[str, Any]:
    schema: dict[str, Any] = _without_noise(form.model_json_schema(mode="validation"))
    schema["patternProperties"] = {"^x-": {"description": "Free, for blocks that are used again by anchors."}}
    return {"$schema": DIALECT, "title": title} | schema


def _without_noise(node: Any) -> Any:
    """Without the titles that only repeat a key, and without `default: null`."""
    if isinstance(node, list):
        return [_without_noise(item) for item in node]
    if not isinstance(node, dict):
        return node
    return {
        key: _without_noise(value)
        for key, value in node.items()
        if not (key == "title" and isinstance(value, str)) and not (key == "default" and value is None)
    }
