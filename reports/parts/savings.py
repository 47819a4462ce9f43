"""The section of savings: against the year before, adjusted for the weather, and against heating that is always on."""

from __future__ import annotations

from collections.abc import Sequence

from reports.content import Block, Figures, Paragraph, Section, Tone, say
from reports.inputs import SiteInputs
from reports.parts.always_on import always_on_figures
from reports.parts.baseline import baseline_table, compared_carriers, lack, saving_figures

__all__ = ["savings_section"]


def savings_section(inputs: Sequence[SiteInputs]) -> Section:
    """Figures with their uncertainty, the models' statistics, and in words what could not be told, and why."""
    told = [(one, compared_carriers(one)) for one in inputs]
    figures = [figure for one, found in told for figure in (*saving_figures(one, found), *always_on_figures(one))]
    blocks: list[Block] = [Paragraph(say("note.saving_method"))]
    for one, found in told:
        lacking = next((each for each in found if each.saving is None), None)
        if lacking is not None:
            blocks.append(Paragraph(say("note.no_saving", site=one.site.name, why=lack(lacking)), Tone.NOTE))
    blocks.append(Figures(tuple(figures)))
    table = baseline_table(told)
    if table is not None:
        blocks.append(table)
    if any(each.within_limits is False for _, found in told for each in found):
        blocks.append(Paragraph(say("note.beyond_limits"), Tone.WARNING))
    blocks.append(Paragraph(say("note.always_on"), Tone.NOTE))
    return Section("savings", say("section.savings"), tuple(blocks))
