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
    told = [(one, compared_carriers(one), always_on_figures(one)) for one in inputs]
    figures = [figure for one, found, always_on in told for figure in (*saving_figures(one, found), *always_on)]
    blocks: list[Block] = []
    if any(each.saving is not None for _, found, _ in told for each in found):
        blocks.append(Paragraph(say("note.saving_method")))
    for one, found, _ in told:
        reasons = dict.fromkeys(lack(each) for each in found if each.saving is None)
        blocks += [Paragraph(say("note.no_saving", site=one.site.name, why=why), Tone.NOTE) for why in reasons]
    if figures:
        blocks.append(Figures(tuple(figures)))
    table = baseline_table([(one, found) for one, found, _ in told])
    if table is not None:
        blocks.append(table)
    if any(each.within_limits is False for _, found, _ in told for each in found):
        blocks.append(Paragraph(say("note.beyond_limits"), Tone.WARNING))
    if any(always_on for _, _, always_on in told):
        blocks.append(Paragraph(say("note.always_on"), Tone.NOTE))
    return Section("savings", say("section.savings"), tuple(blocks))
