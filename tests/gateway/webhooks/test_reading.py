"""What each booking system says, in one shape."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.webhooks import PROVIDERS, read_webhook
from gateway.webhooks.messages import HookError
from tests.gateway.webhooks.messages import calcom, google_event, graph_event, planning_center, raw, reservation, square


def read(provider: str, message: Any, headers: dict[str, str] | None = None) -> dict[str, Any]:
    return read_webhook(provider, raw(message), headers)


def only(told: dict[str, Any]) -> dict[str, Any]:
    (booking,) = told["bookings"]
    found: dict[str, Any] = booking
    return found


def span(told: dict[str, Any]) -> tuple[str, str]:
    booking = only(told)
    return booking["start"], booking["end"]


def test_calcom_tells_a_booking_with_its_zone_and_the_time_of_its_change() -> None:
    told = read("calcom", calcom())
    assert span(told) == ("2026-03-02T07:00:00Z", "2026-03-02T19:00:00Z")
    booking = only(told)
    assert (booking["uid"], booking["status"], booking["timezone"]) == ("cal-uid-1", "confirmed", "Europe/Paris")
    assert booking["version"] == 1772425740538
    assert told["event_id"] == "BOOKING_CREATED:cal-uid-1:2026-03-02T04:29:00.538Z"


def test_calcom_gives_a_rescheduled_booking_a_new_uid_so_the_old_one_is_cancelled() -> None:
    told = read("calcom", calcom("BOOKING_RESCHEDULED", uid="cal-uid-2", rescheduleUid="cal-uid-1"))
    new, old = told["bookings"]
    assert (new["uid"], new["replaces"], new["status"]) == ("cal-uid-2", "cal-uid-1", "confirmed")
    assert (old["uid"], old["status"], old["start"]) == ("cal-uid-1", "cancelled", None)


@pytest.mark.parametrize(
    ("event", "status", "means"),
    [
        ("BOOKING_REQUESTED", "PENDING", "tentative"),
        ("BOOKING_CREATED", "PENDING", "tentative"),
        ("BOOKING_CANCELLED", "ACCEPTED", "cancelled"),
        ("BOOKING_REJECTED", "REJECTED", "cancelled"),
    ],
)
def test_calcom_events_say_what_the_booking_is(event: str, status: str, means: str) -> None:
    assert only(read("cal.com", calcom(event, status=status)))["status"] == means


def test_calcom_events_that_change_no_booking_are_skipped() -> None:
    told = read("calcom", calcom("MEETING_ENDED"))
    assert told["bookings"] == []
    assert "no change" in told["skipped"][0]["reason"]


def test_square_tells_a_start_and_durations_and_no_end() -> None:
    told = read("square", square())
    assert span(told) == ("2026-03-02T07:00:00Z", "2026-03-02T08:30:00Z")
    assert (only(told)["version"], told["event_id"], only(told)["location"]) == (0, "e-1", "STAGE1")


@pytest.mark.parametrize(
    ("status", "means"),
    [("PENDING", "tentative"), ("CANCELLED_BY_CUSTOMER", "cancelled"), ("DECLINED", "cancelled"), ("NO_SHOW", "cancelled")],
)
def test_square_statuses(status: str, means: str) -> None:
    assert only(read("square", square(status=status)))["status"] == means


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"appointment_segments": []}, "last 0 minutes"),
        ({"appointment_segments": [{"duration_minutes": 10**9}]}, "minutes in all"),
        ({"start_at": "soon"}, "no time"),
        ({"start_at": "2026-03-02T07:00:00"}, "no offset"),
        ({"start_at": "2026-02-30T07:00:00Z"}, "does not exist"),
        ({"status": "DREAMT"}, "not known"),
        ({"id": ""}, "id is missing"),
    ],
)
def test_a_square_booking_that_cannot_be_taken_says_why(more: dict[str, Any], said: str) -> None:
    told = read("square", square(**more))
    assert told["bookings"] == []
    assert said in told["skipped"][0]["reason"]


def test_planning_center_keeps_json_in_a_text_and_says_what_to_ask_for() -> None:
    told = read("planning-center", planning_center("calendar.v2.events.event_request.created", "EventRequest", status="pending"))
    assert (told["bookings"], told["fetch"]) == ([], ["Event/ev-9"])
    assert told["event_id"] == "t-1"
    assert told["event"] == "calendar.v2.events.event_request.created"


def test_planning_center_instances_have_times_and_their_end_is_told_by_name() -> None:
    times = {"starts_at": "2026-03-02T07:00:00Z", "ends_at": "2026-03-02T08:00:00Z", "name": "Stage 1 choir"}
    told = read("planning_center", planning_center("calendar.v2.events.event_instance.updated", "EventInstance", **times))
    assert span(told) == ("2026-03-02T07:00:00Z", "2026-03-02T08:00:00Z")
    gone = read("planning_center", planning_center("calendar.v2.events.event_instance.destroyed", "EventInstance"))
    assert (only(gone)["uid"], only(gone)["status"]) == ("pc-1", "cancelled")


def test_planning_center_with_a_broken_text_inside() -> None:
    broken = {"data": [{"id": "d-1", "attributes": {"name": "x.created", "payload": "{broken"}}]}
    assert "no text of JSON" in read("planning_center", broken)["skipped"][0]["reason"]


def test_a_google_notice_is_headers_only() -> None:
    headers = {
        "X-Goog-Channel-ID": "c-1",
        "X-Goog-Channel-Token": "word",
        "X-Goog-Resource-State": "exists",
        "X-Goog-Resource-URI": "https://calendar.example/events",
        "X-Goog-Message-Number": "10",
    }
    told = read_webhook("google", b"", headers)
    assert (told["event"], told["event_id"], told["fetch"]) == ("exists", "c-1:10", ["https://calendar.example/events"])
    assert "word" not in str(told)
    opened = read_webhook("google", b"", {**headers, "X-Goog-Resource-State": "sync"})
    assert opened["fetch"] == []
    envelope = read("google", {"method": "POST", "headers": headers, "body": ""})
    assert envelope == told


def test_google_events_with_offsets_whole_days_rules_and_tombstones() -> None:
    items = [
        google_event(),
        google_event(id="g-2", start={"date": "2026-03-29"}, end={"date": "2026-03-30"}),
        google_event(id="g-3", recurrence=["RRULE:FREQ=WEEKLY;COUNT=3"]),
        {"kind": "calendar#event", "id": "g-4", "status": "cancelled"},
        google_event(id="g-5", transparency="transparent"),
        google_event(id="g-6", start={}),
    ]
    told = read("google", {"items": items, "timeZone": "Europe/Paris", "nextSyncToken": "s-1"})
    by_id = {booking["uid"]: booking for booking in told["bookings"]}
    assert (by_id["g-1"]["start"], by_id["g-1"]["end"]) == ("2026-03-02T07:00:00Z", "2026-03-02T11:00:00Z")
    assert (by_id["g-2"]["start"], by_id["g-2"]["end"], by_id["g-2"]["all_day"]) == (
        "2026-03-28T23:00:00Z",
        "2026-03-29T22:00:00Z",
        True,
    )
    assert by_id["g-3"]["recurrence"] == ["RRULE:FREQ=WEEKLY;COUNT=3"]
    assert (by_id["g-4"]["status"], by_id["g-4"]["start"]) == ("cancelled", None)
    assert {skipped["uid"] for skipped in told["skipped"]} == {"g-5", "g-6"}


def test_graph_events_with_windows_zones_seven_digits_and_several_places() -> None:
    told = read("microsoft-graph", graph_event())
    assert span(told) == ("2026-03-02T07:00:00Z", "2026-03-02T08:30:00.123456Z")
    assert (only(told)["title"], only(told)["location"]) == ("Stage 1 table read", "Room A; Room B")


@pytest.mark.parametrize(
    ("pattern", "rule"),
    [
        ({"type": "daily", "interval": 2}, "RRULE:FREQ=DAILY;INTERVAL=2;COUNT=5"),
        ({"type": "weekly", "interval": 1, "daysOfWeek": ["monday", "friday"]}, "RRULE:FREQ=WEEKLY;INTERVAL=1;BYDAY=MO,FR;COUNT=5"),
        ({"type": "absoluteMonthly", "interval": 1, "dayOfMonth": 15}, "RRULE:FREQ=MONTHLY;INTERVAL=1;BYMONTHDAY=15;COUNT=5"),
        (
            {"type": "relativeMonthly", "interval": 1, "daysOfWeek": ["friday"], "index": "last"},
            "RRULE:FREQ=MONTHLY;INTERVAL=1;BYDAY=FR;BYSETPOS=-1;COUNT=5",
        ),
    ],
)
def test_graph_patterns_become_rules(pattern: dict[str, Any], rule: str) -> None:
    series = graph_event(recurrence={"pattern": pattern, "range": {"type": "numbered", "numberOfOccurrences": 5}})
    assert only(read("graph", series))["recurrence"] == [rule]


def test_graph_notices_carry_ids_only_and_removed_items_are_tombstones() -> None:
    notice = {
        "value": [
            {"subscriptionId": "s", "clientState": "word", "changeType": "updated", "resource": "Users/u/Events/e1"},
            {"subscriptionId": "s", "clientState": "word", "changeType": "deleted", "resource": "Users/u/Events/e2"},
        ]
    }
    told = read("microsoft_graph", notice)
    assert told["fetch"] == ["Users/u/Events/e1"]
    assert (only(told)["uid"], only(told)["status"]) == ("e2", "cancelled")
    assert "word" not in str(told)
    delta = read("microsoft_graph", {"value": [{"id": "gone", "@removed": {"reason": "deleted"}}]})
    assert (only(delta)["uid"], only(delta)["status"]) == ("gone", "cancelled")


def test_librebooking_writes_offsets_without_a_colon() -> None:
    told = read("librebooking", {"reservations": [reservation(), reservation(referenceNumber="lb-2", requiresApproval=True)]})
    first, second = told["bookings"]
    assert (first["start"], first["end"], first["location"]) == ("2026-03-02T07:00:00Z", "2026-03-02T08:45:00Z", "Stage 1")
    assert (first["status"], second["status"]) == ("confirmed", "tentative")


def test_robin_tells_ends_with_zones_and_a_series_as_a_list() -> None:
    edge = {"date_time": "2026-03-02T08:00:00", "time_zone": "Europe/Paris"}
    event = {"id": "r-1", "title": "Stage 1", "start": edge, "end": {**edge, "date_time": "2026-03-02T09:00:00"}}
    told = read("robin", {"event_name": "event.created", "data": {**event, "recurrence": ["RRULE:FREQ=DAILY;COUNT=5"]}})
    assert span(told) == ("2026-03-02T07:00:00Z", "2026-03-02T08:00:00Z")
    assert only(told)["recurrence"] == ["RRULE:FREQ=DAILY;COUNT=5"]
    bare = read("robin", {"recurrence": ["RRULE:FREQ=DAILY;COUNT=5", "RDATE:20260101T120000Z"]})
    assert "RRULE:FREQ=DAILY;COUNT=5" in bare["skipped"][0]["reason"]


def test_standard_messages_hold_a_booking_in_data() -> None:
    data = {"id": "s-1", "start": "2026-03-02T07:00:00Z", "end": "2026-03-02T08:00:00Z", "status": "option", "version": 3}
    told = read("standard", {"type": "booking.put", "timestamp": "2026-03-02T04:29:00Z", "data": data}, {"webhook-id": "msg_1"})
    assert (only(told)["status"], only(told)["version"], told["event_id"]) == ("option", 3, "msg_1")
    gone = read("standard", {"type": "booking.cancelled", "data": {"id": "s-1", "version": 4}})
    assert (only(gone)["status"], only(gone)["version"]) == ("cancelled", 4)


def test_a_recorded_envelope_is_opened() -> None:
    assert read("calcom", {"headers": {"X-Cal-Signature-256": "…"}, "body": calcom()}) == read("calcom", calcom())


def test_an_unknown_provider_is_answered_with_the_nearest() -> None:
    with pytest.raises(HookError, match="did you mean 'square'"):
        read("sqare", {})


@pytest.mark.parametrize("data", [b"{", b"\xff\xfe\x00", b"[" * 100_000, b'"text"', b"7"])
def test_what_is_no_message_says_so(data: bytes) -> None:
    with pytest.raises(HookError):
        read_webhook("square", data, {})


NAMES = (
    "data payload attributes object booking items value start end dateTime date id uid status "
    "recurrence pattern range type changeType reservations startDate event_id headers body timeZone"
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=30) | st.just("2026-03-02T07:00:00Z"),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(NAMES.split()),
            inner,
            max_size=6,
        )
    ),
    max_leaves=25,
)


@pytest.mark.parametrize("provider", sorted(PROVIDERS))
@given(message=JSON)
@settings(max_examples=60, deadline=None)
def test_no_message_of_any_shape_is_a_crash(provider: str, message: Any) -> None:
    try:
        told = read(provider, message)
    except HookError:
        return
    for booking in told["bookings"]:
        assert booking["status"] == "cancelled" or booking["start"] <= booking["end"]


def test_calcom_may_tell_a_length_in_place_of_an_end_and_a_cancellation_needs_no_times() -> None:
    message = calcom()
    del message["payload"]["endTime"]
    message["payload"]["length"] = 90
    assert read("calcom", message)["bookings"][0]["end"] == "2026-03-02T08:30:00Z"
    gone = calcom("BOOKING_CANCELLED")
    del gone["payload"]["startTime"], gone["payload"]["endTime"]
    assert [(one["status"], one["start"]) for one in read("calcom", gone)["bookings"]] == [("cancelled", None)]


def test_one_occurrence_of_a_google_series_names_its_series_and_its_start_there() -> None:
    original = {"dateTime": "2026-03-09T08:00:00+01:00", "timeZone": "Europe/Paris"}
    tombstone = {"id": "s_20260309T070000Z", "status": "cancelled", "recurringEventId": "s", "originalStartTime": original}
    (told,) = read("google", {"items": [tombstone]})["bookings"]
    assert (told["series"], told["recurrence_id"], told["status"]) == ("s", "2026-03-09T07:00:00Z", "cancelled")


def test_graph_series_keep_the_clock_of_their_own_zone_and_lose_their_cancelled_days() -> None:
    pattern = {"type": "weekly", "interval": 1, "daysOfWeek": ["monday"], "firstDayOfWeek": "sunday"}
    span = {"type": "noEnd", "startDate": "2026-03-02", "recurrenceTimeZone": "Romance Standard Time"}
    event = {**graph_event(), "type": "seriesMaster", "recurrence": {"pattern": pattern, "range": span}}
    event["cancelledOccurrences"] = ["OID.AAMk=.2026-03-09"]
    (told,) = read("microsoft_graph", event)["bookings"]
    assert told["timezone"] == "Romance Standard Time"
    assert told["recurrence"] == ["RRULE:FREQ=WEEKLY;INTERVAL=1;BYDAY=MO;WKST=SU", "EXDATE;VALUE=DATE:20260309"]
    moved = {**graph_event(), "type": "exception", "seriesMasterId": "m-1", "originalStart": "2026-03-16T07:00:00Z"}
    (told,) = read("microsoft_graph", moved)["bookings"]
    assert (told["series"], told["recurrence_id"]) == ("m-1", "2026-03-16T07:00:00Z")


def test_a_libre_booking_of_several_resources_names_them_all() -> None:
    one = reservation()["reservations"][0] if "reservations" in reservation() else reservation()
    told = read("librebooking", {**one, "resources": [{"id": "1", "name": "Stage 1"}, {"id": "2", "name": "Make-up"}]})
    assert told["bookings"][0]["location"] == "Stage 1; Make-up"


def test_standard_messages_may_tell_a_duration_in_place_of_an_end() -> None:
    data = {"id": "s-1", "start": "2026-03-02T07:00:00Z", "duration_minutes": 45}
    assert read("standard", {"type": "booking.put", "data": data})["bookings"][0]["end"] == "2026-03-02T07:45:00Z"


def test_calcom_with_a_payload_template_of_ones_own_has_its_fields_side_by_side() -> None:
    told = {"triggerEvent": "BOOKING_CREATED", "createdAt": "2026-03-02T04:29:00Z", **calcom()["payload"]}
    (booking,) = read_webhook("calcom", raw(told))["bookings"]
    assert (booking["uid"], booking["start"]) == ("cal-uid-1", "2026-03-02T07:00:00Z")
    bare = read_webhook("calcom", raw({"content": "A new event has been scheduled", "name": "Stage 1"}))
    assert (bare["bookings"], bare["skipped"][0]["reason"]) == ([], "no event tells of no change of a booking")


def test_calcom_tells_of_money_and_meetings_too() -> None:
    assert read_webhook("calcom", raw(calcom("BOOKING_PAID")))["bookings"][0]["status"] == "confirmed"
    assert read_webhook("calcom", raw(calcom("BOOKING_REQUESTED", status="PENDING")))["bookings"][0]["status"] == "tentative"
    for event in ("MEETING_STARTED", "MEETING_ENDED", "RECORDING_READY", "FORM_SUBMITTED", "OOO_CREATED", "PING"):
        told = read_webhook("calcom", raw(calcom(event)))
        assert told["bookings"] == []
        assert event in told["skipped"][0]["reason"]
