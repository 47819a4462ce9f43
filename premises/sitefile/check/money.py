"""Funds: shares that cannot be more than the whole; sub-funds inside their fund."""

from __future__ import annotations

from decimal import Decimal

from premises.sitefile.check.findings import Findings, circle
from premises.sitefile.form.money import FundForm


def check_funds(funds: tuple[FundForm, ...], findings: Findings) -> None:
    by_id = {fund.id: fund for fund in funds}
    above = {fund.id: [fund.part_of] for fund in funds if fund.part_of is not None}
    told: set[frozenset[str]] = set()
    for index, fund in enumerate(funds):
        place = ("funds", index)
        given = sum((grant.amount for grant in fund.grants), Decimal(0))
        if given > fund.total:
            findings.say(
                (*place, "grants"),
                f"add up to {given:,}, more than the total of {fund.total:,}",
                "correct one of them",
                ((*place, "total"),),
            )
        funders = [grant.funder for grant in fund.grants]
        for number, funder in enumerate(funders):
            if funder in funders[:number]:
                findings.say((*place, "grants", number, "funder"), f"{funder!r} gives twice", "add the two amounts up")
        if not findings.refer((*place, "part_of"), "funds", fund.part_of):
            continue
        way = circle(fund.id, above)
        if way is not None:
            if frozenset(way) not in told:
                told.add(frozenset(way))
                findings.say((*place, "part_of"), f"funds hold each other in a circle: {' → '.join(way)}", "one is part of none")
            continue
        whole = by_id.get(fund.part_of or "")
        if whole is not None:
            _inside(fund, whole, index, findings)
    _siblings(funds, by_id, findings)


def _inside(fund: FundForm, whole: FundForm, index: int, findings: Findings) -> None:
    because = (findings.place_of("funds", whole.id),)
    if fund.total > whole.total:
        message = f"is more than that of fund {whole.id!r} which holds it, {whole.total:,}"
        findings.say(("funds", index, "total"), f"{fund.total:,} {message}", "", because)
    gives = {grant.funder: grant.amount for grant in whole.grants}
    for number, grant in enumerate(fund.grants):
        place = ("funds", index, "grants", number)
        if grant.funder not in gives:
            hint = f"funders there: {', '.join(gives)}"
            findings.say(
                (*place, "funder"), f"{grant.funder!r} gives nothing to fund {whole.id!r} which holds this one", hint, because
            )
        elif grant.amount > gives[grant.funder]:
            message = f"{grant.amount:,} is more than {grant.funder} gives to fund {whole.id!r} in all, {gives[grant.funder]:,}"
            findings.say((*place, "amount"), message, "", because)


def _siblings(funds: tuple[FundForm, ...], by_id: dict[str, FundForm], findings: Findings) -> None:
    for name, whole in by_id.items():
        inside = [(index, fund) for index, fund in enumerate(funds) if fund.part_of == name]
        total = sum((fund.total for _, fund in inside), Decimal(0))
        if len(inside) > 1 and total > whole.total:
            message = f"the sub-funds of {name!r} add up to {total:,}, more than its {whole.total:,}"
            because = tuple(("funds", index, "total") for index, _ in inside)
            findings.say(("funds", inside[-1][0], "total"), message, "", (*because, (*findings.place_of("funds", name), "total")))
