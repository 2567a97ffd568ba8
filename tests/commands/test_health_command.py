"""`nameplate health`: what it prints, in how many columns, and what it exits with."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from server.commands.health import BLOCKS, lines
from server.tally.book import HOUR, MINUTE, Book
from server.tally.reading import Cause, Fates, ParamFate, TemplateFate
from tests.support.running import nameplate


def fill(data: Path, *, before: int, now: int) -> None:
    """Of a hundred answers each, `before` fell back in each of the last hours and `now` in each of the last minutes."""
    this = int(time.time()) // MINUTE * MINUTE
    moments = {this - hour * HOUR: before for hour in range(2, 27)} | {this - i * MINUTE: now for i in range(1, 30)}
    of = {("answers", "webinar", "drawn"): 100}
    counts = {at: {**of, ("fallbacks", "webinar", "logo_url", "not-fetched"): n} for at, n in moments.items()}
    Book(data).add(counts, at=this)


def test_a_rise_is_told_and_exits_with_1(tmp_path: Path) -> None:
    fill(tmp_path, before=1, now=17)
    told = nameplate("health", data=tmp_path, check=False)
    assert told.returncode == 1
    assert "not-fetched" in told.stdout
    assert "17.0 %" in told.stdout
    assert "before 1.0 %" in told.stdout
    assert "ROSE, above since" in told.stdout
    assert "1 share rose." in told.stdout


def test_what_was_always_so_exits_with_0(tmp_path: Path) -> None:
    fill(tmp_path, before=17, now=17)
    told = nameplate("health", data=tmp_path, check=False)
    assert (told.returncode, "Nothing rose." in told.stdout) == (0, True)


@pytest.mark.parametrize(
    ("flags", "port"), [(("--since", "tomorrow"), "1"), (("--nonsense",), "1"), (("surplus",), "1"), ((), "many")]
)
def test_what_is_asked_wrongly_exits_with_2(tmp_path: Path, flags: tuple[str, ...], port: str) -> None:
    told = nameplate("health", *flags, data=tmp_path, check=False, NAMEPLATE_PORT=port)
    assert told.returncode == 2
    assert "Traceback" not in told.stderr


def test_counts_that_cannot_be_read_exit_with_2(tmp_path: Path) -> None:
    fill(tmp_path, before=1, now=1)
    (tmp_path / "tally" / "counts.sqlite3").write_bytes(b"noise" * 1000)
    told = nameplate("health", data=tmp_path, check=False)
    assert (told.returncode, "move it away" in told.stderr) == (2, True)


def test_a_first_day_has_nothing_to_be_compared_with(tmp_path: Path) -> None:
    this = int(time.time()) // MINUTE * MINUTE
    Book(tmp_path).add({this - MINUTE: {("answers", "webinar", "drawn"): 100}}, at=this)
    told = nameplate("health", data=tmp_path)
    assert "webinar: 100 requests  no earlier day to compare with" in told.stdout
    assert "cannot be told: no earlier day to compare with." in told.stdout
    assert "Nothing rose" not in told.stdout
    assert json.loads(nameplate("health", "--json", data=tmp_path).stdout)["healthy"] is None


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        (("--template", "webinr"), "did you mean webinar?"),
        (("--param", "logo_ulr"), "did you mean logo_url?"),
        (("--template", "webinar", "--param", "frist_name"), "webinar has no param frist_name"),
        (("--template", "hello", "--param", "logo_url"), "hello has no param logo_url"),
        (("--template", "zzz"), "there are: "),
    ],
)
def test_a_name_that_nothing_has_exits_with_2(tmp_path: Path, flags: tuple[str, ...], said: str) -> None:
    fill(tmp_path, before=1, now=1)
    told = nameplate("health", *flags, data=tmp_path, check=False)
    assert (told.returncode, told.stdout, said in told.stderr) == (2, "", True)


def test_a_name_that_was_counted_is_known_without_its_template(tmp_path: Path) -> None:
    this = int(time.time()) // MINUTE * MINUTE
    fell = {("answers", "gone", "drawn"): 50, ("fallbacks", "gone", "motto", "empty"): 5}
    Book(tmp_path).add({this - HOUR * hour: fell for hour in range(5)}, at=this)
    assert "motto" in nameplate("health", "--template", "gone", "--param", "motto", data=tmp_path).stdout
    assert "motto" in nameplate("health", "--param", "motto", data=tmp_path).stdout


def test_a_name_of_the_catalog_is_known_before_it_was_counted(tmp_path: Path) -> None:
    for flags in (("--template", "webinar"), ("--param", "first_name"), ("--param", "*scale")):
        told = nameplate("health", *flags, data=tmp_path)
        assert "nothing to compare" in told.stdout


def test_where_nothing_was_counted_it_says_so(tmp_path: Path) -> None:
    told = nameplate("health", data=tmp_path)
    assert "nothing was counted yet" in told.stdout
    assert not (tmp_path / "tally").exists()  # reading makes nothing


def test_there_are_no_colours_where_there_is_no_terminal(tmp_path: Path) -> None:
    fill(tmp_path, before=1, now=17)
    assert "\x1b" not in nameplate("health", data=tmp_path, check=False, NO_COLOR="").stdout


def test_help_shows_examples_and_exit_codes() -> None:
    told = nameplate("health", "--help").stdout
    assert "nameplate health --since 10:02" in told
    assert "Exits with 0" in told


def test_it_fits_into_eighty_columns() -> None:
    widest = Cause(
        "too-many-pictures", 123_456_789, 1.0, 1.0, rose=True, rose_since="2026-11-22T10:02+00:00", exact_to="hour"
    )
    param = ParamFate("a_param_of_20_signs_", 123_456_789, 1.0, (widest,) * 9, (1.0, None) * 12)
    template = TemplateFate("a-template-of-a-name-of-some-length", 10**9, 10**9, 10**9, 10**9, (param,), (widest,))
    fates = Fates(
        "2026-11-22T11:00+00:00", "2026-11-22T10:00+00:00", "", "minute", healthy=False, templates=(template,)
    )
    told = [line.plain for line in lines(fates)]
    assert max(map(len, told)) <= 80
    assert any("and 3 more reasons" in line for line in told)


def test_the_plot_has_a_sign_for_each_hour() -> None:
    param = ParamFate("name", 1, 0.5, (), (None, 0.0, 0.5, 1.0))
    template = TemplateFate("card", 2, 2, 2, 2, (param,), ())
    told = "\n".join(line.plain for line in lines(Fates("", "", "", "minute", healthy=True, templates=(template,))))
    assert f"·{BLOCKS[0]}{BLOCKS[4]}{BLOCKS[7]}" in told
