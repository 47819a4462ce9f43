"""HTML: one self-contained file that asks no other host for anything, runs no script, and prints well."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from markupsafe import Markup

from reports.forms.emblem import emblem_image
from reports.forms.view import View


@cache
def _template() -> Template:
    loader = PackageLoader("reports.forms")
    environment = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters["drawing"] = Markup  # charts only: their texts were escaped where they were drawn
    return environment.get_template("page.html")


def page_html(view: View, brand: str, footer: str, own_emblems: Mapping[str, bytes] | None = None) -> bytes:
    """The page of a view as UTF-8."""
    covers = [{**cover, "picture": _data_address(cover["emblem"], own_emblems)} for cover in view["covers"]]
    return (_template().render(view=view, covers=covers, brand=brand, footer=footer) + "\n").encode()


def _data_address(name: str, own: Mapping[str, bytes] | None) -> str:
    """The picture as a data address: inside <img> it can neither run scripts nor load anything."""
    picture = emblem_image(name, own) if name else None
    if picture is None:
        return ""
    kind = "image/png" if name.endswith(".png") else "image/svg+xml"
    return f"data:{kind};base64,{base64.b64encode(picture).decode()}"
