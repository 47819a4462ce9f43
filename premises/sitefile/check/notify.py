"""Who is told: that each can be reached, that zones and causes are known, and that no step of the escalation is skipped."""

from __future__ import annotations

from datetime import timedelta

from premises.alarming import CAUSES
from premises.sitefile.check.findings import Findings
from premises.sitefile.form.notify import ContactForm, NotifyForm
from premises.sitefile.text import Place
from premises.sitefile.wording import nearest

_SHORTEST = timedelta(minutes=1)


def check_notify(form: NotifyForm | None, findings: Findings) -> None:
    """All that must hold in the `notify` section."""
    if form is None:
        return
    steps = {contact.step for contact in form.contacts}
    for index, contact in enumerate(form.contacts):
        place: Place = ("notify", "contacts", index)
        _contact(contact, place, findings)
        if contact.step > 1 and contact.step - 1 not in steps:
            findings.say((*place, "step"), f"nobody is told at step {contact.step - 1}", "steps follow each other from 1")
    if form.escalate_after is not None and form.escalate_after < _SHORTEST:
        findings.say(("notify", "escalate_after"), "leaves nobody time to acknowledge", "give at least 1 min")


def _contact(contact: ContactForm, place: Place, findings: Findings) -> None:
    if not (contact.mail or contact.push or contact.webhook):
        findings.say((*place, "id"), f"{contact.id!r} cannot be reached", "give `mail`, `push` or `webhook`")
    for position, zone in enumerate(contact.zones):
        findings.refer((*place, "zones", position), "zones", zone)
    for position, cause in enumerate(contact.causes):
        if cause not in CAUSES:
            near = nearest(cause, CAUSES)
            hint = f"did you mean `{near}`?" if near else f"causes are {', '.join(CAUSES)}"
            findings.say((*place, "causes", position), f"{cause!r} is no cause of alarms", hint)
