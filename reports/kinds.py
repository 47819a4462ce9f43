"""The kinds of reports: one line each, name -> maker. A new kind is one new package and one line here."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from importlib import import_module
from types import MappingProxyType

from premises.errors import GreenroomError, UnknownNameError
from premises.site import Cluster, Site
from reports.content import Report
from reports.gather import gather
from reports.inputs import Inputs, Sources

Maker = Callable[[Inputs], tuple[Report, ...]]


class Span(StrEnum):
    """How long a period of a kind is: a local month, a calendar year, or any days."""

    MONTH = "month"
    YEAR = "year"
    DAYS = "days"


@dataclass(frozen=True, slots=True)
class ReportKind:
    """name: as in `greenroom report NAME`; span: its usual period; cluster: whether it is also made for a cluster as a whole.

    per: "tenant" or "production" where there is one report each (`Inputs.only` names one), "" where there is one in all.
    earlier, baseline, history_years: what `gather` must read besides the period.
    """

    name: str
    module: str
    span: Span
    cluster: bool = False
    per: str = ""
    earlier: bool = False
    baseline: bool = False
    history_years: int = 0

    def make(self, inputs: Inputs) -> tuple[Report, ...]:
        """The reports, in order of id. Raises ReportRefusedError where not even a provisional one can be made."""
        maker: Maker = import_module(self.module).make
        return maker(inputs)

    def gather(
        self,
        premises: Site | Cluster,
        sources: Sources,
        first: date,
        last: date,
        now: datetime,
        *,
        languages: Sequence[str] = (),
        only: str | None = None,
    ) -> Inputs:
        """Read what this kind needs, and no more."""
        return gather(
            premises,
            sources,
            first,
            last,
            now,
            languages=languages,
            only=only,
            earlier=self.earlier,
            baseline=self.baseline,
            history_years=self.history_years,
        )


class ReportRefusedError(GreenroomError):
    """The report cannot be made; the message says for want of what."""


_KINDS: tuple[ReportKind, ...] = (
    ReportKind("month", "reports.month", Span.MONTH, cluster=True),
    ReportKind("funder", "reports.funder", Span.YEAR, cluster=True, baseline=True),
    ReportKind("operat", "reports.operat", Span.YEAR, cluster=True),
    ReportKind("bacs", "reports.bacs", Span.YEAR, cluster=True, history_years=5),
    ReportKind("tenant", "reports.tenant", Span.YEAR, per="tenant"),
    ReportKind("production", "reports.production", Span.DAYS, per="production"),
    ReportKind("studio-pack", "reports.studio_pack", Span.YEAR, cluster=True),
    ReportKind("letter", "reports.letter", Span.MONTH, earlier=True, baseline=True),
)


def kinds() -> Mapping[str, ReportKind]:
    """Every kind by name."""
    return MappingProxyType({kind.name: kind for kind in _KINDS})


def make(kind: str, inputs: Inputs) -> tuple[Report, ...]:
    """The reports of that kind. Raises UnknownNameError that names those there are."""
    found = kinds().get(kind)
    if found is None:
        raise UnknownNameError(f"no kind of report {kind!r}; there are {', '.join(kinds())}")
    return found.make(inputs)
