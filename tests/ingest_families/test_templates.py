"""Value templates of announced entities: what devices' own templates make of a message, and what no template can do."""

from __future__ import annotations

import time
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.families.ha_discovery.expressions import Program, TemplateError
from ingest.families.ha_discovery.reading import LONGEST
from ingest.families.ha_discovery.templates import template_of

MESSAGE: dict[str, Any] = {
    "temperature": 21.53,
    "text": "19,5",
    "state": "heat",
    "on": True,
    "off": False,
    "none": None,
    "list": [{"t": 1}, {"t": 2}],
    "deep": {"er": {"value": 5}},
    "total": 12500,
    "0x01": 7,
}


def made(template: str, message: Any = None) -> Any:
    document = MESSAGE if message is None else message
    return template_of(template).value(orjson.dumps(document).decode(), lambda: document)


@pytest.mark.parametrize(
    ("template", "value"),
    [
        ("{{ value_json.temperature }}", 21.53),
        ("{{ value_json['temperature'] | round(1) }}", 21.53),  # rounding is for people's eyes
        ("{{ value_json.list[1].t }}", 2),
        ("{{ value_json.list[-1]['t'] }}", 2),
        ("{{ value_json.get('temperature') }}", 21.53),
        ("{{ value_json.deep.er.value | float(0) | multiply(0.1) }}", 0.5),
        ("{{ (value_json.total | float) / 1000 }}", 12.5),
        ("{{ (value_json.total / 1000) | round(2) }}", 12.5),
        ("{{ value_json.temperature * 9 / 5 + 32 }}", 70.754),
        ("{{ 100 - value_json.deep.er.value }}", 95),
        ("{{ -value_json.total // 1000 }}", -13),
        ("{{ value_json['0x01'] }}", 7),
        ("{% if value_json.temperature is defined %}{{ value_json.temperature }}{% else %}0{% endif %}", 21.53),
        ("{% if value_json.on %}ON{% else %}OFF{% endif %}", True),
        (
            "{%- if value_json.total > 20000 -%}high{%- elif value_json.total > 10000 -%}middle{%- else -%}low{%- endif -%}",
            "middle",
        ),
        ("{{ 'ON' if value_json.state == 'heat' and not value_json.off else 'OFF' }}", True),
        ("{{ 'open' if value_json.state in ['heat', 'cool'] else 'closed' }}", "open"),
        ("{{ iif(value_json.on, 'a', 'b') }}", None),  # a function: not known here
        ("{{ value_json.on | iif('a', 'b') }}", "a"),
        ("{% set t = value_json.temperature %}{{ t + 1 }}", 22.53),
        ("{{ value_json.state ~ '/' ~ value_json.total }}", "heat/12500"),
        ("{{ value_json.missing | default(0) }}", None),  # a default is no reading: a gap is never zero
        ("{{ value_json.missing | float(0) }}", None),
        ("{{ value_json.missing + 1 }}", None),
        ("{{ value_json.none | float }}", None),
        ("{{ states('sensor.other') | float }}", None),
        ("{% if value_json.missing is defined %}{{ value_json.missing }}{% else %}{{ states('sensor.other') }}{% endif %}", None),
        ("{{ value_json.total / 0 }}", None),
        ("{{ value_json.state * 2 }}", None),
        ("{{ value_json.temperature | unheard_of }}", None),
        ("{{ ''.__class__.__mro__[1].__subclasses__() }}", None),
        ("{{ cycler.__init__.__globals__.os.popen('id').read() }}", None),
        ("{{ value_json.__class__ }}", None),
        ("{% for x in value_json.list %}{{ x }}{% endfor %}", None),
    ],
)
def test_a_template_gives_what_the_message_says_and_nothing_else(template: str, value: object) -> None:
    told = made(template)
    assert told == (pytest.approx(value) if isinstance(value, float) else value)


def test_a_bare_payload_is_worked_with_too() -> None:
    assert template_of("{{ value | float | multiply(0.001) | round(3) }}").value("3300", lambda: None) == 3.3
    assert template_of("{{ value | int / 10 }}").value("215", lambda: None) == 21.5
    assert template_of("{% if value == 'on' %}ON{% else %}OFF{% endif %}").value("on", lambda: None) is True


@given(st.text(alphabet=st.sampled_from(list("{}%|()[].,'\"~+-*/<>=! \nvalue_jsonif019")), max_size=120) | st.text(max_size=60))
def test_any_text_is_a_template_or_none(text: str) -> None:
    for source in (text, "{{" + text + "}}", "{% if " + text + " %}1{% endif %}"):
        template_of(source).value("1", lambda: MESSAGE)


@pytest.mark.parametrize(
    "expression",
    [
        "(" * 500 + "1" + ")" * 500,
        "not " * 300 + "1",
        "-" * 700 + "1",
        "1" + "|abs" * 300,
        "1" + "+1" * 600,
        "value_json" + ".a" * 600,
        "a if " * 200 + "b",
        "9" * 1000,
        "'" + "a" * 400 + "'|replace('a','" + "b" * 400 + "')|replace('b','" + "c" * 400 + "')",
        "[" * 300,
    ],
)
def test_no_template_is_too_much(expression: str) -> None:
    before = time.process_time()
    told = made("{{ " + expression + " }}")
    assert not isinstance(told, str) or len(told) <= 1024
    assert time.process_time() - before < 1.0


def test_a_template_that_is_not_read_says_so() -> None:
    for source in ("{% for x in y %}{% endfor %}", "{{ 1 + }}", "{% if 1 %}", "{{ 'a }}", "x" * (LONGEST + 1)):
        with pytest.raises(TemplateError):
            Program(source)
