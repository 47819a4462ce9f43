"""The French tertiary decree (OPERAT): objectives, climate adjustment, rating, and the yearly declaration with its checks."""

from __future__ import annotations

from reports.content import Figures, Paragraph, Report, Section, Tone, say
from reports.inputs import Inputs, SiteInputs
from reports.kinds import ReportRefusedError
from reports.operat.climate import climate_section, outdoor_hours
from reports.operat.declaration import checks_section, declaration_csv
from reports.operat.entity import entity_of, entity_section
from reports.operat.objectives import objectives_section
from reports.parts.frame import Draft, changes_section
from reports.parts.quality import meter_register, meter_rows, quality_section

__all__ = ["make"]


def make(inputs: Inputs) -> tuple[Report, ...]:
    """One report per site that has an OPERAT entity. Raises ReportRefusedError where none has."""
    told = [one for one in inputs.sites if one.site.operat is not None]
    if not told:
        names = ", ".join(one.site.id for one in inputs.sites)
        raise ReportRefusedError(f"no OPERAT entity is described for {names}; add `operat:` with its parts to the site file")
    return tuple(_make(inputs, one) for one in told)


def _make(inputs: Inputs, one: SiteInputs) -> Report:
    alone = Inputs((one,), inputs.first, inputs.last, inputs.now, None, inputs.languages, inputs.only)
    draft = Draft("operat", alone, say("operat.title", site=one.site.name))
    entity = entity_of(alone, one, draft.factors[one.site.id])
    climate, adjusted = climate_section(entity)
    objectives, figures = objectives_section(entity, adjusted)
    checks, passed = checks_section(entity, adjusted)
    warnings = () if passed else (Paragraph(say("operat.not_ready"), Tone.WARNING),)
    due = Paragraph(say("operat.by_september"))
    draft.sections = [
        Section("summary", say("section.summary"), (*warnings, Figures(figures, large=True), due)),
        *entity_section(entity),
        climate,
        objectives,
        checks,
        quality_section([one]),
        meter_register([one]),
        changes_section([one]),
    ]
    draft.required.append(entity.greenhouse)
    draft.files = (declaration_csv(entity, adjusted),)
    draft.attachments += [meter_rows([one]), outdoor_hours(one)]
    draft.method += [say("method.operat"), say("method.degree_days"), say("method.climate"), say("method.self_consumption")]
    return draft.finish()
