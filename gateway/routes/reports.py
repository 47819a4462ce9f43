"""Issued reports: which there are for whoever asks, and their files as they were issued."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Response

from gateway.access import Caller, Right
from gateway.answers import answers, problems
from gateway.door import Gateway, GatewayHere, Language, needs
from gateway.problems import Problem
from gateway.routes.parameters import LimitQuery, SiteQuery
from gateway.shapes.reports import EditionDocument, EditionList
from gateway.shelf import MEDIA, editions_for, file_of, sees_edition
from gateway.times import told
from premises.catalogue import FALLBACK
from premises.desks import EditionInfo, ReportShelf

router = APIRouter(prefix="/v1/reports", tags=["reports"])

Seer = Annotated[Caller, Depends(needs(Right.SEE_REPORTS))]
EditionId = Annotated[
    str, Path(min_length=1, max_length=200, pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*$", examples=["la-kolok-month-2026-02-1"])
]
FileName = Annotated[str, Path(min_length=1, max_length=200, pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*$", examples=["report.en.pdf"])]
KindQuery = Annotated[str | None, Query(min_length=1, max_length=64, pattern=r"^[a-z0-9_-]+$", description="one kind only")]
_EDITION: dict[str, Any] = {
    "id": "la-kolok-month-2026-02-1",
    "site": "la-kolok",
    "kind": "month",
    "number": 1,
    "first": "2026-02-01",
    "last": "2026-02-28",
    "title": "Energy and carbon, February 2026",
    "languages": ["en", "fr"],
    "issued_at": "2026-03-03T05:00:00Z",
    "files": {"pdf": "report.en.pdf", "csv": "figures.csv"},
    "hash": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "tenant": None,
    "production": None,
    "superseded_by": None,
    "signed": True,
}


def _shelf(gateway: Gateway) -> ReportShelf:
    if gateway.house.reports is None:
        raise Problem("not-set-up", "no reports are kept in this house")
    return gateway.house.reports


def _told(edition: EditionInfo, language: str) -> EditionDocument:
    title = edition.title.get(language) or edition.title.get(FALLBACK) or next(iter(edition.title.values()), edition.kind)
    return EditionDocument(
        id=edition.id,
        site=edition.site,
        kind=edition.kind,
        number=edition.number,
        first=edition.first.isoformat(),
        last=edition.last.isoformat(),
        title=title,
        languages=list(edition.languages),
        issued_at=told(edition.issued_at) or "",
        files=dict(edition.forms),
        hash=edition.hash,
        tenant=edition.tenant,
        production=edition.production,
        superseded_by=edition.superseded_by,
        signed=edition.signed,
    )


def _seen(gateway: Gateway, caller: Caller, edition_id: str) -> EditionInfo:
    """The edition. Raises not-found, also for what is not for this caller."""
    edition = _shelf(gateway).get(edition_id)
    if edition is None or not sees_edition(caller, gateway.house, edition):
        raise Problem("not-found", f"there is no edition {edition_id!r} here")
    return edition


@router.get("", responses=answers({"items": [_EDITION]}, "not-found", "not-set-up"))
def list_reports(
    gateway: GatewayHere,
    caller: Seer,
    language: Language,
    site: SiteQuery = None,
    kind: KindQuery = None,
    limit: LimitQuery = None,
) -> EditionList:
    """Issued editions of sites and clusters, newest first. A tenant sees the statements of its own; corrected ones say by what."""
    sites = gateway.sites(caller) if site is None else [gateway.site(caller, site)]
    size = min(limit or gateway.settings.page_default, gateway.settings.page_max)
    seen = editions_for(caller, gateway.house, _shelf(gateway), sites, kind)
    return EditionList(items=[_told(edition, language) for edition in seen[:size]])


@router.get("/{edition}", responses=answers(_EDITION, "not-found", "not-set-up"))
def get_report(edition: EditionId, gateway: GatewayHere, caller: Seer, language: Language) -> EditionDocument:
    """One edition, with the names of its files."""
    return _told(_seen(gateway, caller, edition), language)


@router.get(
    "/{edition}/{file}",
    response_class=Response,
    responses={
        200: {
            "description": "The file as it was issued",
            "content": {
                "application/octet-stream": {"schema": {"type": "string", "format": "binary"}, "example": "%PDF-1.7 …"},
                **{media.partition(";")[0]: {"schema": {"type": "string"}, "example": "…"} for media in MEDIA.values()},
            },
        },
        **problems("not-found", "not-set-up"),
    },
)
def get_report_file(edition: EditionId, file: FileName, gateway: GatewayHere, caller: Seer) -> Response:
    """A file of an edition, byte for byte as it was issued. Always a download: a page of it runs nothing here."""
    seen = _seen(gateway, caller, edition)
    answer = file_of(_shelf(gateway), seen, file)
    if answer is None:
        raise Problem("not-found", f"edition {seen.id} has no file {file!r}; it has {', '.join(sorted(seen.forms.values()))}")
    return answer
