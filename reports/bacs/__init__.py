"""Evidence for the BACS decree (CCH R175-3): by functional zone and hour, by month for five years, losses, functions."""

from __future__ import annotations

from premises.site import PlantKind
from reports.bacs.assessment import functions_section, states_figures
from reports.bacs.losses import losses_section
from reports.bacs.zones import hourly_attachment, monthly_section, zones_section
from reports.content import Cell, CellKind, Column, Paragraph, Report, Section, Table, Text, say
from reports.inputs import Inputs, SiteInputs
from reports.parts.frame import Draft, changes_section, place_name
from reports.parts.quality import meter_register, meter_rows, quality_section

__all__ = ["make"]


def make(inputs: Inputs) -> tuple[Report, ...]:
    """One evidence pack of the site (or of the cluster, site by site)."""
    draft = Draft("bacs", inputs, say("bacs.title", site=place_name(inputs)))
    draft.sections = [Section("duty", say("bacs.duty"), tuple(_duty(one) for one in inputs.sites))]
    for one in inputs.sites:
        draft.sections += [_four(one), functions_section(one), zones_section(one), monthly_section(one), losses_section(one)]
        draft.attachments.append(hourly_attachment(one))
    draft.sections += [quality_section(inputs.sites), meter_register(inputs.sites), changes_section(inputs.sites)]
    draft.attachments.append(meter_rows(inputs.sites))
    draft.method += [say("method.functional_zone"), say("method.losses")]
    return (draft.finish(),)


def _duty(one: SiteInputs) -> Paragraph:
    """Nominal heating and cooling, which are not added together, and the date from which the decree holds."""
    heat = sum(plant.heat_power_w for plant in one.site.plants) / 1000
    cold = sum(plant.cool_power_w for plant in one.site.plants if plant.kind is not PlantKind.BOILER) / 1000
    most = max(heat, cold)
    code = "bacs.duty_now" if most > 290 else "bacs.duty_2030" if most > 70 else "bacs.duty_none"
    return Paragraph(say(code, site=one.site.name, heat=f"{heat:.0f}", cold=f"{cold:.0f}"))


def _four(one: SiteInputs) -> Section:
    """The four functions of R175-3 with what shows each."""
    zones = sum(bool(meter.zones) for meter in one.site.meters)
    writable = sum(point.writable for point in one.site.points)
    families = len({device.family for device in one.site.devices})
    rows: list[tuple[Cell, ...]] = [
        ("R175-3, 1°", say("bacs.continuous"), _status(bool(one.ledger.registers())), say("bacs.continuous_text", count=zones)),
        ("R175-3, 2°", say("bacs.reference"), _status(True), say("bacs.reference_text", count=len(one.losses))),
        ("R175-3, 3°", say("bacs.interoperable"), _status(families > 0), say("bacs.interoperable_text", count=families)),
        ("R175-3, 4°", say("bacs.control"), _status(writable > 0), say("bacs.control_text", count=writable)),
        ("R175-4", say("bacs.verification"), say("status.not_checked"), say("bacs.verification_text")),
        ("R175-5-1", say("bacs.inspection"), say("status.not_checked"), say("bacs.inspection_text")),
    ]
    columns = (
        Column("rule", say("column.rule"), CellKind.NAME),
        Column("requirement", say("column.requirement")),
        Column("status", say("column.status")),
        Column("evidence", say("column.evidence")),
    )
    table = Table(f"four_{one.site.id}", say("table.four", site=one.site.name), columns, tuple(rows))
    return Section(f"four_{one.site.id}", say("bacs.four"), (table, states_figures(one)))


def _status(holds: bool) -> Text:
    return say("status.met" if holds else "status.not_met")
