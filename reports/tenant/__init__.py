"""The tenant's statement: own meter, booked windows, keys; the tenants' parts and the owner's add up to the meter exactly."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from premises.site import Tenant
from premises.tariff import Carrier
from reports.content import Amount, Cell, CellKind, Column, Figure, Figures, Paragraph, Report, Section, Table, Tone, say
from reports.figures.shares import rounded, shared_out
from reports.inputs import Inputs, SiteInputs
from reports.kinds import ReportRefusedError
from reports.ledger.sums import boundary, known_sum
from reports.parts.carbon import carbon_of
from reports.parts.cost import cost_lines
from reports.parts.energy import carriers_of, load_of
from reports.parts.figure import derived, kwh_column
from reports.parts.frame import Draft, changes_section
from reports.parts.quality import meter_rows, quality_section
from reports.parts.sharing import KEY, METER, OWNER, REST, STANDBY, WINDOW, Sharing, names_of, shared
from reports.tenant.money import owed, periods_table, splits

__all__ = ["make"]


def make(inputs: Inputs) -> tuple[Report, ...]:
    """One statement per tenant, and the owner's with every tenant's row. Raises ReportRefusedError where a site has no tenant."""
    made: list[Report] = []
    for one in inputs.sites:
        if not one.site.tenants:
            continue
        accounts = Accounts(one)
        wanted = [tenant for tenant in one.site.tenants if inputs.only in (None, tenant.id)]
        made += [_statement(inputs, accounts, tenant) for tenant in sorted(wanted, key=lambda tenant: tenant.id)]
        if inputs.only is None:
            made.append(_owner(inputs, accounts))
    if not made:
        known = ", ".join(tenant.id for one in inputs.sites for tenant in one.site.tenants)
        missing = f"no tenant {inputs.only!r}" if inputs.only else "no tenant"
        raise ReportRefusedError(f"{missing} here; there are: {known or 'none'}")
    return tuple(made)


class Accounts:
    """What every statement of a site is cut from, computed once: exact parts, rounded so that they add up."""

    def __init__(self, one: SiteInputs) -> None:
        self.one = one
        self.sharing: Sharing = shared(one)
        takers = list(self.sharing.shares)
        exact = {taker: max(0.0, self.sharing.shares[taker].kwh()) for taker in takers}
        self.total = rounded(self.sharing.total_kwh, 1)
        self.electricity = shared_out(self.total, exact, 1) if any(exact.values()) else dict.fromkeys(takers, Decimal(0))
        self.heat, self.heat_total = self._by_area()
        lines = cost_lines(one)
        power = {meter.id for meter in one.site.meters if meter.carrier is Carrier.ELECTRICITY}
        self.splits = splits(one, self.sharing, [line for line in lines if line.meter in power], self.electricity)
        cost_heat = sum((line.amount for line in lines if line.meter not in power), Decimal(0))
        self.money = owed(self.splits, self.electricity)
        self.heat_money = _money(cost_heat, self.heat)
        self.currency = one.site.currency

    def _by_area(self) -> tuple[dict[str, Decimal], Decimal]:
        """Bought heat and fuels, which no tenant has a meter of: by leased area."""
        other = [carrier for carrier in carriers_of(self.one.site) if carrier is not Carrier.ELECTRICITY]
        sums = [found for carrier in other for found in boundary(self.one.ledger, carrier)]
        known = [found.kwh for found in sums if found.kwh is not None]
        whole = rounded(sum(known), 1)
        areas = self.sharing.areas
        return (shared_out(whole, areas, 1) if whole else dict.fromkeys(areas, Decimal(0))), whole


def _money(amount: Decimal, parts: dict[str, Decimal]) -> dict[str, Decimal]:
    if amount <= 0 or not any(parts.values()):
        return dict.fromkeys(parts, Decimal(0))
    return shared_out(Fraction(amount), parts, 2)


WAYS = (METER, WINDOW, KEY, STANDBY, REST)


def _way_rows(accounts: Accounts, taker: str) -> Table:
    share, whole = accounts.sharing.shares[taker], accounts.electricity[taker]
    exact = {way: max(0.0, share.kwh(way)) for way in WAYS if way in share.by_way}
    shown = shared_out(whole, exact, 1) if any(exact.values()) else {}
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (say(f"way.{way}"), shown.get(way, Decimal(0)), say(f"way_text.{way}")) for way in exact
    )
    columns = (Column("way", say("column.way"), CellKind.NAME), kwh_column("energy", 1), Column("meaning", say("column.meaning")))
    return Table("ways", say("table.ways"), columns, rows, (say("cell.total"), whole, None))


def _figures(accounts: Accounts, taker: str, carbon: Figure) -> tuple[Figure, ...]:
    load, sharing = load_of(accounts.one.ledger), accounts.sharing
    used = accounts.electricity[taker]
    sun = min(float(used), sharing.sun_kwh(taker))
    site = accounts.one.site.id
    rest = carriers_of(accounts.one.site) != [Carrier.ELECTRICITY]
    money = accounts.money[taker] + accounts.heat_money[taker]
    share = float(used) / float(accounts.total) if accounts.total else 0.0
    kg = None if carbon.value is None else float(carbon.value) * share
    named: list[tuple[str, Decimal | float, str, int]] = [
        ("electricity", used, "kWh", 1),
        *([("heat_share", accounts.heat[taker], "kWh", 1)] if rest else []),
        ("own_sun", sun, "kWh", 1),
        ("amount", money, accounts.currency, 2),
    ]
    found = [
        derived(
            f"{site}.{taker}.{name}",
            say(f"tenant.{name}"),
            value,
            unit,
            of=[load],
            decimals=decimals,
            formula=say(f"formula.{name}"),
        )
        for name, value, unit, decimals in named
    ]
    found.append(
        derived(f"{site}.{taker}.carbon", say("tenant.carbon"), kg, "kgCO2e", of=[carbon], formula=say("formula.tenant_carbon"))
    )
    return tuple(found)


def _statement(inputs: Inputs, accounts: Accounts, tenant: Tenant) -> Report:
    one = accounts.one
    draft = Draft("tenant", Inputs((one,), inputs.first, inputs.last, inputs.now, None, inputs.languages), "")
    draft.title = say("tenant.title", tenant=tenant.name, site=one.site.name)
    draft.tenant, draft.about = tenant.id, tenant.id
    language = tenant.language or one.site.languages[0]
    draft.languages = (language,)
    carbon = carbon_of(one, draft.factors[one.site.id]).location
    own = [meter for meter in one.site.meters if meter.tenant == tenant.id]
    lines = [Paragraph(say("tenant.area", area=Amount(tenant.area_m2, "m²"), of=Amount(one.site.floor_area_m2, "m²")))]
    if own:
        lines.append(Paragraph(say("tenant.own_meters", meters=", ".join(meter.name for meter in own))))
    else:
        lines.append(Paragraph(say("tenant.no_meter"), Tone.NOTE))
    summary = Section("summary", say("section.summary"), (Figures(_figures(accounts, tenant.id, carbon), large=True), *lines))
    periods = periods_table(accounts.splits, tenant.id, accounts.money[tenant.id], accounts.currency)
    tables = (_way_rows(accounts, tenant.id), *((periods,) if periods else ()), _check_table(accounts, tenant.id))
    ways = Section("ways", say("section.ways"), tables)
    draft.sections = [summary, ways, quality_section([one]), changes_section([one])]
    draft.method += [say("method.order"), say("method.sun_dynamic"), say("method.cost_by_period"), say("method.rounding")]
    return draft.finish()


def _check_table(accounts: Accounts, taker: str) -> Table:
    """This tenant, all others together (never one by one: it would reveal them), the owner, and the meter.

    One single other tenant would be told by the sum of all others: it is put together with the owner.
    """
    mine, whole = accounts.electricity[taker], accounts.total
    owner = accounts.electricity[OWNER]
    rest, paid = whole - mine - owner, _sum_money(accounts) - _of(accounts, taker) - _of(accounts, OWNER)
    others: tuple[tuple[Cell, ...], ...] = (
        (say("cell.others"), rest, paid),
        (say("cell.owner"), owner, _of(accounts, OWNER)),
    )
    if len(accounts.one.site.tenants) == 2:
        others = ((say("cell.owner_and_other"), rest + owner, paid + _of(accounts, OWNER)),)
    rows = ((say("cell.you"), mine, _of(accounts, taker)), *others)
    columns = (
        Column("who", say("column.who"), CellKind.NAME),
        kwh_column("electricity", 1),
        Column("amount", say("column.amount"), CellKind.MONEY, accounts.currency, 2),
    )
    return Table("adds_up", say("table.adds_up"), columns, rows, (say("cell.meter_total"), whole, _sum_money(accounts)))


def _of(accounts: Accounts, taker: str) -> Decimal:
    return accounts.money[taker] + accounts.heat_money[taker]


def _sum_money(accounts: Accounts) -> Decimal:
    return sum(accounts.money.values(), Decimal(0)) + sum(accounts.heat_money.values(), Decimal(0))


def _owner(inputs: Inputs, accounts: Accounts) -> Report:
    one = accounts.one
    draft = Draft("tenant", Inputs((one,), inputs.first, inputs.last, inputs.now, None, inputs.languages), "")
    draft.title = say("tenant.owner_title", site=one.site.name)
    draft.about = OWNER
    names = names_of(accounts.electricity, one.site)
    rows: list[tuple[Cell, ...]] = []
    for taker in sorted(accounts.electricity, key=lambda name: (name == OWNER, name)):
        share = accounts.sharing.shares[taker]
        ways = tuple(share.kwh(way) for way in WAYS)
        label = say("cell.owner") if taker == OWNER else names[taker]
        heat = accounts.heat[taker]
        rows.append((label, accounts.sharing.areas[taker], *ways, accounts.electricity[taker], heat, _of(accounts, taker)))
    columns = (
        Column("who", say("column.who"), CellKind.NAME),
        Column("area_m2", say("column.area"), CellKind.NUMBER, "m²", 0),
        *(Column(f"{way}_kwh", say(f"way.{way}"), CellKind.NUMBER, "kWh", 1) for way in WAYS),
        kwh_column("electricity", 1),
        kwh_column("heat", 1),
        Column("amount", say("column.amount"), CellKind.MONEY, accounts.currency, 2),
    )
    total = (say("cell.total"), None, *(None for _ in WAYS), accounts.total, accounts.heat_total, _sum_money(accounts))
    table = Table("tenants", say("table.tenants"), columns, tuple(rows), total, say("note.tenants"))
    grid = known_sum(boundary(one.ledger, Carrier.ELECTRICITY))
    load = load_of(one.ledger)
    text = say("tenant.from_meter", grid=Amount(grid, "kWh", 1), total=Amount(accounts.total, "kWh", 1))
    draft.sections = [
        Section("summary", say("section.summary"), (Figures((load,), large=True), Paragraph(text), table)),
        quality_section([one]),
        changes_section([one]),
    ]
    draft.attachments.append(meter_rows([one]))
    draft.method += [say("method.order"), say("method.sun_dynamic"), say("method.cost_by_period"), say("method.rounding")]
    return draft.finish()
