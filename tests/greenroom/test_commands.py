"""The command line: what a person types and what comes back."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from greenroom.cli import COMMANDS, greenroom, main

TEN_FAULTS = Path(__file__).parent.parent / "sitefile" / "ten_faults.yaml"


def run(*arguments: str, given: str | None = None) -> Result:
    return CliRunner().invoke(greenroom, arguments, input=given, standalone_mode=False)


def test_every_command_of_the_table_exists_and_has_help() -> None:
    for name in COMMANDS:
        result = CliRunner().invoke(greenroom, [name, "--help"])
        assert result.exit_code == 0, (name, result.output)
        assert "Usage:" in result.output


def test_a_site_file_with_ten_faults_names_all_ten() -> None:
    result = run("check", str(TEN_FAULTS), "--json")
    assert result.return_value == 1
    told = json.loads(result.output)
    assert told["ok"] is False
    assert len(told["faults"]) == 10
    assert all(fault["line"] and fault["message"] for fault in told["faults"])


def test_an_example_is_checked_by_its_name() -> None:
    result = run("check", "primi")
    assert result.return_value == 0
    assert "primi-nice" in result.output


def test_the_schema_is_a_json_schema() -> None:
    assert json.loads(run("schema").output)["type"] == "object"
    assert json.loads(run("schema", "--cluster").output)["type"] == "object"


def test_messages_are_decoded_line_by_line_and_no_line_is_lost() -> None:
    lines = [
        json.dumps({"topic": "zigbee2mqtt/stage", "payload": '{"temperature": 19.5, "humidity": 41}'}),
        "no json",
        json.dumps({"topic": "shellypro3em-1/status/em:0", "payload": '{"id":0,"a_act_power":100.5}', "family": "shelly_gen2"}),
        "[1]",
    ]
    answers = [json.loads(line) for line in run("decode", "-", given="\n".join(lines)).output.splitlines()]
    assert [answer["outcome"] for answer in answers] == ["readings", "quarantined", "readings", "quarantined"]
    assert {(r["quantity"], r["value"], r["unit"]) for r in answers[0]["readings"]} == {
        ("temperature", 19.5, "°C"),
        ("humidity", 41, "%"),
    }
    assert answers[2]["readings"][0]["message_value"] == 100.5


def test_keys_are_shown_once_listed_without_secret_and_revoked(tmp_path: Path) -> None:
    data = ("keys", "--data", str(tmp_path))
    text = run(*data, "make", "cinema diary", "--role", "booker", "--source", "diary", "--days", "30").output.strip()
    (key,) = json.loads(run(*data, "list", "--json").output)
    assert key["label"] == "cinema diary"
    assert key["sources"] == "diary"
    assert text.split("_", 2)[2] not in json.dumps(key)
    run(*data, "revoke", key["id"])
    assert json.loads(run(*data, "list", "--json").output)[0]["revoked_at"] is not None


@pytest.mark.parametrize(
    ("arguments", "status", "says"),
    [
        (["check", "no-such-file.yaml"], 2, "examples that can be given by name"),
        (["check", "la-kolokk"], 2, "neither a file nor an example"),
        (["report", "la-kolok", "--month", "2026-13", "--out", "x"], 2, "write it like 2026-10"),
        (["report", "primi", "--month", "2026-10", "--out", "x"], 2, "cluster"),
        (["demo", "--now", "tomorrow"], 2, "RFC 3339"),
        (["boards", "publish", "la-kolok", "--store", "duckdb:///x"], 2, "boards read from InfluxDB"),
        (["nonsense"], 2, "No such command"),
    ],
)
def test_wrong_use_is_one_line_that_says_what_would_be_right(
    arguments: list[str], status: int, says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == status
    assert says in capsys.readouterr().err


def test_boards_are_exported_for_a_cluster(tmp_path: Path) -> None:
    result = run("boards", "export", "pole-images", "--out", str(tmp_path))
    assert result.exit_code == 0
    assert len(list((tmp_path / "dashboards").glob("*/*.json"))) >= 15


def test_a_calendar_is_read_with_what_was_skipped(tmp_path: Path) -> None:
    feed = tmp_path / "feed.ics"
    feed.write_text(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n"
        "BEGIN:VEVENT\r\nUID:a\r\nDTSTART;TZID=Europe/Paris:20261024T200000\r\nDTEND;TZID=Europe/Paris:20261024T230000\r\n"
        "RRULE:FREQ=DAILY;COUNT=2\r\nSUMMARY:Show\r\nEND:VEVENT\r\n"
        "BEGIN:VEVENT\r\nUID:b\r\nDTSTART:20261024T100000Z\r\nSTATUS:CANCELLED\r\nSUMMARY:Off\r\nEND:VEVENT\r\n"
        "END:VCALENDAR\r\n"
    )
    span = ("--from", "2026-10-01", "--to", "2026-11-01", "--zone", "Europe/Paris")
    told = json.loads(run("calendar", "read", str(feed), *span, "--json").output)
    assert [booking["start"] for booking in told["bookings"]] == ["2026-10-24T18:00:00Z", "2026-10-25T19:00:00Z"]
    assert [skipped["uid"] for skipped in told["skipped"]] == ["b"]


def test_a_provider_that_is_not_known_names_those_that_are(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "message.json").write_text("{}")
    with pytest.raises(SystemExit) as ended:
        main(["webhook", "read", "--provider", "nonsense", str(tmp_path / "message.json")])
    assert ended.value.code in {1, 2}
    assert "calcom" in capsys.readouterr().err


def test_kept_messages_are_replayed_while_another_process_has_the_journal(tmp_path: Path) -> None:
    from stores.journal import SqliteJournal

    journal = SqliteJournal(tmp_path / "journal.sqlite3")
    try:
        result = run("replay", "la-kolok", "--data", str(tmp_path), "--json")
    finally:
        journal.close()
    assert json.loads(result.output)["messages"] == 0
    assert result.return_value == 0


def test_what_discover_heard_is_one_document_for_programs() -> None:
    from greenroom.commands.discover import _document
    from ingest.recognition import Recogniser
    from premises.reading import RawMessage
    from premises.time import parse_instant

    now = parse_instant("2026-01-20T12:00:00Z")
    recogniser = Recogniser(())
    recogniser.add(RawMessage("zigbee2mqtt/room", b'{"temperature": 20.5}', now))
    recogniser.add(RawMessage("some/thing", b"\x00\x01", now))
    told = _document(recogniser)
    (device,) = told["devices"]
    assert (device["family"], device["topic"], device["known"]) == ("zigbee2mqtt", "zigbee2mqtt/room", False)
    assert {"quantity": "air_temperature", "channel": ""} in device["measures"]
    assert told["not_recognised"] == [{"topic": "some/thing", "messages": 1}]
