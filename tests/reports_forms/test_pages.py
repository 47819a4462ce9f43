"""PDF and HTML: accessible, the same in both, and never run what people wrote."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from typing import Any

import pypdf
import pytest

from reports import content as c
from reports.factors import Factor
from reports.forms.emblem import emblem_image
from reports.forms.forms import render_forms
from reports.forms.letters import only_printable
from reports.forms.pdf import page_pdf
from reports.forms.stamp import Change, Stamp
from reports.forms.view import page_view
from reports.forms.writer import Writer
from tests.reports_forms.samples import CHART, MONTHS, report

HOSTILE = (
    '#read("/etc/passwd")',
    '#panic("x") ] [ } { $a$ `raw` *bold* _it_ // comment /* <label> @ref \\u{41}',
    "</title><script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "漢字 😀 \u202e\x01\x00 שלום",
)
STAMP = Stamp(2, "ab" * 32, "cd" * 32, "ef" * 32, (("greenroom", "0"),), "e1", "a wrong meter", (Change("figure x", "1", "2"),))


def pdf(made: c.Report, name: str, stamp: Stamp | None = None) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(render_forms(made, stamp, forms=("pdf",))[name]))


def words(document: pypdf.PdfReader) -> str:
    return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in document.pages))


@pytest.fixture(scope="module")
def french() -> pypdf.PdfReader:
    return pdf(report(), "monthly-la-kolok-2026-10.fr.pdf", STAMP)


def root_of(document: pypdf.PdfReader) -> Any:
    return document.trailer["/Root"]


def structure(document: pypdf.PdfReader) -> list[tuple[str, str]]:
    """(kind, alternative text) of every structure element."""
    found: list[tuple[str, str]] = []
    todo: list[Any] = [root_of(document)["/StructTreeRoot"]]
    while todo:
        node = todo.pop().get_object()
        if isinstance(node, pypdf.generic.ArrayObject):
            todo += list(node)
        elif isinstance(node, pypdf.generic.DictionaryObject):
            if "/S" in node:
                found.append((str(node["/S"]), str(node.get("/Alt", ""))))
            todo += [node["/K"]] if "/K" in node else []
    return found


def test_a_pdf_is_tagged_titled_and_tells_its_language(french: pypdf.PdfReader) -> None:
    root = root_of(french)
    assert root["/MarkInfo"]["/Marked"] is True or root["/MarkInfo"]["/Marked"].value is True
    assert str(root["/Lang"]).startswith("fr")
    assert french.metadata is not None
    assert french.metadata.title == "Energy of La Kolok"
    claims = root["/Metadata"].get_object().get_data().decode()
    assert "pdfuaid:part" in claims
    assert "<pdfaid:part>2</pdfaid:part>" in claims
    kinds = {kind for kind, _ in structure(french)}
    assert {"/Table", "/TH", "/TD", "/H1", "/Figure", "/TOC"} <= kinds


def test_every_chart_and_emblem_has_words_for_who_cannot_see_it(french: pypdf.PdfReader) -> None:
    figures = [alt for kind, alt in structure(french) if kind == "/Figure"]
    assert sorted(figures) == ["European Regional Development Fund (ERDF)", *["Import falls at the week's end."] * 3]


def test_pages_are_numbered_and_contents_listed(french: pypdf.PdfReader) -> None:
    text = words(french)
    last = len(french.pages)
    assert f"page {last} sur {last}" in text
    assert "Table des matières" in text
    assert "Motif de la correction: a wrong meter" in text
    assert "2 345,10 €".replace(" ", "") in text.replace(" ", "").replace("\u202f", "").replace("\u00a0", "")


def test_all_its_fonts_are_in_it(french: pypdf.PdfReader) -> None:
    for page in french.pages:
        resources: Any = page["/Resources"]
        for font in resources.get("/Font", {}).values():
            inner = font.get_object()["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object()
            assert {"/FontFile2", "/FontFile3"} & set(inner)


def test_a_long_table_repeats_its_heading() -> None:
    long = replace(MONTHS, rows=MONTHS.rows * 60, total=None)
    made = replace(report(), languages=("en",), covers=(), sections=(c.Section("s", "Long", (long,)),))
    document = pdf(made, "monthly-la-kolok-2026-10.en.pdf")
    pages = [page.extract_text().replace("\u00a0", " ") for page in document.pages]
    assert len([text for text in pages if "September 2026" in text]) > 2
    assert all("Load (kWh)" in text for text in pages if "September 2026" in text)


def test_each_funder_has_a_front_page_in_its_language() -> None:
    files = render_forms(report(), forms=("pdf",))
    assert {name for name in files if name.endswith(".pdf")} == {
        "monthly-la-kolok-2026-10.en.pdf",
        "monthly-la-kolok-2026-10.fr.pdf",
        "monthly-la-kolok-2026-10.nl.pdf",
        "monthly-la-kolok-2026-10.erdf.fr.pdf",
        "monthly-la-kolok-2026-10.vaf.nl.pdf",
    }
    own = pypdf.PdfReader(io.BytesIO(files["monthly-la-kolok-2026-10.erdf.fr.pdf"])).pages[0].extract_text()
    assert "Cofinancé par l’Union européenne" in own.replace("'", "’")
    assert "37,9" in own
    assert "VAF" not in own
    both = pypdf.PdfReader(io.BytesIO(files["monthly-la-kolok-2026-10.fr.pdf"])).pages[0].extract_text()
    assert "VAF" in both


def hostile(text: str) -> c.Report:
    figure = c.Figure("x", text, 1.0, text, why=text, standing=c.Standing.PROVISIONAL)
    table = c.Table("t", text, (c.Column("a", text, c.CellKind.NAME), c.Column("b", "B")), ((text, text),), note=text)
    chart = replace(CHART, title=text, description=text, labels=(text,) * 7, unit=text)
    blocks = (c.Paragraph(text), c.Points((text,)), c.Figures((figure,)), c.Figures((replace(figure, id="y"),), large=True))
    section = c.Section("s", text, (*blocks, table, chart))
    cover = replace(report().covers[0], funder=text, fund=text, emblem="../../etc/passwd", sentence={"en": text})
    return replace(report(), languages=("en",), title=text, subtitle=text, sections=(section,), covers=(cover,), method=(text,))


@pytest.mark.parametrize("text", HOSTILE)
def test_what_people_wrote_is_shown_and_never_read_as_markup(text: str) -> None:
    files = render_forms(hostile(text), forms=("pdf", "html"))
    page = files["monthly-la-kolok-2026-10.en.html"].decode()
    assert "<script" not in page
    assert "<img src=x" not in page
    document = words(pypdf.PdfReader(io.BytesIO(files["monthly-la-kolok-2026-10.en.pdf"])))
    assert "root:" not in document
    assert text.split()[0][:6].strip('"') in document or "\u25a1" in document


def test_letters_that_the_fonts_lack_become_a_box_and_others_stay() -> None:
    assert only_printable({"a": ["é ₂ ≥ 漢 x\ny"]}) == {"a": ["é ₂ ≥ \u25a1 x y"]}
    assert only_printable("Œuvre – 12 % “n/a”") == "Œuvre – 12 % “n/a”"


class Outline(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def test_a_page_is_self_contained_and_accessible() -> None:
    page = render_forms(report(), forms=("html",))["monthly-la-kolok-2026-10.nl.html"].decode()
    outline = Outline()
    outline.feed(page)
    tags = [tag for tag, _ in outline.tags]
    assert ("html", {"lang": "nl"}) in outline.tags
    assert tags.count("h1") == 1
    assert "script" not in tags
    assert "link" not in tags
    addresses = [a.get("href") or a.get("src") or "" for _, a in outline.tags if "href" in a or "src" in a]
    assert all(address.startswith(("#", "data:image/")) for address in addresses)
    ids = [a["id"] for _, a in outline.tags if a.get("id")]
    assert len(ids) == len(set(ids))
    assert {address[1:] for address in addresses if address.startswith("#")} <= set(ids)
    assert all("scope" in a for tag, a in outline.tags if tag == "th")
    assert all(a.get("aria-label") for tag, a in outline.tags if tag == "svg")
    assert all(a.get("alt") for tag, a in outline.tags if tag == "img")
    levels = [int(tag[1]) for tag in tags if re.fullmatch(r"h[1-6]", tag)]
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_an_emblem_comes_from_us_or_from_the_folder_and_from_nowhere_else() -> None:
    assert (emblem_image("eu.svg") or b"").count(b"<polygon") == 12
    assert emblem_image("../page.typ") is None
    assert emblem_image("unheard-of.svg") is None
    assert emblem_image("x.png", {"x.png": b"\x89PNG\r\n\x1a\nrest"}) == b"\x89PNG\r\n\x1a\nrest"
    assert emblem_image("x.png", {"x.png": b"GIF89a"}) is None


def test_a_draft_of_a_refused_report_says_why_it_is_refused() -> None:
    made = replace(report(), languages=("en",), covers=(), standing=c.Standing.REFUSED, refusals=("no factor of heat for 2026",))
    files = render_forms(made, forms=("pdf", "html"))
    assert "no factor of heat for 2026" in files["monthly-la-kolok-2026-10.en.html"].decode()
    assert "no factor of heat for 2026" in words(pypdf.PdfReader(io.BytesIO(files["monthly-la-kolok-2026-10.en.pdf"])))


def test_the_front_page_tells_the_main_figures_with_their_completeness() -> None:
    view = page_view(report(), Writer("fr", "Europe/Paris"), Stamp())
    first = next(figure for figure in report().figures().values() if figure.value is not None)
    told = view["highlights"][0]
    assert told["name"] == first.name
    assert told["value"].endswith("\u00a0kWh")
    assert told["share"].startswith("Complétude ")
    page = pypdf.PdfReader(io.BytesIO(page_pdf(view, report().until, "Greenroom", "foot"))).pages[0].extract_text()
    assert told["value"].split("\u00a0")[0] in page


def test_who_a_report_is_for_is_named_on_the_front_page_and_not_by_an_id() -> None:
    made = replace(report(), tenant="falaise-montage", title=c.say("tenant.title", tenant="Falaise Montage", site="La Kolok"))
    head = page_view(made, Writer("fr", "Europe/Paris"), Stamp())["head"]
    assert ["Locataire", "Falaise Montage"] in head


def test_a_short_table_is_not_broken_over_pages_and_a_long_one_is() -> None:
    columns = (c.Column("a", "A", c.CellKind.NAME), c.Column("b", "B", c.CellKind.NUMBER, "kWh"))
    rows = tuple((f"row {number}", float(number)) for number in range(30))
    tables = tuple(c.Table(f"t{count}", "T", columns, rows[:count], total=("Total", 1.0)) for count in (14, 30))
    view = page_view(replace(report(), sections=(c.Section("s", "S", tables),)), Writer("en", "Europe/Paris"), Stamp())
    assert [block["whole"] for block in view["sections"][0]["blocks"]] == [True, False]


def test_on_the_front_page_of_a_cluster_every_site_has_its_first_figures() -> None:
    made = [c.Figure(f"{site}.{name}", name, 1.0, "kWh") for site in ("s0", "s1") for name in "abcd"]
    places = (("s0", "Here"), ("s1", "There"))
    sections = (c.Section("s", "S", (c.Figures(tuple(made)),)),)
    view = page_view(replace(report(), sites=places, sections=sections), Writer("en", "Europe/Paris"), Stamp())
    assert [row["name"] for row in view["highlights"]] == [f"{site}: {n}" for site in ("Here", "There") for n in "abc"]


@pytest.mark.parametrize(
    ("language", "said"), [("en", "Deliveries: none. No fuel came."), ("fr", "Deliveries : néant. No fuel came.")]
)
def test_a_table_without_rows_is_a_sentence_and_not_a_head_with_nothing_under_it(language: str, said: str) -> None:
    columns = (c.Column("day", "Day", c.CellKind.TEXT), c.Column("fuel", "Fuel", c.CellKind.TEXT))
    section = c.Section("fuel", "Fuel", (c.Table("deliveries", "Deliveries", columns, (), note="No fuel came."),))
    view = page_view(report(sections=(section,)), Writer(language, "Europe/Paris"), STAMP)
    [block] = next(one for one in view["sections"] if one["id"] == "fuel")["blocks"]
    assert (block["block"], block["tone"]) == ("paragraph", "note")
    assert block["text"].replace("\u00a0", " ").replace("\u202f", " ") == said


@pytest.mark.parametrize(
    ("language", "names"),
    [
        ("en", {"any country, electricity: guarantees of origin (market-based)", "FR, gas: net per gross calorific value"}),
        ("fr", {"tous pays, électricité : garanties d’origine (fondé sur le marché)", "FR, gaz : PCI par PCS"}),
        ("nl", {"elk land, elektriciteit: garanties van oorsprong (marktgebonden)", "FR, gas: onderwaarde per bovenwaarde"}),
    ],
)
def test_factors_are_named_in_words(language: str, names: set[str]) -> None:
    kinds = (
        ("ALL", "electricity", "guarantee_of_origin"),
        ("FR", "gas", "net_per_gross"),
        ("FR", "wood_chips", "regulatory_OPERAT"),
    )
    factors = tuple(Factor(*kind, 2025, 0.9, "kWh/kWh", "somebody", "1", "a book") for kind in kinds)
    view = page_view(report(factors=factors), Writer(language, "Europe/Paris"), STAMP)
    table = next(one for one in view["sections"] if one["id"] == "factors")["blocks"][0]
    told = {row[0].replace("\u00a0", " ").replace("\u202f", " ") for row in table["rows"]}
    assert names < told
    assert any("wood chips" in name and "regulatory OPERAT" in name for name in told), "what has no words is told as it is written"
