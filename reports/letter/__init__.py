"""The monthly letter to who runs the building: what was ready, what was wasted, what to do. One page, in plain words."""

from __future__ import annotations

from reports.content import Amount, Figure, Figures, Month, Paragraph, Points, Report, Section, Text, Tone, say
from reports.inputs import Inputs, SiteInputs
from reports.letter.advice import advice_of
from reports.letter.before import before_section
from reports.letter.readiness import Readiness, readiness_of, readiness_table
from reports.letter.waste import waste_of
from reports.month import days_chart
from reports.parts.always_on import temperature_days
from reports.parts.baseline import baseline_days
from reports.parts.cost import cost_lines
from reports.parts.energy import load_of
from reports.parts.frame import Draft
from reports.parts.performance import performance_section
from reports.parts.quality import meter_rows, quality_section
from reports.parts.savings import savings_section
from reports.parts.sun import sun_figures

__all__ = ["make"]


def make(inputs: Inputs) -> tuple[Report, ...]:
    """One letter per site."""
    return tuple(_letter(inputs, one) for one in inputs.sites)


def _letter(inputs: Inputs, one: SiteInputs) -> Report:
    alone = Inputs((one,), inputs.first, inputs.last, inputs.now, None, inputs.languages)
    month = Month(inputs.first.year, inputs.first.month)
    draft = Draft("letter", alone, say("letter.title", site=one.site.name, month=month))
    ready = readiness_of(one)
    waste = waste_of(one)
    draft.sections = [
        Section("short", say("letter.short"), (_in_short(one, ready), Figures(_figures(one), large=True), days_chart(one))),
        Section("ready", say("letter.ready"), (*_ready_words(ready), readiness_table(one, ready))),
        Section("wasted", say("letter.wasted"), waste.blocks()),
        Section("to_do", say("letter.to_do"), _to_do(advice_of(one, ready, waste))),
        before_section(one, inputs),
        savings_section([one]),
        performance_section([one]),
        quality_section([one]),
    ]
    behind = (meter_rows([one]), baseline_days([one]), temperature_days([one]))
    draft.attachments += [attached for attached in behind if attached is not None]
    draft.method += [say("method.ready"), say("method.losses")]
    return draft.finish()


def _figures(one: SiteInputs) -> tuple[Figure, ...]:
    rates = [figure for figure in sun_figures(one) if figure.id.endswith((".self_consumption", ".self_sufficiency"))]
    return (load_of(one.ledger), *rates)


def _in_short(one: SiteInputs, ready: list[Readiness]) -> Paragraph:
    load, cost = load_of(one.ledger), sum(line.amount for line in cost_lines(one))
    told = [one for one in ready if one.ready is not None]
    words = say(
        "letter.in_short" if told else "letter.in_short_unknown",
        ready=str(sum(bool(item.ready) for item in told)),
        of=str(len(told)),
        load=Amount(None if load.value is None else float(load.value), "kWh"),
        cost=Amount(cost, one.site.currency, 0),
    )
    return Paragraph(words)


def _ready_words(ready: list[Readiness]) -> tuple[Paragraph, ...]:
    late = [item for item in ready if item.ready is False]
    unknown = [item for item in ready if item.ready is None]
    lines = []
    if not ready:
        lines.append(Paragraph(say("letter.nothing_booked"), Tone.NOTE))
    elif not late and len(unknown) < len(ready):
        lines.append(Paragraph(say("letter.all_ready"), Tone.GOOD))
    elif late:
        lines.append(Paragraph(say("letter.not_ready", count=len(late)), Tone.WARNING))
    if unknown:
        lines.append(Paragraph(say("letter.unknown", count=len(unknown)), Tone.NOTE))
    return tuple(lines)


def _to_do(items: tuple[Text, ...]) -> tuple[Points | Paragraph, ...]:
    return (Points(items),) if items else (Paragraph(say("letter.nothing_to_do"), Tone.GOOD),)
