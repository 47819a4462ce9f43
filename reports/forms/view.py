"""What a page shows, as plain strings: one view for PDF and HTML, so that both say the same in the same order."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reports import content as c
from reports.factors import Factor
from reports.forms.chart import chart_svg
from reports.forms.document import attachment_file
from reports.forms.fitting import fit
from reports.forms.site_names import by_site_name
from reports.forms.stamp import Stamp
from reports.forms.writer import Writer

View = dict[str, Any]
MANY_COLUMNS = 8
MOST_WHOLE = 14
"""Rows of a table that is not broken over pages."""
MOST_REFUSALS = 8
MOST_HIGHLIGHTS, MOST_LEADS = 6, 2
_RIGHT = (c.CellKind.NUMBER, c.CellKind.PERCENT, c.CellKind.MONEY)


def page_view(report: c.Report, writer: Writer, stamp: Stamp, cover: c.Cover | None = None) -> View:
    """Everything a form prints, in order. cover: of one funder; None: all funders on one front page."""
    covers = (cover,) if cover else report.covers
    sites = dict(report.sites)
    sections = [_section(section, writer, sites) for section in report.sections]
    sections += [view for view in (_factors(report, writer), _method(report, writer), _files(report, writer)) if view]
    sections += [view for view in (_changes(stamp, writer), _edition(stamp, writer)) if view]
    return {
        "language": writer.language,
        "title": writer.text(report.title),
        "subtitle": writer.text(report.subtitle),
        "head": _head(report, writer, stamp),
        "covers": [_cover(one, writer) for one in covers],
        "single": cover is not None,
        "provisional": writer.own("head.provisional") if report.standing is c.Standing.PROVISIONAL else "",
        "lead": _lead(report, writer),
        "highlights": _highlights(report, writer, sites),
        "refusals": [writer.text(why) for why in report.refusals[:MOST_REFUSALS]],
        "draft": writer.own("head.draft") if stamp.number == 0 else "",
        "read": writer.own("edition.read"),
        "contents": writer.own("head.contents"),
        "page": writer.own("head.page", page="{page}", pages="{pages}"),
        "total": writer.own("total.total"),
        "sections": sections,
    }


def _head(report: c.Report, writer: Writer, stamp: Stamp) -> list[list[str]]:
    own = writer.own
    period = own("head.period_text", first=writer.long_day(report.first), last=writer.long_day(report.last), zone=report.timezone)
    until = writer.instant(report.until)
    standing = {c.Standing.FINAL: "head.final", c.Standing.PROVISIONAL: "head.provisional_text", c.Standing.REFUSED: "head.refused"}
    rows = [
        [own("head.sites"), ", ".join(name for _, name in report.sites)],
        [own("head.period"), period],
        [own("head.until"), f"{until} – {own('head.unfinished')}" if report.unfinished else until],
        [own("head.edition"), str(stamp.number) if stamp.number else own("head.draft")],
        [own("head.standing"), own(standing[report.standing])],
    ]
    if report.tenant:
        rows.append([own("head.tenant"), _named(report, "tenant") or report.tenant])
    if report.production:
        rows.append([own("head.production"), _named(report, "production") or report.production])
    if stamp.supersedes:
        rows.append([own("head.supersedes"), stamp.supersedes])
    return rows


def _named(report: c.Report, role: str) -> str:
    """The name that the title gives to the one it is for; "" where it gives none."""
    values = dict(report.title.values) if isinstance(report.title, c.Say) else {}
    name = values.get(role, "")
    return name if isinstance(name, str) else ""


def _lead(report: c.Report, writer: Writer) -> list[str]:
    """What the first section says in words with numbers in them: the answer before the tables."""
    blocks = report.sections[0].blocks if report.sections else ()
    told = [block.text for block in blocks if isinstance(block, c.Paragraph)]
    return [writer.text(text) for text in told if isinstance(text, c.Say) and text.values][:MOST_LEADS]


def _highlights(report: c.Report, writer: Writer, sites: Mapping[str, str]) -> list[View]:
    """The figures that the report is for, on its front page: those of its cards, else the first that are known."""
    blocks = [block for section in report.sections for block in section.blocks if isinstance(block, c.Figures)]
    cards = [figure for block in blocks if block.large for figure in block.figures]
    first = [figure for block in blocks for figure in block.figures if figure.value is not None]
    each = MOST_HIGHLIGHTS // max(1, len(sites))  # of every site of a cluster its first ones
    by_site = [figure for site in sites for figure in [one for one in first if one.id.partition(".")[0] == site][:each]]
    chosen = (cards or (by_site if len(sites) > 1 else first))[:MOST_HIGHLIGHTS]
    completeness = writer.own("figures.completeness")
    rows: list[View] = _figures(c.Figures(tuple(chosen)), writer, sites)["rows"]
    for row, figure in zip(rows, chosen, strict=True):
        row["share"] = "" if figure.completeness is None else f"{completeness} {_share(figure.completeness, writer)}"
    return rows


def _cover(cover: c.Cover, writer: Writer) -> View:
    share = writer.own(
        "cover.share_text",
        amount=writer.money(cover.amount, cover.currency, 0 if cover.amount == int(cover.amount) else 2),
        total=writer.money(cover.total, cover.currency, 0 if cover.total == int(cover.total) else 2),
        percent=writer.amount(cover.share_pct, "%", _decimals(cover)),
    )
    facts = [[writer.own("cover.fund"), cover.fund], [writer.own("cover.share"), share]]
    if cover.programme:
        facts.insert(0, [writer.own("cover.programme"), cover.programme])
    facts += [[writer.text(name), writer.cell(cell)] for name, cell in cover.facts]
    sentence = cover.sentence.get(writer.language) or cover.sentence.get(cover.language, "")
    return {"id": cover.id, "funder": cover.funder, "sentence": sentence, "emblem": cover.emblem, "facts": facts}


def _decimals(cover: c.Cover) -> int:
    exponent = cover.share_pct.normalize().as_tuple().exponent
    return max(0, min(4, -exponent)) if isinstance(exponent, int) else 0


def _section(section: c.Section, writer: Writer, sites: Mapping[str, str]) -> View:
    return {
        "id": section.id,
        "title": writer.text(section.title),
        "blocks": [_block(block, writer, sites) for block in section.blocks],
    }


def _block(block: c.Block, writer: Writer, sites: Mapping[str, str]) -> View:
    if isinstance(block, c.Paragraph):
        return {"block": "paragraph", "tone": block.tone.value, "text": writer.text(block.text)}
    if isinstance(block, c.Points):
        return {"block": "points", "items": [writer.text(item) for item in block.items]}
    if isinstance(block, c.Table):
        if not block.rows and block.total is None:
            return _empty(block, writer)
        return _table(by_site_name(block, sites), writer, single=len(sites) == 1)
    if isinstance(block, c.Chart):
        return {
            "block": "chart",
            "id": block.id,
            "title": writer.text(block.title),
            "description": writer.text(block.description),
            "svg": chart_svg(block, writer),
            "note": writer.own("chart.missing") if any(None in series.values for series in block.series) else "",
        }
    return _figures(block, writer, sites)


def _table(table: c.Table, writer: Writer, single: bool = True) -> View:
    """single: of one site, whose name the page bears already. A column in which nothing is known is left to the files."""
    shown = [place for place in range(len(table.columns)) if _shown(table, place, single)]
    columns = [table.columns[place] for place in shown]
    hidden = [writer.text(column.title) for place, column in enumerate(table.columns) if place not in shown and column.id != "site"]
    total = None
    if table.total is not None:
        total = ["" if table.total[place] is None else writer.cell(table.total[place], table.columns[place]) for place in shown]
        total[0] = total[0] or writer.own("total.total")
    notes = [writer.text(table.note)] * (table.note is not None) if table.note else []
    if hidden:
        notes.append(writer.own("table.hidden", columns=", ".join(hidden)))
    rows = [[writer.cell(row[place], table.columns[place]) for place in shown] for row in table.rows]
    return table_view(
        table.id,
        writer.text(table.title),
        [writer.heading(column) for column in columns],
        rows,
        [column.kind in _RIGHT for column in columns],
        total,
        " ".join(notes),
    )


def _empty(table: c.Table, writer: Writer) -> View:
    """A table without rows as a sentence: a head with nothing under it looks as if something were lost."""
    note = f" {writer.text(table.note)}" if table.note else ""
    title = writer.own("table.empty", title=writer.text(table.title))
    return {"block": "paragraph", "tone": c.Tone.NOTE.value, "text": title + note}


def _shown(table: c.Table, place: int, single: bool) -> bool:
    column = table.columns[place]
    if single and column.id == "site" and len(table.columns) > 2:
        return False
    if len(table.columns) <= MANY_COLUMNS or place == 0 or not table.rows:
        return True
    return any(row[place] not in (None, "") for row in table.rows)


def table_view(
    table_id: str,
    title: str,
    head: list[str],
    rows: list[list[str]],
    right: list[bool],
    total: list[str] | None = None,
    note: str = "",
) -> View:
    """A table as both forms take it, fitted to the page."""
    fitted = fit(head, [*rows, total] if total else rows, right)
    return {
        "block": "table",
        "id": table_id,
        "title": title,
        "head": head,
        "right": right,
        "shares": fitted.shares,
        "size": fitted.size,
        "landscape": fitted.landscape,
        "rows": rows,
        "total": total,
        "whole": not fitted.landscape and len(rows) <= MOST_WHOLE,
        "note": note,
    }


def _figures(block: c.Figures, writer: Writer, sites: Mapping[str, str]) -> View:
    """Of several sites, each figure bears the name of its own: its id begins with the site's."""
    shares = ("completeness", "measured", "estimated", "corrected", "missing")
    shown = [name for name in shares if any(getattr(figure, name) is not None for figure in block.figures)]
    rows = []
    for figure in block.figures:
        place = sites.get(figure.id.partition(".")[0], "") if len(sites) > 1 else ""
        notes = [writer.own(f"figures.{figure.standing.value}")] * (figure.standing is not c.Standing.FINAL)
        rows.append(
            {
                "id": figure.id,
                "name": f"{place}: {writer.text(figure.name)}" if place else writer.text(figure.name),
                "value": figure_value(figure, writer),
                "shares": [_share(getattr(figure, name), writer) for name in shown],
                "standing": notes[0] if notes else "",
                "why": writer.text(figure.why) if figure.why else "",
            }
        )
    return {
        "block": "figures",
        "large": block.large,
        "head": [writer.own("figures.name"), writer.own("figures.value"), *(writer.own(f"figures.{name}") for name in shown)],
        "rows": rows,
    }


def figure_value(figure: c.Figure, writer: Writer) -> str:
    """The value with its unit (none for a ratio), or that it is not available."""
    return writer.amount(figure.value, "" if figure.unit == "1" else figure.unit, figure.decimals)


def _share(share: float | None, writer: Writer) -> str:
    """Rounded towards what is worse: 99.96 % complete is not written as 100 %."""
    if share is None:
        return writer.own("cell.none")
    percent = share * 100
    if 99.95 <= percent < 100:
        percent = 99.9
    if 0 < percent < 0.05:
        return f"< {writer.amount(0.1, '%', 1)}"
    return writer.amount(percent, "%", 1 if percent % 1 else 0)


def _plain_table(title_id: str, title: str, head: list[str], rows: list[list[str]]) -> View:
    return {"id": title_id, "title": title, "blocks": [table_view(title_id, "", head, rows, [False] * len(head))]}


def _factors(report: c.Report, writer: Writer) -> View | None:
    if not report.factors:
        return None
    own = writer.own
    rows = []
    for factor in report.factors:
        year = own("factor.any_year") if factor.year is None else str(factor.year)
        note = f" ({own('factor.provisional')})" if factor.provisional else ""
        number = writer.number(factor.value, _places(factor.value))
        rows.append(
            [_factor_name(factor, writer), number, factor.unit, year, f"{factor.publisher} {factor.version}{note}", factor.source]
        )
    head = [own(f"factor.{name}") for name in ("factor", "value", "unit", "year", "publisher", "source")]
    view = _plain_table("factors", own("section.factors"), head, rows)
    view["blocks"][0]["right"][1] = True
    return view


def _factor_name(factor: Factor, writer: Writer) -> str:
    """In words; a carrier or scope that the catalogue does not have as the register writes it."""
    country = writer.own("factor.any_country") if factor.country == "ALL" else factor.country
    words = {}
    for part, code in (("carrier", factor.carrier), ("scope", factor.scope)):
        words[part] = writer.own(f"factor_{part}.{code}") if writer.has_own(f"factor_{part}.{code}") else code.replace("_", " ")
    return writer.own("factor.name", country=country, **words)


def _places(value: float) -> int:
    text = f"{value:.6f}".rstrip("0")
    return len(text.partition(".")[2])


def _method(report: c.Report, writer: Writer) -> View | None:
    if not report.method:
        return None
    paragraphs = [{"block": "paragraph", "tone": "plain", "text": writer.text(text)} for text in report.method]
    return {"id": "method", "title": writer.own("section.method"), "blocks": paragraphs}


def _files(report: c.Report, writer: Writer) -> View | None:
    items = [
        writer.own(
            "edition.file_line",
            title=writer.text(attachment.table.title),
            rows=writer.number(len(attachment.table.rows)),
            file=attachment_file(attachment),
        )
        for attachment in report.attachments
    ]
    items += [f"{file.name} ({file.media_type})" for file in report.files]
    if not items:
        return None
    return {"id": "files", "title": writer.own("section.files"), "blocks": [{"block": "points", "items": items}]}


def _changes(stamp: Stamp, writer: Writer) -> View | None:
    if not stamp.supersedes:
        return None
    own = writer.own
    rows = [[change.where, change.before or own("cell.none"), change.after or own("cell.none")] for change in stamp.changes]
    head = [own("edition.where"), own("edition.before"), own("edition.after")]
    view = _plain_table("changes", own("section.changes"), head, rows)
    if not rows:
        view["blocks"] = [{"block": "paragraph", "tone": "plain", "text": own("edition.no_changes")}]
    view["blocks"].insert(0, {"block": "paragraph", "tone": "plain", "text": f"{own('edition.reason')}: {stamp.reason}"})
    return view


def _breakable(digest: str) -> str:
    """A hash in groups, so that it fits on two lines."""
    return " ".join(digest[start : start + 8] for start in range(0, len(digest), 8))


def _edition(stamp: Stamp, writer: Writer) -> View | None:
    if not stamp.number:
        return None
    own = writer.own
    rows = [[own("edition.number"), str(stamp.number)]]
    named = (("data_version", stamp.data_version), ("inputs", stamp.inputs), ("factors_version", stamp.factors_version))
    rows += [[own(f"edition.{name}"), _breakable(value)] for name, value in named if value]
    rows.append([own("edition.software"), ", ".join(f"{name} {version}" for name, version in stamp.software)])
    view = _plain_table("edition", own("section.edition"), [own("edition.what"), own("edition.which")], rows)
    view["blocks"].append({"block": "paragraph", "tone": "note", "text": own("edition.explain")})
    return view
