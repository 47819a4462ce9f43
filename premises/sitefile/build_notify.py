"""From the `notify` section to who is told, with every default filled in."""

from __future__ import annotations

from datetime import timedelta

from premises.notify import Contact, Notify, QuietHours
from premises.sitefile.form.notify import ContactForm, NotifyForm, QuietForm

_USUAL = Notify()


def build_notify(form: NotifyForm | None, language: str) -> Notify:
    """Nobody is told where there is no such section."""
    if form is None:
        return _USUAL
    return Notify(
        contacts=tuple(_contact(contact, language) for contact in form.contacts),
        quiet=_quiet(form.quiet),
        escalate_after=_or(form.escalate_after, _USUAL.escalate_after),
        group_within=_or(form.group_within, _USUAL.group_within),
        ahead=_or(form.ahead, _USUAL.ahead),
    )


def _contact(form: ContactForm, language: str) -> Contact:
    return Contact(
        id=form.id,
        name=form.name,
        language=form.language or language,
        mail=form.mail or "",
        push=form.push or "",
        webhook=form.webhook or "",
        about=frozenset(form.about),
        causes=frozenset(form.causes),
        zones=frozenset(form.zones),
        least=form.least,
        step=form.step,
        quiet=_quiet(form.quiet),
    )


def _quiet(form: QuietForm | None) -> QuietHours | None:
    return None if form is None else QuietHours(form.start, form.end)


def _or(given: timedelta | None, usual: timedelta) -> timedelta:
    return usual if given is None else given
