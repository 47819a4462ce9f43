"""The funder's report (ERDF): coded indicators with baseline, target and evidence; one front page per funder, the same numbers."""

from __future__ import annotations

from reports.content import Report, Section, say
from reports.funder.indicators import indicators_section
from reports.funder.shares import covers_of, funds_of, retention_section, shares_section
from reports.inputs import Inputs
from reports.parts.always_on import temperature_days
from reports.parts.baseline import baseline_days
from reports.parts.carbon import carbon_section
from reports.parts.energy import energy_section, months_chart
from reports.parts.frame import Draft, boundary_section, changes_section, languages_of, place_name
from reports.parts.quality import meter_register, meter_rows, quality_section
from reports.parts.savings import savings_section
from reports.parts.sun import sun_section

__all__ = ["make"]


def make(inputs: Inputs) -> tuple[Report, ...]:
    """One report with a cover per funder (and per funder of a sub-fund), in the languages of the site and of the funders."""
    draft = Draft("funder", inputs, say("funder.title", site=place_name(inputs)))
    funds = funds_of(inputs)
    section, required = indicators_section(inputs, draft.factors)
    draft.required += required
    charts = Section("months", say("section.months"), tuple(months_chart(one) for one in inputs.sites))
    draft.sections = [
        section,
        shares_section(funds, section),
        boundary_section(inputs.sites),
        energy_section(inputs.sites),
        charts,
        sun_section(inputs.sites),
        carbon_section(inputs.sites, draft.factors),
        savings_section(inputs.sites),
        quality_section(inputs.sites),
        meter_register(inputs.sites),
        retention_section(funds),
        changes_section(inputs.sites),
    ]
    draft.covers = covers_of(inputs, funds)
    draft.languages = tuple(dict.fromkeys((*languages_of(inputs), *(cover.language for cover in draft.covers))))
    behind = (meter_rows(inputs.sites), baseline_days(inputs.sites), temperature_days(inputs.sites))
    draft.attachments += [attached for attached in behind if attached is not None]
    draft.method += [say("method.levels"), say("method.primary"), say("method.carbon"), say("method.whole_operation")]
    return (draft.finish(),)
