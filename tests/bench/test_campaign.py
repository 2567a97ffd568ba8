"""A campaign draws every shipped template, for other people each time."""

from __future__ import annotations

from bench.campaign import _name, _people_of, _samples_of, shipped_templates


def test_every_shipped_template_but_the_plainest_is_there() -> None:
    names = {template.name for template in shipped_templates()}
    assert {"webinar", "email-header", "certificate", "listing", "profile-card"} <= names


def test_nobody_comes_twice_and_nothing_falls_back() -> None:
    assert len({_name(number) for number in range(400)}) == 400
    for template in shipped_templates():
        for everybody, reasons in ((_samples_of(template), set()), ({}, {"missing"})):
            people = _people_of(template, everybody)
            assert {fallback.reason for fallback in people(0)[0].fallbacks} <= reasons
            assert people(0)[0].key != people(1)[0].key
