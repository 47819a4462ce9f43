"""The month's figures from the ledger: sums beside their completeness, never a missing quarter hour as zero."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

import pandas as pd

from premises.site import Meter, Site
from premises.tariff import Carrier, Tariff
from reports.factors import Factor, FactorMissingError, FactorRegister
from reports.figures.carbon import CarbonStatement, carbon_statement, net_from_gross
from reports.figures.solar import SolarBalance, solar_balance_metered
from reports.monthly.ledger import EXPORT, HEAT, IMPORT, Ledger


@dataclass(frozen=True, slots=True)
class Line:
    """One total of a meter's register: kWh, None where nothing is known; estimated part; completeness 0 to 1."""

    meter: str
    name: str
    carrier: str
    use: str
    zones: tuple[str, ...]
    register: str
    kwh: float | None
    estimated_kwh: float
    completeness: float


@dataclass(frozen=True, slots=True)
class CostLine:
    """Cost of one tariff band, or a standing charge (kwh None)."""

    carrier: str
    name: str
    kwh: float | None
    price: Decimal
    amount: Decimal


@dataclass(frozen=True)
class MonthFigures:
    lines: tuple[Line, ...]
    by_zone: tuple[tuple[str, str, float], ...]
    unassigned_kwh: float | None
    solar: SolarBalance | None
    costs: tuple[CostLine, ...]
    currency: str
    carbon: CarbonStatement | None
    factors: tuple[Factor, ...]
    refused: tuple[str, ...]
    days: pd.DataFrame


_BOUGHT_HEAT = (Carrier.HEAT_NETWORK, Carrier.COOLING_NETWORK)


def total(ledger: Ledger, meter: Meter, register: str) -> Line:
    """Sum of one register. completeness: mean over the quarter hours that are past."""
    rows = ledger.register(meter.id, register)
    known = rows["kwh"].dropna()
    return Line(
        meter.id,
        meter.name,
        meter.carrier.value,
        meter.use,
        meter.zones,
        register,
        float(known.sum()) if len(known) else None,
        float(rows["estimated_kwh"].sum()),
        float(rows["completeness"].mean()) if len(rows) else 0.0,
    )


def all_lines(ledger: Ledger) -> list[Line]:
    return [
        total(ledger, meter, register)
        for meter in ledger.site.meters
        for register in (IMPORT, EXPORT, HEAT)
        if ledger.has(meter.id, register)
    ]


def by_zone_and_use(site: Site, lines: Iterable[Line]) -> list[tuple[str, str, float]]:
    """Sub-metered electricity by zone and use; a meter that serves several zones is shared by their areas."""
    sums: dict[tuple[str, str], float] = {}
    for line in lines:
        if line.register != IMPORT or line.carrier != Carrier.ELECTRICITY or not line.zones or line.kwh is None:
            continue
        area = sum(site.zone(zone).area_m2 for zone in line.zones)
        for zone in line.zones:
            key = (zone, line.use)
            sums[key] = sums.get(key, 0.0) + line.kwh * site.zone(zone).area_m2 / area
    return [(zone, use, kwh) for (zone, use), kwh in sorted(sums.items())]


def remainder(site: Site, lines: list[Line], load_kwh: float | None) -> float | None:
    """Load of the site that no sub-meter tells of: shown, never hidden."""
    if load_kwh is None:
        return None
    grid = {meter.id for meter in site.meters if meter.role == "grid" and meter.carrier is Carrier.ELECTRICITY}
    tops = {meter.id for meter in site.meters if meter.parent in grid}
    return load_kwh - sum(line.kwh or 0.0 for line in lines if line.meter in tops and line.register == IMPORT)


def balance(ledger: Ledger) -> SolarBalance | None:
    """Self-consumption by quarter hour from the grid's two registers and the production meters; None without PV meter."""
    grids = _meters(ledger.site, "grid")
    pvs = _meters(ledger.site, "production")
    if not grids or not pvs:
        return None

    def added(meters: list[Meter], register: str) -> pd.Series[float]:
        columns = [ledger.register(meter.id, register)["kwh"] for meter in meters if ledger.has(meter.id, register)]
        return pd.concat(columns, axis=1).sum(axis=1, skipna=False) if columns else pd.Series(dtype="float64")

    table = pd.concat({"p": added(pvs, IMPORT), "i": added(grids, IMPORT), "e": added(grids, EXPORT)}, axis=1)
    if table.empty:
        return None
    columns = ([None if pd.isna(value) else float(value) for value in table[name]] for name in ("p", "i", "e"))
    return solar_balance_metered(*columns)


def _meters(site: Site, role: str, carrier: Carrier = Carrier.ELECTRICITY) -> list[Meter]:
    return [meter for meter in site.meters if meter.role == role and meter.carrier is carrier]


def costs(ledger: Ledger) -> list[CostLine]:
    """By tariff band in the site's local time, then standing charges; amounts to the cent."""
    site, lines = ledger.site, list[CostLine]()
    for tariff in site.tariffs:
        for meter in _meters(site, "grid", tariff.carrier):
            lines += _band_costs(ledger, tariff, meter)
            contract = next((c for c in site.contracts if c.meter == meter.id and c.tariff == tariff.id), None)
            if tariff.fixed_per_month:
                lines.append(
                    CostLine(tariff.carrier.value, "standing charge", None, tariff.fixed_per_month, _cents(tariff.fixed_per_month))
                )
            if contract and contract.power_kva and tariff.per_kva_month:
                amount = tariff.per_kva_month * Decimal(str(contract.power_kva))
                lines.append(
                    CostLine(tariff.carrier.value, f"power, {contract.power_kva:g} kVA", None, tariff.per_kva_month, _cents(amount))
                )
    return lines


def _band_costs(ledger: Ledger, tariff: Tariff, meter: Meter) -> list[CostLine]:
    rows = ledger.register(meter.id, IMPORT)["kwh"].dropna()
    prices = {band.name: band.price for band in tariff.bands}
    sums: dict[str, float] = {}
    for start, kwh in rows.items():
        assert isinstance(start, pd.Timestamp)
        name = tariff.band_at(start.to_pydatetime(), ledger.site.zoneinfo).name
        sums[name] = sums.get(name, 0.0) + float(kwh)
    lines = [
        CostLine(tariff.carrier.value, name, kwh, prices[name], _cents(Decimal(repr(kwh)) * prices[name]))
        for name, kwh in sums.items()
        if kwh
    ]
    if ledger.has(meter.id, EXPORT) and tariff.export_price:
        sent = float(ledger.register(meter.id, EXPORT)["kwh"].dropna().sum())
        lines.append(
            CostLine(tariff.carrier.value, "export", sent, -tariff.export_price, _cents(Decimal(repr(sent)) * -tariff.export_price))
        )
    return lines


def _cents(amount: Decimal) -> Decimal:
    return amount.quantize(Decimal("0.01"))


def carbon(
    ledger: Ledger, lines: list[Line], solar: SolarBalance | None, register: FactorRegister
) -> tuple[CarbonStatement | None, list[Factor], list[str]]:
    """The month's statement, the factors used, and what was refused for want of a factor."""
    site, year = ledger.site, ledger.month.start.astimezone(ledger.site.zoneinfo).year
    used: list[Factor] = []
    refused: list[str] = []

    def factor(carrier: str, scope: str, default: float | None = None) -> float | None:
        try:
            found = register.find(site.country, carrier, scope, year)
        except FactorMissingError as error:
            if default is None:
                refused.append(str(error))
            return default
        used.append(found)
        return found.value

    taken = sum(line.kwh or 0.0 for line in lines if line.register == IMPORT and _is_grid(site, line, Carrier.ELECTRICITY))
    gas = sum(line.kwh or 0.0 for line in lines if line.register == IMPORT and _is_grid(site, line, Carrier.GAS))
    for carrier in _BOUGHT_HEAT:
        if any(line.kwh for line in lines if line.register == IMPORT and _is_grid(site, line, carrier)):
            factor(carrier.value, "scope2")  # said to be missing until the network's own factor is given
    location = factor("electricity", "location")
    fuel = factor("gas", "scope1") if gas else 0.0
    ratio = factor("gas", "net_per_gross") if gas else 1.0
    if location is None or fuel is None or ratio is None:
        return None, used, refused
    grids = {meter.id for meter in _meters(site, "grid")}
    share = max((c.guarantee_of_origin_share for c in site.contracts if c.meter in grids), default=0.0)
    residual = None
    if share:
        factor("electricity", "guarantee_of_origin")
    if any(f.country == site.country for f in _residuals(register, site.country, year)):
        residual = factor("electricity", "residual")
    statement = carbon_statement(
        import_kwh=taken,
        location_factor=location,
        fuel_net_kwh=net_from_gross(gas, ratio),
        fuel_factor=fuel,
        contractual_kwh=taken * share,
        residual_factor=residual,
        self_consumed_kwh=solar.self_consumed_kwh if solar else 0.0,
        exported_kwh=solar.export_kwh if solar else 0.0,
    )
    return statement, used, refused


def _residuals(register: FactorRegister, country: str, year: int) -> list[Factor]:
    try:
        return [register.find(country, "electricity", "residual", year)]
    except FactorMissingError:
        return []


def _is_grid(site: Site, line: Line, carrier: Carrier) -> bool:
    return any(meter.id == line.meter and meter.role == "grid" and meter.carrier is carrier for meter in site.meters)


def by_day(ledger: Ledger) -> pd.DataFrame:
    """kWh by local day and register of the boundary meters: a day counts as far as it is known."""
    table = ledger.table
    if table.empty:
        return pd.DataFrame(columns=["day", "meter", "register", "kwh", "completeness"])
    local = table.assign(day=pd.to_datetime(table["start"], utc=True).dt.tz_convert(ledger.site.timezone).dt.date)
    grouped = local.groupby(["day", "meter", "register"], sort=True)
    days = grouped.agg(kwh=("kwh", lambda kwh: kwh.sum(min_count=1)), completeness=("completeness", "mean"))
    return days.reset_index()


def month_figures(ledger: Ledger, register: FactorRegister | None = None) -> MonthFigures:
    """All figures of the month; pure but for nothing: the same ledger gives the same figures."""
    lines = all_lines(ledger)
    solar = balance(ledger)
    statement, factors, refused = carbon(ledger, lines, solar, register or FactorRegister())
    grid = sum(line.kwh or 0.0 for line in lines if line.register == IMPORT and _is_grid(ledger.site, line, Carrier.ELECTRICITY))
    return MonthFigures(
        tuple(lines),
        tuple(by_zone_and_use(ledger.site, lines)),
        remainder(ledger.site, lines, solar.load_kwh if solar else grid or None),
        solar,
        tuple(costs(ledger)),
        ledger.site.currency,
        statement,
        tuple(dict.fromkeys(factors)),
        tuple(refused) + ledger.left_out,
        by_day(ledger),
    )
