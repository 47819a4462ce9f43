"""The site file of a running house: read it, try a changed one, follow it."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends, Path, Query

from gateway.access import Caller, Right
from gateway.answers import WRITING, answers
from gateway.door import Gateway, GatewayHere, Language, needs
from gateway.faults import invalid
from gateway.problems import FieldFault, Problem
from gateway.routes.examples import READY_BY
from gateway.shapes.configuration import ConfigurationAnswer, ConfigurationRequest, ConfigurationText, EffectDocument
from gateway.writing import ready_by_document
from premises.catalogue import FALLBACK
from premises.desks import Configuration, ConfigurationPreview
from premises.site import Site

router = APIRouter(prefix="/v1/sites", tags=["premises"])

Engineer = Annotated[Caller, Depends(needs(Right.CONFIGURE))]
SitePath = Annotated[str, Path(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*$", examples=["la-kolok"])]
DryRun = Annotated[bool, Query(description="only say what it would do")]
_TEXT = "id: la-kolok\nname: La Kolok\n"
_ANSWER: dict[str, Any] = {
    "applied": False,
    "faults": [],
    "changes": ["~ zones: stage-1: volume_m3 7200 → 7800"],
    "effects": [
        {"source": "cinema-diary", "id": "4711", "zone": "stage-1", "now": READY_BY, "then": {**READY_BY, "energy_kwh": 231.0}}
    ],
}
TextBody = Annotated[ConfigurationRequest, Body(openapi_examples={"whole file": {"value": {"text": _TEXT}}})]


def _here(gateway: Gateway, caller: Caller, site_id: str) -> tuple[Site, Configuration]:
    """The site, for a caller who sees all of it. Raises not-found, out-of-scope, not-set-up."""
    site = gateway.site(caller, site_id)
    if caller.by_zone or caller.by_source:
        raise Problem("out-of-scope", "the site file is of the whole site, but this key is for some zones or sources")
    if gateway.house.configuration is None:
        raise Problem("not-set-up", "this house runs by an example or another's file; restart it with a site file of its own")
    return site, gateway.house.configuration


@router.get(
    "/{site}/configuration", responses=answers({"site": "la-kolok", "text": _TEXT}, "not-found", "out-of-scope", "not-set-up")
)
def read_configuration(site: SitePath, gateway: GatewayHere, caller: Engineer) -> ConfigurationText:
    """The site file as it is followed now."""
    here, configuration = _here(gateway, caller, site)
    return ConfigurationText(site=here.id, text=configuration.text(here.id))


@router.post("/{site}/configuration", responses=answers(_ANSWER, *WRITING, "not-found", "out-of-scope", "not-set-up", "conflict"))
def change_configuration(
    site: SitePath, asked: TextBody, gateway: GatewayHere, caller: Engineer, language: Language, dry_run: DryRun = False
) -> ConfigurationAnswer:
    """Follow a changed site file, without a restart. With `dry_run=true` nothing is changed: the answer says what is wrong with
    it, what it changes, and for which bookings that are to come it makes a difference."""
    here, configuration = _here(gateway, caller, site)
    if dry_run:
        return _told(configuration.preview(here.id, asked.text), caller, language, applied=False)
    done = configuration.apply(here.id, asked.text, caller.name, gateway.now())
    if done.faults:
        raise invalid([FieldFault(pointer="#/text", detail=fault) for fault in done.faults])
    changes = done.changes.get(FALLBACK, ())
    gateway.audit(caller, "configuration.applied", f"site {here.id}", "; ".join(changes)[:1000])
    return _told(done, caller, language, applied=True)


def _told(preview: ConfigurationPreview, caller: Caller, language: str, *, applied: bool) -> ConfigurationAnswer:
    return ConfigurationAnswer(
        applied=applied,
        faults=list(preview.faults),
        changes=list(preview.changes.get(language) or preview.changes.get(FALLBACK) or ()),
        effects=[
            EffectDocument(
                source=now.booking.source,
                id=now.booking.id,
                zone=now.zone,
                now=ready_by_document(now, language, caller),
                then=ready_by_document(then, language, caller),
            )
            for now, then in preview.effects
        ],
    )
