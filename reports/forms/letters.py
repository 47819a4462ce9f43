"""Which letters the PDF's fonts can set: a box stands for what they lack, as an accessible PDF holds no unknown glyph."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from typing import Any

import orjson
import typst

FONT = "Libertinus Serif"
BOX = "\u25a1"
_KNOWN: dict[str, bool] = dict.fromkeys(map(chr, range(32, 127)), True)
_PROBE = f'#set document(title: "probe")\n#set text(font: "{FONT}")\n#for word in json(bytes(sys.inputs.words)) [#word ]'.encode()
_LARGEST = 20_000


def only_printable(value: Any) -> Any:
    """The same JSON value with every letter that cannot be set replaced by a box; lines of controls become spaces."""
    letters = {letter for text in _texts(value) for letter in text}
    _learn(sorted(letters - _KNOWN.keys())[:_LARGEST])
    if all(_KNOWN.get(letter, False) for letter in letters):
        return value
    return _mended(value)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, item in value.items():
            if name not in {"svg", "picture"}:
                yield from _texts(item)
            elif name == "svg":
                yield item  # a string of its own, whose letters are set in the same font
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _texts(item)


def _mended(value: Any) -> Any:
    if isinstance(value, str):
        return "".join(letter if _KNOWN.get(letter, False) else " " if letter in "\n\r\t" else BOX for letter in value)
    if isinstance(value, dict):
        return {name: item if name == "picture" else _mended(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_mended(item) for item in value]
    return value


def _learn(letters: list[str]) -> None:
    """Try them all at once, and halves of them where that fails."""
    candidates = []
    for letter in letters:
        if unicodedata.category(letter) in {"Cc", "Cs", "Cn", "Co"} or unicodedata.bidirectional(letter) in {"LRO", "RLO", "PDF"}:
            _KNOWN[letter] = False
        else:
            candidates.append(letter)
    _halve(candidates)


def _halve(letters: list[str]) -> None:
    if not letters:
        return
    if _can_set(letters):
        _KNOWN.update(dict.fromkeys(letters, True))
    elif len(letters) == 1:
        _KNOWN[letters[0]] = False
    else:
        middle = len(letters) // 2
        _halve(letters[:middle])
        _halve(letters[middle:])


def _can_set(letters: list[str]) -> bool:
    try:
        typst.compile(
            _PROBE,
            ignore_system_fonts=True,
            sys_inputs={"words": orjson.dumps([f"n{letter}" for letter in letters]).decode()},
            pdf_standards=["a-2a"],
            timestamp=0,
        )
    except typst.TypstError:
        return False
    return True
