"""The shape of the form: which block, and which words, stand at a place; and a sample value where one must be put in."""

from __future__ import annotations

import types
from enum import Enum
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

from premises.sitefile.text import Place

_SAMPLES: tuple[Any, ...] = (1, "x", "fr", "FR", "EUR", "2000-01-01", "00:00", "1 h", True, [], {})


def _bare(annotation: Any) -> Any:
    """The type without Annotated and without None."""
    while get_origin(annotation) is Annotated:
        annotation = get_args(annotation)[0]
    if get_origin(annotation) in (Union, types.UnionType):
        members = [member for member in get_args(annotation) if member is not type(None)]
        return _bare(members[0])
    return annotation


def type_at(model: type[BaseModel], place: Place) -> Any:
    """The type that the form expects at the place (`[key]` at its end: of the key itself); None where it expects nothing."""
    if place and place[-1] == "[key]":
        holder = _bare(type_at(model, place[:-2]))
        return get_args(holder)[0] if get_origin(holder) is dict else None
    here: Any = model
    for step in place:
        here = _bare(here)
        arguments = get_args(here)
        if isinstance(here, type) and issubclass(here, BaseModel):
            field = here.model_fields.get(str(step))
            if field is None:
                return None
            here = _typed(field)
        elif get_origin(here) in (tuple, list) and isinstance(step, int):
            here = arguments[0]
        elif get_origin(here) is dict:
            here = arguments[1]
        else:
            return None
    return here


def _typed(field: FieldInfo) -> Any:
    return Annotated[(field.annotation, *field.metadata)] if field.metadata else field.annotation


def keys_at(model: type[BaseModel], place: Place) -> tuple[str, ...]:
    """Keys that a block at the place may have."""
    here = _bare(type_at(model, place))
    return tuple(here.model_fields) if isinstance(here, type) and issubclass(here, BaseModel) else ()


def words_at(model: type[BaseModel], place: Place) -> tuple[str, ...]:
    """Words that a value at the place may be, where the form knows only those."""
    here = _bare(type_at(model, place))
    return tuple(str(member.value) for member in here) if isinstance(here, type) and issubclass(here, Enum) else ()


def meaning_at(model: type[BaseModel], place: Place) -> str:
    """What the form says about the key at the place; "" where it says nothing."""
    here = _bare(type_at(model, place[:-1])) if place else None
    if isinstance(here, type) and issubclass(here, BaseModel):
        field = here.model_fields.get(str(place[-1]))
        return (field.description or "").splitlines()[0] if field and field.description else ""
    return ""


def sample(annotation: Any) -> Any:
    """Some value that the type takes, so that reading goes on after a fault; None where none of the samples fits."""
    here = _bare(annotation)
    if isinstance(here, type) and issubclass(here, BaseModel):
        return {name: sample(_typed(field)) for name, field in here.model_fields.items() if field.is_required()}
    if isinstance(here, type) and issubclass(here, Enum):
        return next(iter(here)).value
    if get_origin(here) is tuple:
        return [sample(get_args(here)[0])]
    adapter: TypeAdapter[Any] = TypeAdapter(annotation)
    for candidate in _SAMPLES:
        try:
            adapter.validate_python(candidate)
        except ValidationError:
            continue
        return candidate
    return None
