"""PDF by Typst: tagged (PDF/UA-1 and PDF/A-2a), its fonts those that Typst carries, so that the bytes are the same everywhere.

Texts reach the template as JSON in `sys.inputs`; they are shown as strings and never read as markup. The compiler's root is
an empty folder and no package is ever fetched, so a hostile title has nothing to read even if it were.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Literal

import orjson
import typst

from premises.errors import GreenroomError
from reports.forms.emblem import emblem_image
from reports.forms.letters import only_printable
from reports.forms.view import View

STANDARDS: list[Literal["a-2a", "ua-1"]] = ["a-2a", "ua-1"]


class PdfError(GreenroomError):
    """Typst could not set the report."""


@cache
def _template() -> bytes:
    return files("reports.forms").joinpath("page.typ").read_bytes()


def page_pdf(view: View, at: datetime, brand: str, footer: str, own_emblems: Mapping[str, bytes] | None = None) -> bytes:
    """The document of a view. at: the instant that is written as its date of creation; brand: who made it. Raises PdfError."""
    covers = [{**cover, **_picture(cover, own_emblems)} for cover in view["covers"]]
    told = only_printable({**view, "covers": covers, "brand": brand, "author": brand, "footer": footer})
    with tempfile.TemporaryDirectory(prefix="greenroom-typst-") as empty:
        try:
            compiler = typst.Compiler(
                _template(),
                root=empty,
                ignore_system_fonts=True,
                sys_inputs={"view": orjson.dumps(told).decode()},
                package_path=empty,
                package_cache_path=empty,
            )
            made = compiler.compile(format="pdf", pdf_standards=list(STANDARDS), timestamp=int(at.timestamp()))
        except typst.TypstError as error:
            raise PdfError(f"the PDF cannot be set: {error.message}; {'; '.join(error.hints)}") from error
    assert isinstance(made, bytes)
    return made


def _picture(cover: View, own: Mapping[str, bytes] | None) -> View:
    picture = emblem_image(cover["emblem"], own) if cover["emblem"] else None
    if picture is None:
        return {"picture": None, "format": "svg", "alt": ""}
    kind = "png" if cover["emblem"].endswith(".png") else "svg"
    data = list(picture) if kind == "png" else picture.decode(errors="replace")
    return {"picture": data, "format": kind, "alt": cover["funder"]}
