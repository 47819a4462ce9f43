"""The forms of a report: PDF, HTML, XLSX, CSV and JSON from one content, with one look."""

from reports.forms.forms import render_forms
from reports.forms.stamp import Change, Stamp

__all__ = ["Change", "Stamp", "render_forms"]
