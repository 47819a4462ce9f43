"""The demo says what it learned and why each stage was last heated."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from greenroom.demo.reasons import reason_lines
from premises.time import Interval
from rules.snapshot import LearnedLead
from rules.thermal import ZoneModel
from tests.rules.studio import Story, at, booked, stage, studio


def test_learned_leads_and_the_last_pre_heat_in_words() -> None:
    story = Story(studio(stage()), "2026-01-20 08:00")
    running: Any = SimpleNamespace(runners={"studio": story.runner}, books=SimpleNamespace(decisions=story.decisions))
    span = Interval(at("2026-01-20 00:00"), at("2026-01-21 00:00"))
    assert reason_lines(running, story.site, span) == []
    story.book_in(booked("2026-01-20 19:00", "2026-01-20 23:00"))
    for clock in ("08:00", "14:00", "19:00"):
        story.tick(f"2026-01-20 {clock}")
    story.runner.engine.leads["stage"] = LearnedLead(0.5, 0.0, 0.0, 7, 0.2, 1.0)
    story.runner.engine.models["stage"] = ZoneModel(0.04, 0.012, 1.6e-5, 1.5e-5, 32.0, learned=True, error_k=0.34)
    assert reason_lines(running, story.site, span) == [
        "learned:",
        "  stage: lead learned on 7 warm-ups, off by 12 min; its model is off by 0.3 K after a day",
        "last heated:",
        "  stage, Tue: 15:00 heating on: call 20:00, 14.2 °C, outside 3.0 °C, "
        "table lead 6 h 00 (not known since when without heat), margin 15 min",
    ]
    assert "chauffage en marche" in reason_lines(running, story.site, span, "fr")[-1]
