"""Reading a document into its form so that one fault hides no other: what is wrong is noted, mended, and read again.

A mended value is only there so that the checks between parts of the file can run; nothing is ever built from it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from premises.errors import Fault
from premises.sitefile.shape import keys_at, meaning_at, sample, type_at, words_at
from premises.sitefile.text import Document, Place, path_text
from premises.sitefile.wording import choose, describe_error, nearest

FormT = TypeVar("FormT", bound=BaseModel)

ROUNDS = 12
"""Times that a document is mended at most; a document that is still unreadable then has faults enough to start with."""


@dataclass(slots=True)
class Reading(Generic[FormT]):
    """What came of a document. form: None where even mending did not help; value: what it was read from, mended.

    mended: places whose value is not the owner's; sampled: those of them that were filled in.
    """

    form: FormT | None = None
    value: dict[str, Any] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    mended: set[Place] = field(default_factory=set)
    sampled: set[Place] = field(default_factory=set)

    def touches(self, place: Place) -> bool:
        """Whether the place is mended, lies inside a mended one, or holds one."""
        return any(place[: len(other)] == other or other[: len(place)] == place for other in self.mended)


def read_form(document: Document, model: type[FormT]) -> Reading[FormT]:
    """The document as that form, with all faults of its values. The document's value is changed where it was mended."""
    reading: Reading[FormT] = Reading()
    if not isinstance(document.value, dict):
        found = "is empty" if document.value is None else "must be a block of keys"
        reading.faults.append(Fault("(file)", found, 1, f"begin with {', '.join(list(model.model_fields)[:3])}"))
        return reading
    data = reading.value = {key: value for key, value in document.value.items() if not key.startswith("x-")}
    for _ in range(ROUNDS):
        try:
            reading.form = model.model_validate(data)
        except ValidationError as error:
            _Mending(document, model, data, reading).mend(error.errors())
        else:
            break
    return reading


class _Mending(Generic[FormT]):
    """One round: notes each error, then mends it."""

    def __init__(self, document: Document, model: type[FormT], data: dict[str, Any], reading: Reading[FormT]) -> None:
        self.document = document
        self.model = model
        self.data = data
        self.reading = reading

    def mend(self, errors: list[ErrorDetails]) -> None:
        # A list whose items are at fault counts as too short as well: only the items are told.
        errors = [error for error in errors if error["type"] != "too_short" or not error["input"]]
        slips = {self.meant(error["loc"]) for error in errors if error["type"] == "extra_forbidden"}
        for error in errors:
            place: Place = error["loc"]
            if error["type"] == "missing" and place in slips:
                continue
            if not any(place[: len(other)] == other for other in self.reading.mended):
                self.reading.faults.append(self.fault(error))
        for error in errors:
            self.mend_one(error, slips)

    def meant(self, place: Place) -> Place | None:
        """The place that a mistyped key was meant for, None where no key is near or that one is written as well."""
        near = nearest(str(place[-1]), keys_at(self.model, place[:-1]))
        parent = self.value_at(place[:-1])
        return (*place[:-1], near) if near and isinstance(parent, dict) and near not in parent else None

    def fault(self, error: ErrorDetails) -> Fault:
        place: Place = error["loc"]
        if error["type"] == "extra_forbidden":
            return Fault(path_text(place), "is no key known here", self.document.line(place), self.key_hint(place, error["input"]))
        if error["type"] == "missing":
            meaning = meaning_at(self.model, place).rstrip(".")
            return Fault(path_text(place), "is missing", self.document.line(place[:-1]), meaning)
        message, hint = describe_error(error, words_at(self.model, place))
        written = place[:-1] if place and place[-1] == "[key]" else place
        return Fault(path_text(written), message, self.document.line(written), hint)

    def key_hint(self, place: Place, value: Any) -> str:
        known = keys_at(self.model, place[:-1])
        key, colon, _ = str(place[-1]).partition(":")
        if colon and key in known:
            return f"leave a blank after the colon: `{key}: `"
        if nearest(str(place[-1]), known) is None and value is None:
            return "if it belongs to the text before it, put that whole text in quotes: a comma ends a value within { }"
        return choose(str(place[-1]), known, "known keys")

    def value_at(self, place: Place) -> Any:
        here: Any = self.data
        for step in place:
            try:
                here = here[step]
            except (KeyError, IndexError, TypeError):
                return None
        return here

    def mend_one(self, error: ErrorDetails, slips: set[Place | None]) -> None:
        place: Place = error["loc"][:-1] if error["loc"] and error["loc"][-1] == "[key]" else error["loc"]
        parent = self.value_at(place[:-1])
        if error["type"] == "extra_forbidden" and isinstance(parent, dict):
            meant = self.meant(place)
            value = parent.pop(str(place[-1]), None)
            if meant is not None:
                parent[str(meant[-1])] = value
                self.rename_lines(place, meant)
            return
        if error["type"] == "missing" and place in slips:
            return
        written = isinstance(parent, dict) and place[-1] in parent
        if isinstance(parent, dict) and written and place not in self.reading.mended:
            del parent[str(place[-1])]
        elif isinstance(parent, dict | list) and place and place not in self.reading.sampled:
            self.reading.sampled.add(place)
            parent[place[-1]] = sample(type_at(self.model, place))  # type: ignore[index]
        elif len(place) > 1:
            self.give_up(place[:-1])
        self.reading.mended.add(place)

    def rename_lines(self, place: Place, meant: Place) -> None:
        for other, line in list(self.document.lines.items()):
            if other[: len(place)] == place:
                self.document.lines[(*meant, *other[len(place) :])] = line

    def give_up(self, place: Place) -> None:
        """What stands at the place cannot be mended from within: take it out, and next time all that holds it."""
        parent = self.value_at(place[:-1])
        if place in self.reading.mended and len(place) > 1:
            self.give_up(place[:-1])
            return
        self.reading.mended.add(place)
        if isinstance(parent, dict):
            parent.pop(str(place[-1]), None)
        elif isinstance(parent, list):
            parent[int(place[-1])] = sample(type_at(self.model, place))
