"""One line of a table of corrections: read, checked against the site, with every fault of it."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from difflib import get_close_matches

from premises.corrections import Correction, CorrectionKind
from premises.errors import Fault
from premises.site import Site
from premises.tariff import Carrier
from premises.time import format_instant, local_midnight, parse_instant
from reports.corrections.papers import fuel_kwh
from reports.corrections.spans import KWH, PRIMARY_UNIT, VOLUMES
from reports.factors import FactorMissingError, FactorRegister

MOST_VALUE = 1e12
_K = CorrectionKind
_SPANS = {_K.INVOICE, _K.GUARANTEE_OF_ORIGIN, _K.HEAT_NETWORK_FACTOR, _K.ENERGY}
_ENERGY_UNITS = tuple(KWH)
UNITS: Mapping[CorrectionKind, tuple[str, ...]] = {
    _K.METER_READING: (*_ENERGY_UNITS, *VOLUMES),
    _K.METER_SWAP: (*_ENERGY_UNITS, *VOLUMES),
    _K.INVOICE: _ENERGY_UNITS,
    _K.GUARANTEE_OF_ORIGIN: _ENERGY_UNITS,
    _K.HEAT_NETWORK_FACTOR: ("kgCO2e/kWh", PRIMARY_UNIT),
    _K.FUEL_DELIVERY: ("l", "litre", "kg", "stere", "kWh"),
    _K.ENERGY: (*_ENERGY_UNITS, *VOLUMES),
    _K.FACTOR_WITHDRAWN: ("",),
}
REGISTERS = ("energy", "energy_export", "heat_energy", "gas_volume")


def nearest(text: str, names: Sequence[str]) -> str:
    close = get_close_matches(text, names, 1, 0.6)
    return f"did you mean {close[0]}?" if close else f"there are {', '.join(names[:20])}"


@dataclass
class Row:
    """One line being read; faults gathers what is wrong with it."""

    cells: Mapping[str, str]
    line: int
    site: Site
    now: datetime
    by: str
    faults: list[Fault] = field(default_factory=list)

    def text(self, column: str, most: int = 300) -> str:
        told = (self.cells.get(column) or "").strip()
        if len(told) > most:
            self.fault(column, f"is longer than {most} letters")
        return told

    def fault(self, column: str, message: str, hint: str = "") -> None:
        self.faults.append(Fault(column, message, self.line, hint))

    def correction(self) -> Correction | None:
        """The correction; None where anything is wrong."""
        kinds = [kind.value for kind in CorrectionKind]
        told = self.text("kind")
        if told not in kinds:
            self.fault("kind", f"{told!r} is no kind of correction", nearest(told, kinds))
            return None
        kind = CorrectionKind(told)
        subject, register = self._subject(kind), self._register(kind)
        since, until = self._times(kind)
        value = self._value(kind)
        unit = self._unit(kind)
        last = self._number("last_value") if kind is _K.METER_SWAP else None
        if kind is _K.METER_SWAP and last is None:
            self.fault("last_value", "is missing", "the last index of the meter that was taken out")
        amount = self._amount()
        by, reason = self.text("by", 200) or self.by, self.text("reason", 1000)
        if not by:
            self.fault("by", "is missing", "say who, in the file or with --by")
        if not reason:
            self.fault("reason", "is missing", "say why")
        if kind is _K.FUEL_DELIVERY and not self.faults and since is not None:
            self._fuel(register, unit, since)
        if self.faults or since is None:
            return None
        currency = (self.text("currency", 3) or self.site.currency) if amount is not None else ""
        told_id = self.text("id", 100)
        correction = Correction(
            id=told_id or "-",
            site=self.site.id,
            kind=kind,
            subject=subject,
            since=since,
            until=until,
            value=value,
            unit=unit,
            register=register,
            last_value=last,
            amount=amount,
            currency=currency,
            document=self.text("document"),
            production=self.text("production"),
            by=by,
            reason=reason,
            recorded_at=self.now,
        )
        return correction if told_id else _identified(correction)

    def _subject(self, kind: CorrectionKind) -> str:
        told = self.text("subject")
        if not told:
            self.fault("subject", "is missing")
        elif kind is _K.FACTOR_WITHDRAWN:
            identities = [factor.identity for factor in FactorRegister().all()]
            if told not in identities:
                self.fault("subject", f"{told!r} is no factor of the register", nearest(told, identities))
        elif kind is not _K.FUEL_DELIVERY:
            self._meter(told, kind)
        return told

    def _meter(self, told: str, kind: CorrectionKind) -> None:
        meters = {meter.id: meter for meter in self.site.meters}
        plants = [plant.id for plant in self.site.plants]
        if told not in meters:
            if told not in plants or kind not in (_K.METER_READING, _K.METER_SWAP, _K.ENERGY):
                self.fault("subject", f"site {self.site.id} has no meter {told!r}", nearest(told, [*meters, *plants]))
        elif kind is _K.HEAT_NETWORK_FACTOR and meters[told].carrier not in (Carrier.HEAT_NETWORK, Carrier.COOLING_NETWORK):
            self.fault("subject", f"the meter {told} counts {meters[told].carrier.value}, no heat or cold of a network")

    def _register(self, kind: CorrectionKind) -> str:
        told = self.text("register")
        if kind is _K.FUEL_DELIVERY:
            if not told:
                self.fault("register", "is missing", "the fuel, such as non_road_diesel or heating_oil")
            return told
        if told and told not in REGISTERS:
            self.fault("register", f"{told!r} is no register", nearest(told, REGISTERS))
        return told or "energy"

    def _times(self, kind: CorrectionKind) -> tuple[datetime | None, datetime | None]:
        since = self._instant("since", self.text("since"), last_day=False)
        told = self.text("until")
        until = self._instant("until", told, last_day=True) if told else None
        if kind in _SPANS and not told:
            self.fault("until", "is missing", "its last day, or the instant at which it ends")
        if since is not None and until is not None and until <= since:
            self.fault("until", "is not after since")
        if since is not None and since > self.now + timedelta(days=1) and kind not in _SPANS:
            self.fault("since", "lies in the future")
        return since, until if kind in _SPANS else None

    def _instant(self, column: str, told: str, *, last_day: bool) -> datetime | None:
        """A local day is its first instant; as an end it is included whole."""
        if not told:
            self.fault(column, "is missing") if column == "since" else None
            return None
        try:
            day = date.fromisoformat(told)
            return local_midnight(day + timedelta(days=1) if last_day else day, self.site.zoneinfo)
        except (ValueError, OverflowError):
            pass
        try:
            return parse_instant(told)
        except (ValueError, OverflowError):
            self.fault(column, f"{told!r} is no day and no instant", "write 2026-10-31 or 2026-10-31T08:00:00+01:00")
            return None

    def _number(self, column: str) -> float | None:
        told = self.text(column, 40)
        if not told:
            return None
        try:
            value = float(told.replace("\u202f", "").replace("\u00a0", "").replace(" ", ""))
        except ValueError:
            self.fault(column, f"{told!r} is no number", "write it with a point, such as 18204.5")
            return None
        if not math.isfinite(value) or not 0 <= value <= MOST_VALUE:
            self.fault(column, f"{told} is out of bounds", f"from 0 to {MOST_VALUE:g}")
            return None
        return value

    def _value(self, kind: CorrectionKind) -> float | None:
        value = self._number("value")
        if kind is _K.FACTOR_WITHDRAWN:
            return None
        if value is None and not any(fault.path == "value" for fault in self.faults):
            self.fault("value", "is missing")
        return value

    def _unit(self, kind: CorrectionKind) -> str:
        told = self.text("unit", 40)
        if told not in UNITS[kind]:
            self.fault(
                "unit", f"{told!r} does not fit a {kind.value}", f"there are {', '.join(unit or '(empty)' for unit in UNITS[kind])}"
            )
        return told

    def _amount(self) -> Decimal | None:
        told = self.text("amount", 40)
        if not told:
            return None
        try:
            amount = Decimal(told)
        except InvalidOperation:
            self.fault("amount", f"{told!r} is no amount", "write it with a point, such as 7312.40")
            return None
        if not amount.is_finite() or abs(amount) > Decimal(10) ** 12:
            self.fault("amount", f"{told} is out of bounds")
            return None
        return amount

    def _fuel(self, fuel: str, unit: str, since: datetime) -> None:
        try:
            fuel_kwh(self.site, fuel, unit, since.astimezone(self.site.zoneinfo).year)
        except FactorMissingError:
            self.fault("register", f"no factor tells the energy of {fuel!r}", "such as non_road_diesel, heating_oil, propane")
        except ValueError as error:
            self.fault("unit", str(error))


def _identified(correction: Correction) -> Correction:
    """With an id made of what it says: the same line imported twice is once."""
    told = (
        *(correction.site, correction.kind.value, correction.subject, correction.register, format_instant(correction.since)),
        *(str(correction.until), repr(correction.value), correction.unit, repr(correction.last_value), str(correction.amount)),
        *(correction.document, correction.production),
    )
    digest = hashlib.sha256("\n".join(told).encode()).hexdigest()[:16]
    return replace(correction, id=f"{correction.kind.value}-{correction.since:%Y%m%d}-{digest}")
