from __future__ import annotations

from datetime import date

import pytest

from server.catalog.manifest import Param, ParamType, read_manifest
from server.errors import BrokenTemplate


def broken(text: str) -> BrokenTemplate:
    with pytest.raises(BrokenTemplate) as caught:
        read_manifest("card", text)
    return caught.value


def test_an_empty_manifest_has_defaults_for_everything() -> None:
    manifest = read_manifest("card", "")
    assert manifest.background == "#ffffff"
    assert manifest.params == {}


def test_a_param_is_text_until_said_otherwise() -> None:
    assert read_manifest("card", "[params.name]").params["name"].type is ParamType.TEXT


def test_an_unknown_entry_is_refused_with_its_line() -> None:
    error = broken('title = "Card"\n\n[params.name]\ndefualt = "x"\n')
    assert (error.file, error.line) == ("manifest.toml", 4)
    assert "params.name.defualt" in str(error)


def test_broken_toml_says_its_line() -> None:
    assert broken('title = "Card"\nalt = \n').line == 2


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('[params.level]\ntype = "choice"', "choices"),
        ('[params.level]\nchoices = ["a"]', "choices go with"),
        ('[params.level]\ntype = "choice"\nchoices = ["a"]\ndefault = "b"', "not-a-choice"),
        ('[params.n]\ntype = "number"\nmin = 5\nmax = 1', "min is greater"),
        ('[params.n]\ntype = "number"\ndefault = "many"', "not-a-number"),
        ('[params.n]\ntype = "number"\nmax = 10\ndefault = 11', "out-of-range"),
        ('[params.n]\ntype = "number"\nmin = nan', "finite"),
        ('[params.f]\ntype = "flag"\nsample = "maybe"', "not-a-flag"),
        ('[params.c]\ntype = "color"\ndefault = "url(#x)"', "not-a-color"),
        ('[params.n]\ntype = "number"\nclean = "person"', 'go with type = "text"'),
        ('[params.n]\nclean = "name"', "clean"),
        ('[params.n]\npart = "first"', 'goes with clean = "person"'),
        ('[params.n]\nlegal_form = "drop"', 'goes with clean = "company"'),
        ('[params.n]\nclean = "company"\nlocale = "tr"', "locale goes with"),
        ('[params.n]\nclean = "person"\nlocale = "Türkçe"', "locale"),
        ("x = " + "[" * 5000, "nested too deep"),
        ("x = " + "9" * 5000, "too long"),
        ("[params.First_Name]", "no param name"),
        ('aliases = ["Web Inar"]', "no template name"),
        ('retired = ["name"]\n[params.name]', "used twice"),
        ('[params.a]\naliases = ["b"]\n[params.b]', "used twice"),
        ('background = "white"', "background"),
    ],
)
def test_contradictions_are_refused_with_a_sentence(text: str, says: str) -> None:
    assert says in str(broken(text))


def test_a_bound_is_the_number_that_was_written() -> None:
    assert [str(bound) for bound in Param(type=ParamType.NUMBER, min=0, max=100).number_bounds()] == ["0", "100"]


def test_a_date_may_be_written_as_toml_writes_dates() -> None:
    day = read_manifest("card", '[params.day]\ntype = "date"\ndefault = 2027-12-31').params["day"]
    assert day.default_value == date(2027, 12, 31)


def test_style_never_opens() -> None:
    assert not Param(type=ParamType.COLOR).may_be_open


def test_a_picture_opens_only_where_its_hosts_are_listed() -> None:
    assert not Param(type=ParamType.IMAGE).may_be_open
    assert Param(type=ParamType.IMAGE, hosts=("logos.example.com",)).may_be_open


def test_a_number_is_always_bounded() -> None:
    low, high = Param(type=ParamType.NUMBER).number_bounds()
    assert low.is_finite()
    assert high.is_finite()
