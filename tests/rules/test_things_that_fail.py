"""Dead sensors, people's overrides, frost: what outranks what, and the stated safe ends."""

from __future__ import annotations

from premises.booking import OverrideKind
from premises.command import Command, CommandState, CommandStatus, Priority
from premises.reason import Reason
from tests.rules.studio import Story, at, booked, office, override, stage, studio


def test_a_lost_sensor_never_heats_for_ever() -> None:
    """Held at set-back on the valves' own sensors; comfort only from the table's lead to the wrap; and an alarm."""
    story = Story(studio(stage()), "2026-01-20 06:00")
    story.book_in(booked("2026-01-20 15:00", "2026-01-20 18:00"))
    story.tick("2026-01-20 06:00")
    story.live.lose("stage/air_temperature")
    story.run(
        "2026-01-20",
        [
            ("08:44", None, "sensor_lost", 12.0, 0.0),
            ("08:45", None, "sensor_lost", 20.0, 0.0),
            ("15:30", None, "sensor_lost", 20.0, 40.0),
            ("18:00", None, "sensor_lost", 12.0, 40.0),
            ("23:00", None, "sensor_lost", 12.0, 0.0),
        ],
    )
    assert [alarm.cause for alarm in story.alarms.active("studio")] == ["sensor_lost"]
    story.measure(stage=15.0)
    assert story.zone("2026-01-20 23:30").state.value == "set_back"
    assert story.alarms.active("studio") == []


def test_a_sensor_that_never_spoke_is_as_lost_as_a_dead_one() -> None:
    story = Story(studio(stage()), "2026-01-20 06:00")
    story.live.values.pop("stage/air_temperature")
    assert story.zone("2026-01-20 06:00").state.value == "sensor_lost"
    assert story.sent["stage/setpoint_temperature.valve-1"] == 12.0


def test_blind_zone_without_valve_readings_runs_the_plant_in_a_share_of_the_hour() -> None:
    story = Story(studio(stage()), "2026-01-20 06:00")
    story.live.lose("stage/air_temperature")
    on = 0
    for minute in range(60):
        story.tick(f"2026-01-20 06:{minute:02d}")
        on += story.live.values["heat-pump/heatpump_on"].reading.value is True
    assert 5 < on < 30


def test_unknown_weather_lengthens_the_lead_and_says_so() -> None:
    story = Story(studio(stage()), "2026-01-20 06:00")
    story.book_in(booked("2026-01-19 08:00", "2026-01-19 18:00", name="y"), booked("2026-01-20 19:00", "2026-01-20 22:00"))
    story.zone("2026-01-19 17:59")
    story.live.lose("weather/outdoor_temperature")
    decision = story.zone("2026-01-20 17:31")
    assert decision.state.value == "pre_heating"
    assert "outside ? °C" in decision.heat_reason.text("en")
    assert "weather_unknown" in [alarm.cause for alarm in story.alarms.active("studio")]


def test_a_person_outranks_a_booking_and_frost_outranks_the_person() -> None:
    story = Story(studio(stage()), "2026-01-20 06:00")
    story.book_in(booked("2026-01-20 09:00", "2026-01-20 18:00"))
    story.overrides.put(override("stage", OverrideKind.OFF, None, "2026-01-20 10:00", "2026-01-20 12:00"))
    story.run(
        "2026-01-20",
        [
            ("09:59", 19.0, "occupied", 20.0, 40.0),
            ("10:00", None, "overridden", 7.0, 40.0),
            ("11:00", 6.5, "frost_guard", 8.0, 40.0),
            ("12:00", None, "occupied", 20.0, 40.0),
        ],
    )


def test_frost_guard_raises_even_a_low_override_and_lets_go_with_hysteresis() -> None:
    story = Story(studio(stage()), "2026-01-20 06:00")
    story.overrides.put(override("stage", OverrideKind.TEMPERATURE, 5.0, "2026-01-20 06:00", "2026-01-21 06:00"))
    story.run(
        "2026-01-20",
        [
            ("06:00", 10.0, "frost_guard", 7.0, 0.0),
            ("07:00", 7.4, "frost_guard", 8.0, 0.0),
            ("08:00", 7.6, "frost_guard", 7.0, 0.0),
        ],
    )
    command = next(c for c in story.bus.sent if c.point.startswith("stage/setpoint"))
    assert command.priority is Priority.SAFETY


def test_an_override_of_temperature_holds_until_its_expiry() -> None:
    story = Story(studio(stage()), "2026-01-20 06:00")
    story.overrides.put(override("stage", OverrideKind.TEMPERATURE, 22.5, "2026-01-20 06:00", "2026-01-20 07:00"))
    story.run("2026-01-20", [("06:30", 15.0, "overridden", 22.5, 0.0), ("07:00", None, "set_back", 12.0, 0.0)])


def test_fans_rest_while_the_zone_is_to_be_quiet_within_a_budget() -> None:
    from premises.site import Emitter

    story = Story(studio(stage(emitter=Emitter.FAN_COIL)), "2026-01-20 06:00")
    story.book_in(booked("2026-01-20 09:00", "2026-01-20 18:00"))
    story.overrides.put(override("stage", OverrideKind.HUSH, None, "2026-01-20 10:00", "2026-01-20 12:00"))
    story.run("2026-01-20", [("10:00", 19.8, "overridden", 18.8, 40.0), ("11:00", 18.9, "occupied", 20.0, 40.0)])


def test_a_command_under_way_is_not_repeated_and_a_failed_one_is_tried_anew_later() -> None:
    story = Story(studio(stage()), "2026-01-20 06:00")
    story.tick("2026-01-20 06:00")
    point = "stage/setpoint_temperature.valve-1"
    story.live.show(point, 20.0, at("2026-01-20 06:00"))
    given_up = Command(
        "c", "studio", point, 12.0, Priority.SAVING, Reason("setback_free"), at("2026-01-20 06:00"), at("2026-01-20 07:00")
    )
    story.bus.states[point] = CommandStatus(given_up, CommandState.SENT, at("2026-01-20 06:00"))
    story.tick("2026-01-20 06:01")
    assert point not in story.sent
    story.bus.states[point] = CommandStatus(given_up, CommandState.FAILED, at("2026-01-20 06:02"))
    story.tick("2026-01-20 06:10")
    assert point not in story.sent
    story.tick("2026-01-20 06:20")
    assert story.sent[point] == 12.0


def test_late_at_call_is_told() -> None:
    story = Story(studio(stage()), "2026-01-20 06:00")
    story.book_in(booked("2026-01-20 09:00", "2026-01-20 18:00"))
    story.measure(stage=17.0)
    story.tick("2026-01-20 09:05")
    assert story.alarms.active("studio") == []
    story.tick("2026-01-20 09:15")
    assert [alarm.cause for alarm in story.alarms.active("studio")] == ["not_ready"]


def test_a_book_that_is_away_leaves_the_last_known_bookings_in_force() -> None:
    from premises.errors import StoreUnavailableError

    story = Story(studio(office()), "2026-01-20 06:00")
    story.tick("2026-01-20 06:00")

    def away(query: object) -> list[object]:
        raise StoreUnavailableError("the book is locked")

    story.book.find = away  # type: ignore[method-assign, assignment]
    assert story.zone("2026-01-20 08:00", "office").wanted_c == 20.0


def test_an_open_loading_door_holds_the_heat_off_while_it_is_warm() -> None:
    """A door is not heated beyond what is asked for, and not for ever; the cold that it lets in is fought for those who are in."""
    story = Story(studio(stage()), "2026-01-20 06:00")
    story.book_in(booked("2026-01-20 09:00", "2026-01-20 18:00"))
    story.run("2026-01-20", [("09:00", 20.2, "occupied", 20.0, 40.0)])
    story.live.show("stage/contact", False, at("2026-01-20 09:01"))
    story.run(
        "2026-01-20",
        [
            ("09:02", None, "set_back", 12.0, 40.0),
            ("09:06", 19.8, "occupied", 20.0, 40.0),
            ("09:10", 20.1, "set_back", 12.0, 40.0),
            ("09:22", None, "occupied", 20.0, 40.0),
        ],
    )
    story.live.show("stage/contact", True, at("2026-01-20 09:50"))
    story.run("2026-01-20", [("09:50", None, "occupied", 20.0, 40.0)])


def test_a_clock_that_jumps_changes_what_is_due_and_nothing_else() -> None:
    """Set back by six hours in the middle of a booking, then right again: the state follows the time; a new plan is due."""
    story = Story(studio(stage()), "2026-01-20 06:00")
    story.book_in(booked("2026-01-20 12:00", "2026-01-20 18:00"))
    story.measure(stage=19.9)
    story.runner.replan(at("2026-01-20 13:00"))
    assert story.zone("2026-01-20 13:00").state.value == "occupied"
    assert story.zone("2026-01-20 07:00").state.value == "set_back"
    assert story.runner.replan_due(at("2026-01-20 07:00"))
    assert story.zone("2026-01-20 13:01").state.value == "occupied"


def test_an_open_door_does_not_stop_a_pre_heat() -> None:
    story = Story(studio(stage()), "2026-01-20 06:00")
    story.book_in(booked("2026-01-20 12:00", "2026-01-20 18:00"))
    story.run("2026-01-20", [("11:00", 16.0, "pre_heating", 20.0, 0.0)])
    story.live.show("stage/contact", False, at("2026-01-20 11:01"))
    story.run("2026-01-20", [("11:02", None, "pre_heating", 20.0, 0.0)])
