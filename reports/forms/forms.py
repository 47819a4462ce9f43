"""All files of a report, in every form and language it is issued in. The same content and stamp give the same bytes."""

from __future__ import annotations

from collections.abc import Mapping

from reports.content import Cover, Figures, Report
from reports.forms.document import DOCUMENT, attachment_csv, attachment_file, read_report, report_json
from reports.forms.page import page_html
from reports.forms.pdf import page_pdf
from reports.forms.sheets import report_xlsx
from reports.forms.site_names import with_site_names
from reports.forms.stamp import Stamp
from reports.forms.table_csv import figures_csv, table_csv
from reports.forms.view import page_view
from reports.forms.writer import Writer

BRAND = "Greenroom"
ALL_FORMS = ("pdf", "html", "xlsx", "csv")


def frozen(report: Report) -> tuple[Report, dict[str, bytes]]:
    """The report as its own document tells it, and the files that hold it: what an edition freezes."""
    files = {attachment_file(attachment): attachment_csv(attachment, report) for attachment in report.attachments}
    files[DOCUMENT] = report_json(report)
    return read_report(files[DOCUMENT], lambda name: files[name]), files


def render_forms(
    report: Report,
    stamp: Stamp | None = None,
    forms: tuple[str, ...] = ALL_FORMS,
    emblems: Mapping[str, bytes] | None = None,
) -> dict[str, bytes]:
    """File name -> bytes, in order of name; the JSON document and the files of attachments are always among them.

    forms: of `pdf`, `html`, `xlsx`, `csv`. emblems: pictures of the house's own, by file name. A report with front pages has
    one PDF for each, in its funder's language, beside those with all funders. Raises PdfError.
    """
    content, files = frozen(report)
    stamp = stamp or Stamp()
    for language in content.languages:
        writer = Writer(language, content.timezone)
        if "pdf" in forms:
            files[f"{content.id}.{language}.pdf"] = _pdf(content, writer, stamp, None, emblems)
        if "html" in forms:
            view = page_view(content, writer, stamp)
            files[f"{content.id}.{language}.html"] = page_html(view, BRAND, _footer(content, stamp), emblems)
        if "xlsx" in forms:
            files[f"{content.id}.{language}.xlsx"] = report_xlsx(content, writer, stamp)
    if "pdf" in forms:
        for cover in content.covers:
            writer = Writer(cover.language, content.timezone)
            files[f"{content.id}.{cover.id}.{cover.language}.pdf"] = _pdf(content, writer, stamp, cover, emblems)
    if "csv" in forms:
        first = Writer(content.languages[0], content.timezone)
        files |= {
            f"{name}.csv": table_csv(with_site_names(table, dict(content.sites)), first) for name, table in content.tables().items()
        }
        blocks = [block for section in content.sections for block in section.blocks]
        figures = [figure for block in blocks if isinstance(block, Figures) for figure in block.figures]
        if figures:
            files["figures.csv"] = figures_csv(figures, first)
    files |= {file.name: file.text.encode() for file in content.files}
    return dict(sorted(files.items()))


def _pdf(report: Report, writer: Writer, stamp: Stamp, cover: Cover | None, emblems: Mapping[str, bytes] | None) -> bytes:
    view = page_view(report, writer, stamp, cover)
    return page_pdf(view, report.until, BRAND, _footer(report, stamp), emblems)


def _footer(report: Report, stamp: Stamp) -> str:
    return f"{report.id} · {stamp.number}" if stamp.number else report.id
