"""A template fills in fields and can do nothing else; what is wrong with it is told so that its writer can mend it."""

from __future__ import annotations

import datetime as dt
import time
import tomllib
from decimal import Decimal
from pathlib import Path

import pytest

from leadbook.documents.sandbox import TextTemplate, fill_in
from leadbook.documents.template_faults import field_names, nearest_name
from leadbook.model.issues import InputError

CONTEXT = {
    "lead": {"company": "Alder & Sons", "amount": Decimal("12.50"), "items": "x", "_secret": "no", "blank": ""},
    "rep": {"name": "Ida"},
    "lines": [{"product": "Gauge", "n": 1}, {"product": "Sieve", "n": 2}],
    "day": dt.date(2026, 11, 20),
}

FILLED = [
    ("Dear {{ lead.company }}", "Dear Alder & Sons"),
    ("{{ lead['company'] }}", "Alder & Sons"),
    ("{{ lead.items }}", "x"),  # a field that is called like something every dict has
    ("{{ lead.amount * 2 }} {{ day }}", "25.00 2026-11-20"),
    (
        "{% for l in lines %}{{ loop.index }}/{{ loop.length }} {{ l.product|upper }};{% endfor %}",
        "1/2 GAUGE;2/2 SIEVE;",
    ),
    ("{% if lead.nothing is defined %}a{% else %}b{% endif %}", "b"),
    ("{{ lead.nothing|default('none') }}", "none"),
    ("a{% set x = lead.company ~ '!' %}{{ x }}", "aAlder & Sons!"),
    ("{{ ['a', 'b']|join(', ') }} {{ 2.345|round(1) }}", "a, b 2.3"),
    ("{{ lines[1].product }} {{ lead.company[:5] }}", "Sieve Alder"),
    ("one\n{% if lead.company %}\ntwo\n{% endif %}\nthree\n", "one\ntwo\nthree\n"),
]

MISSPELT = [
    ("{{ lead.compny }}", "x.txt, line 1: there is no field lead.compny; did you mean lead.company?"),
    ("\n\n{{ leed.company }}", "x.txt, line 3: there is no field leed; did you mean lead?"),
    ("{{ company }}", "x.txt, line 1: there is no field company; did you mean lead.company?"),
    ("\n{% for l in lines %}{{ l.prodct }}{% endfor %}",
     "x.txt, line 2: there is no field l.prodct; did you mean l.product?"),
    ("{{ qqq }}", "x.txt, line 1: there is no field qqq; there are lead, rep, lines, day."),
    ("{{ lead.company.name }}",
     "x.txt, line 1: there is no field lead.company.name: lead.company has no fields of its own."),
    ("{{ rep.name|uper }}", 'x.txt, line 1: there is no filter "uper"; did you mean "upper"?'),
    ("{% if lead.company %}", "x.txt, line 1: {% if %} is opened and never closed; write {% endif %} where it ends."),
    ("{{ lead }}", "x.txt, line 1: a group of fields stands where one field must; name one of them (company"),
    ("{{ lines }}", "x.txt, line 1: a list stands where one field must; go through it with {% for %}."),
    ("{{ 1 / 0 }}", "x.txt, line 1: something is divided by zero."),
    ("{{ lead.company + 1 }}", 'x.txt, line 1: "+" works between two numbers only.'),
    ("{{ lead.blank.x }}", "x.txt, line 1: there is no field lead.blank.x"),
]  # fmt: skip

CORPUS = tomllib.loads((Path(__file__).parent / "corpus" / "templates.toml").read_text(encoding="utf-8"))
HOSTILE = [
    *CORPUS["refused"],
    *(
        part["begins"] + part["repeated"] * part["times"] + part["then"] + part["closed"] * part["times"] + part["ends"]
        for part in CORPUS["repeated"]
    ),
]


@pytest.mark.parametrize(("template", "text"), FILLED)
def test_fields_are_filled_in(template: str, text: str):
    assert fill_in(template, CONTEXT, file="x.txt") == text


@pytest.mark.parametrize(("template", "sentence"), MISSPELT)
def test_a_mistake_is_told_with_its_line_and_the_nearest_name(template: str, sentence: str):
    with pytest.raises(InputError) as told:
        fill_in(template, CONTEXT, file="x.txt")
    assert str(told.value).startswith(sentence)


@pytest.mark.parametrize("template", HOSTILE)
def test_a_template_can_do_nothing_but_fill_in(template: str):
    began = time.process_time()
    with pytest.raises(InputError) as told:
        fill_in(template, CONTEXT, file="x.txt")
    assert time.process_time() - began < 3
    assert str(told.value).startswith("x.txt")
    assert "\n" not in str(told.value)
    assert " object at 0x" not in str(told.value)


def test_the_limits_hold_for_each_document_alone():
    template = TextTemplate("{% for a in lines %}" * 12 + "x" + "{% endfor %}" * 12, file="x.txt")
    assert [len(template.fill(CONTEXT)) for _ in range(30)] == [2**12] * 30


def test_a_cell_that_looks_like_a_template_is_text():
    assert fill_in("{{ a }}", {"a": "{{ b }} {% if %}"}, file="x.txt") == "{{ b }} {% if %}"


def test_a_cell_that_looks_like_markup_is_escaped_where_it_must():
    cell = {"a": '<script>"&'}
    assert fill_in("{{ a }} {{ a ~ '<b>' }}", cell, file="x", autoescape=True).count("<") == 0
    assert fill_in("{{ a }}", cell, file="x") == '<script>"&'


def test_a_head_that_was_taken_off_is_counted():
    with pytest.raises(InputError, match="line 8: "):
        TextTemplate("a\n{{ b }}", file="x", first_line=7).fill({})


def test_every_field_has_a_name():
    assert field_names({"lead": {"a": 1}, "lines": [{"b": 2}, {"c": 3}]}) == ["lead", "lead.a", "lines", "lines[].b"]


@pytest.mark.parametrize(("wanted", "near"), [("lead.compny", "lead.company"), ("rep.email", ""), ("zzz", "")])
def test_only_a_near_name_is_offered(wanted: str, near: str):
    assert nearest_name(wanted, ["lead.company", "lead.amount"]) == near
