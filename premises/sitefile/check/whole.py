"""The file as a whole: names that are there once, time zone, languages, tenants, calendars; and all other checks in a row."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import timedelta
from zoneinfo import available_timezones

from premises.site import GREENROOM
from premises.sitefile.check.devices import OUTDOOR, check_devices
from premises.sitefile.check.energy import check_contracts, check_meters, check_plants, check_tariffs
from premises.sitefile.check.findings import SECTIONS, Findings
from premises.sitefile.check.money import check_funds
from premises.sitefile.check.notify import check_notify
from premises.sitefile.check.reporting import check_operations, check_reporting
from premises.sitefile.check.zones import check_zones
from premises.sitefile.form.money import CalendarForm, ForecastForm
from premises.sitefile.form.site import ClusterForm, SiteForm
from premises.sitefile.text import Place
from premises.sitefile.wording import nearest
from premises.time import zone_named

_ONE_NAMESPACE = ("zones", "plants", "pv", "meters", "devices")
"""What points can tell of: an id among these is there once in all."""


def check_site(form: SiteForm, findings: Findings) -> None:
    """All that must hold between the parts of a site file."""
    _ids(form, findings)
    _timezone(("timezone",), form.timezone, findings)
    _doubles(("languages",), form.languages, "language", findings)
    check_zones(form, findings)
    check_plants(form, findings)
    check_meters(form, findings)
    check_devices(form, findings)
    check_tariffs(form, findings)
    check_contracts(form, findings)
    check_funds(form.funds, findings)
    check_operations(form.funds, findings)
    check_reporting(form, findings)
    for index, tenant in enumerate(form.tenants):
        for number, zone in enumerate(tenant.zones):
            findings.refer(("tenants", index, "zones", number), "zones", zone)
    _doubles(("calendars",), [feed.source for feed in form.calendars], "source", findings, "source")
    _forecast(form.forecast, findings)
    for index, feed in enumerate(form.calendars):
        _calendar(feed, ("calendars", index), findings)
    if form.notify is not None:
        _doubles(("notify", "contacts"), [contact.id for contact in form.notify.contacts], "id", findings, "id")
    check_notify(form.notify, findings)


def check_cluster(form: ClusterForm, findings: Findings) -> None:
    """All that must hold inside a cluster file; its sites are checked as they are read."""
    for section in ("funds", "tenants"):
        _doubles((section,), [item.id for item in getattr(form, section)], "id", findings, "id")
    _doubles(("languages",), form.languages, "language", findings)
    _doubles(("sites",), form.sites, "site file", findings)
    check_funds(form.funds, findings)
    check_operations(form.funds, findings)


def _ids(form: SiteForm, findings: Findings) -> None:
    first: dict[str, str] = {}
    for section in _ONE_NAMESPACE:
        for index, item in enumerate(getattr(form, section)):
            place = (section, index, "id")
            what = f"{SECTIONS[section]} at {section}[{index}]"
            if item.id in (GREENROOM, OUTDOOR):
                findings.say(place, f"{item.id!r} is kept for Greenroom's own use", "choose another")
            elif item.id in first:
                findings.say(
                    place, f"{item.id!r} is the id of the {first[item.id]} as well", "choose another: points are named by it"
                )
            first.setdefault(item.id, what)
    for section in ("tariffs", "tenants", "funds"):
        _doubles((section,), [item.id for item in getattr(form, section)], "id", findings, "id")


def _doubles(place: Place, names: Iterable[str], what: str, findings: Findings, key: str = "") -> None:
    seen: dict[str, int] = {}
    for index, name in enumerate(names):
        if name in seen:
            where = (*place, index, key) if key else (*place, index)
            findings.say(where, f"{what} {name!r} is there twice, first in item {seen[name]}", "keep one of the two")
        seen.setdefault(name, index)


def _timezone(place: Place, name: str, findings: Findings) -> None:
    try:
        zone_named(name)
    except ValueError:
        near = _near_zone(name)
        hint = f"did you mean `{near}`?" if near else "write it like Europe/Paris"
        findings.say(place, f"{name!r} is no IANA time zone", hint)


def _near_zone(name: str) -> str | None:
    return nearest(name, available_timezones())


def _forecast(feed: ForecastForm | None, findings: Findings) -> None:
    if feed is None:
        return
    scheme, separator, rest = feed.address.partition(":")
    if not separator or scheme not in ("https", "http", "file"):
        hint = "give an https address in the shape of Open-Meteo, or file: and a path"
        findings.say(("forecast", "address"), "is no address that can be read", hint)
    elif "@" in rest.removeprefix("//").partition("/")[0]:
        findings.say(("forecast", "address"), "holds a password", "a site file is read by many: use a service that needs none")
    if feed.every is not None and feed.every < timedelta(minutes=5):
        findings.say(("forecast", "every"), "is more often than forecasts are made", "write 5 min or more, such as 1 h")


def _calendar(feed: CalendarForm, place: Place, findings: Findings) -> None:
    if feed.timezone is not None:
        _timezone((*place, "timezone"), feed.timezone, findings)
    scheme, _, rest = feed.address.partition("://")
    if rest and scheme not in ("https", "http", "webcal", "file"):
        findings.say((*place, "address"), f"cannot be read by {scheme}", "give an https address or a file")
    elif "@" in rest.partition("/")[0]:
        findings.say((*place, "address"), "holds a password", "a site file is read by many: use the calendar's private address")
    for number, rule in enumerate(feed.rules):
        try:
            re.compile(rule.pattern)
        except re.error as error:
            message = f"{rule.pattern!r} is no regular expression: {error.msg} at character {(error.pos or 0) + 1}"
            findings.say((*place, "rules", number, "pattern"), message)
        for position, zone in enumerate(rule.zones):
            findings.refer((*place, "rules", number, "zones", position), "zones", zone)
