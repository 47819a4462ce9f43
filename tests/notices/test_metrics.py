"""What Prometheus is told of notices, alarms and losses."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

from gateway.metrics import Meters
from greenroom.house import build
from greenroom.notice_metrics import notices_text
from greenroom.settings import Settings
from premises.losses import Loss, LossKind
from premises.notice import Notice, NoticeKind, Urgency
from premises.time import ManualClock
from stores.book import Books
from tests.notices.premises_of_tests import NOON, STUDIO


def test_counts_by_state_cause_and_kind(books: Books) -> None:
    notice = Notice("msg_1", NoticeKind.READY, "studio", "x", NOON, Urgency.INFO, {}, {})
    books.outbox.put(notice, ["mail:a@b.example", "push:t"], NOON)
    books.alarms.raise_("studio", "not_ready", "stage-1", {"en": "cold"}, NOON)
    books.alarms.raise_("studio", "not_ready", "stage-2", {"en": "cold"}, NOON)
    books.alarms.acknowledge(books.alarms.active("studio")[0].id, "ada", NOON)
    books.alarms.raise_("elsewhere", "not_ready", "stage-1", {"en": "cold"}, NOON)
    books.losses.put(Loss("l", "studio", LossKind.STANDBY, "studio", NOON, NOON + timedelta(hours=1), 1.0, NOON))
    told = notices_text(books, ["studio"])
    for line in (
        'greenroom_notices{state="waiting"} 2.0',
        'greenroom_notices{state="given_up"} 0.0',
        'greenroom_alarms{cause="not_ready"} 2.0',
        "greenroom_alarms_unacknowledged 1.0",
        'greenroom_losses{kind="standby"} 1.0',
    ):
        assert line in told.splitlines()


def test_all_metrics_of_a_house_together_have_each_name_once(tmp_path: Path) -> None:
    given: dict[str, Any] = {"data": tmp_path}
    running = build(Settings(**given), [STUDIO], ManualClock(NOON))
    try:
        assert running.house.metrics is not None
        text = Meters(running.house).text().decode() + running.house.metrics()
    finally:
        running.close()
    names = re.findall(r"^# TYPE (\S+)", text, re.M)
    assert sorted(names) == sorted(set(names))
    assert {"greenroom_notices", "greenroom_alarms", "greenroom_broker_connected", "greenroom_check_ok"} <= set(names)
    told = (Path(__file__).parents[2] / "docs" / "deploy.md").read_text()
    rows = re.findall(r"^\| `(greenroom_[a-z_]+).* \|$", told.split("## Watching it")[1], re.M)
    assert len(rows) >= 6
    for name in rows:
        assert name.removesuffix("_total") in {known.removesuffix("_total") for known in names}, name
