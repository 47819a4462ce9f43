"""Who is told of alarms, bookings and reports."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from premises.notice import Urgency
from premises.notify import About
from premises.sitefile.form.fields import WHOLE, Clock, Duration, Form, Id, Language, Name, Ref

Mail = Annotated[str, Field(pattern=r"^[^@\s<>,;:\"()\[\]\\]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$", max_length=254)]
Topic = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")]


class QuietForm(Form):
    """Hours in which only what is urgent is told, in the site's wall time."""

    start: Clock
    """From then on, such as 22:00."""
    end: Clock
    """Until then, such as 07:00."""


class ContactForm(Form):
    """Someone who is told."""

    id: Id
    """Short name for programs."""
    name: Name
    """Name for people."""
    language: Language | None = None
    """Language that they read; left out: the site's first."""
    mail: Mail | None = None
    """E-mail address."""
    push: Topic | None = None
    """Topic at the push server; whoever knows it can read along, so choose one that nobody guesses."""
    webhook: Annotated[str, Field(min_length=1, max_length=100)] | None = None
    """Id of a webhook address that was made at the API; it then gets what this contact is told, nothing else."""
    about: Annotated[tuple[About, ...], Field(min_length=1)] = (About.ALARMS,)
    """What they are told about."""
    causes: tuple[Annotated[str, Field(max_length=100)], ...] = ()
    """Causes of alarms; left out: all."""
    zones: tuple[Ref, ...] = ()
    """Zones; left out: all. What concerns the whole site is told anyway."""
    least: Urgency = Urgency.INFO
    """Nothing less urgent than this."""
    step: Annotated[int, Field(ge=1, le=9), WHOLE] = 1
    """1: told at once; 2: told when nobody acknowledged an alarm in time; and so on."""
    quiet: QuietForm | None = None
    """Own quiet hours; left out: the site's."""


class NotifyForm(Form):
    """Who is told of what, and when not."""

    contacts: tuple[ContactForm, ...] = ()
    """Who is told."""
    quiet: QuietForm | None = None
    """Quiet hours of all who have no own; left out: none."""
    escalate_after: Duration | None = None
    """How long an alarm waits for somebody to acknowledge it before the next step is told; left out: 20 min."""
    group_within: Duration | None = None
    """How long alarms of one cause are waited for, to be told together; left out: 1 min."""
    ahead: Duration | None = None
    """How long before a call it is said that it will not be kept; left out: 24 h."""
