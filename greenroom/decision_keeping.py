"""Keeps what each tick knew and decided, so that it can be decided again; a disk that fails stops the keeping, not the deciding."""

from __future__ import annotations

import structlog

from rules.decision_log import DecisionRecorder
from rules.snapshot import Decision, Snapshot
from rules.snapshot_text import RecordError
from stores.decision_files import DecisionFiles

log = structlog.get_logger(__name__)


class DecisionKeeping:
    """Of one site. Call it after each tick."""

    def __init__(self, site: str, files: DecisionFiles) -> None:
        self._site, self._files = site, files
        self._recorder = DecisionRecorder()
        self._failed = False

    def __call__(self, snapshot: Snapshot, decision: Decision) -> None:
        try:
            if self._failed or self._files.opens(self._site, snapshot.now):
                self._recorder.start()
            self._files.append(self._site, snapshot.now, self._recorder.lines(snapshot, decision))
            self._failed = False
        except (OSError, RecordError) as error:
            if not self._failed:
                log.warning("decisions are not kept for now", site=self._site, why=str(error))
            self._failed = True
