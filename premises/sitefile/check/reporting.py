"""What reports need: zones and areas of the OPERAT entity, each function and each indicator once."""

from __future__ import annotations

from premises.sitefile.check.findings import Findings
from premises.sitefile.form.money import FundForm
from premises.sitefile.form.site import SiteForm

_FITS = {
    "density": ("film_studio", "tv_studio"),
    "workstation_m2": ("animation_studio", "administration", "offices"),
    "occupancy_pct": ("animation_studio", "administration", "offices"),
    "auditorium_m2": ("auditorium",),
}
"""Which sub-categories each indicator of use modulates."""


def check_reporting(form: SiteForm, findings: Findings) -> None:
    if form.operat is not None:
        for index, part in enumerate(form.operat.parts):
            place = ("operat", "parts", index)
            for number, zone in enumerate(part.zones):
                findings.refer((*place, "zones", number), "zones", zone)
            if not part.zones and part.area_m2 is None:
                findings.say(place, "has neither zones nor an area", "name its zones, or give area_m2")
            if not part.zones and part.hours is None:
                findings.say(place, "has no zones to count its hours in", "name its zones, or give hours")
            for name, fits in _FITS.items():
                if getattr(part, name) is not None and part.category not in fits:
                    findings.say((*place, name), f"does not modulate {part.category}", "leave it out", ((*place, "category"),))
    named = [item.function for item in form.bacs]
    for index, function in enumerate(named):
        if function in named[:index]:
            findings.say(("bacs", index, "function"), f"{function} is there twice", "keep one of the two")


def check_operations(funds: tuple[FundForm, ...], findings: Findings) -> None:
    for index, fund in enumerate(funds):
        codes = [indicator.code for indicator in fund.operation.indicators] if fund.operation else []
        for number, code in enumerate(codes):
            if code in codes[:number]:
                place = ("funds", index, "operation", "indicators", number, "code")
                findings.say(place, f"{code} is there twice", "keep one of the two")
