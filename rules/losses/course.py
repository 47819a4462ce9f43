"""The course of losses over the days: found again they go on, not found again they are closed. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from premises.losses import Loss
from premises.reason import REASONS
from premises.site import Site
from premises.spoken import spoken
from rules.losses.day import Finding

GAP_MOST = timedelta(days=3)
"""A loss that is found again after a quiet weekend is the same one."""


def follow(site: Site, standing: Iterable[Loss], findings: Sequence[Finding], now: datetime) -> list[Loss]:
    """Losses that are new, that go on, and that are over; in that state they are to be kept.

    The same day looked at twice changes nothing: what was counted up to `until` is not counted again.
    """
    known = {(loss.kind, loss.subject): loss for loss in standing}
    kept: list[Loss] = []
    for finding in findings:
        before = known.pop((finding.kind, finding.subject), None)
        if before is not None and finding.since - before.until <= GAP_MOST:
            if finding.until > before.until:
                kept.append(_gone_on(site, before, finding, now))
            continue
        if before is not None:
            kept.append(replace(before, closed_at=now))
        kept.append(_new(site, finding, now))
    kept += [replace(loss, closed_at=now) for loss in known.values()]
    return kept


def _new(site: Site, finding: Finding, now: datetime) -> Loss:
    told = f"{site.id}\n{finding.kind}\n{finding.subject}\n{finding.since.isoformat()}"
    loss = Loss(
        id=f"loss-{hashlib.sha256(told.encode()).hexdigest()[:24]}",
        site=site.id,
        kind=finding.kind,
        subject=finding.subject,
        since=finding.since,
        until=finding.until,
        kwh=finding.kwh,
        found_at=now,
        zone=finding.zone,
        evidence=dict(finding.evidence),
    )
    return _said(site, loss)


def _gone_on(site: Site, loss: Loss, finding: Finding, now: datetime) -> Loss:
    kwh = None if loss.kwh is None and finding.kwh is None else (loss.kwh or 0.0) + (finding.kwh or 0.0)
    hours = _number(loss.evidence, "hours") + _number(finding.evidence, "hours")
    evidence = {**finding.evidence, **({"hours": hours} if "hours" in finding.evidence else {})}
    return _said(
        site, replace(loss, until=finding.until, kwh=kwh, days=loss.days + 1, found_at=now, evidence=evidence, closed_at=None)
    )


def _said(site: Site, loss: Loss) -> Loss:
    """With its texts, in every language there is."""
    names = {zone.id: zone.name for zone in site.zones} | {plant.id: plant.name for plant in site.plants} | {site.id: site.name}
    values: dict[str, float | str] = {name: value for name, value in loss.evidence.items() if isinstance(value, float | int | str)}
    lost = "?" if loss.kwh is None else f"{loss.kwh:.0f}"
    values |= {"subject": names.get(loss.subject, loss.subject), "kwh": lost, "days": str(loss.days)}
    return replace(
        loss,
        title={language: _say(language, loss, "title", values) for language in REASONS.languages()},
        text={language: _say(language, loss, "text", values) for language in REASONS.languages()},
        advice={language: _say(language, loss, "advice", values) for language in REASONS.languages()},
    )


def _say(language: str, loss: Loss, part: str, values: Mapping[str, float | str]) -> str:
    measured, reference = ("cop", "efficiency") if "cop_measured" in values else ("efficiency", "cop")
    told = {name.replace(f"{measured}_", ""): value for name, value in values.items() if not name.startswith(reference)}
    return REASONS.say(language, f"loss.{loss.kind.value}.{part}", **spoken(REASONS, language, told))


def _number(evidence: Mapping[str, object], name: str) -> float:
    value = evidence.get(name, 0.0)
    return float(value) if isinstance(value, int | float) else 0.0
