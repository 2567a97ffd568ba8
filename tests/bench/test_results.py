from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest

from bench.__main__ import Part
from bench.cards import JOBS, Job
from bench.results import FOLDER, NothingCommitted, Results, Section, committed_ratios
from bench.rounds import Burst, Sample
from bench.side_by_side import ratios, stage_table, tell
from server.images import Format

TABLE = Section("Cards", "Side by side.", ("", "ms"), [["Nameplate", "1.0"], ["CairoSVG", "9.0"]])


def test_a_section_is_a_heading_a_text_and_a_table() -> None:
    assert TABLE.to_markdown() == (
        "## Cards\n\nSide by side.\n\n|  | ms |\n| --- | ---: |\n| Nameplate | 1.0 |\n| CairoSVG | 9.0 |"
    )


def test_what_another_command_printed_stands_as_it_is() -> None:
    assert Section("Text", "", printed="one  1\ntwo  2\n").to_markdown() == "## Text\n\n```\none  1\ntwo  2\n```"


def test_the_page_names_the_machine_and_the_command() -> None:
    page = Results({"processor": "Abacus, 2 cores"}, "python -m bench", [TABLE]).to_markdown()
    assert "| processor | Abacus, 2 cores |" in page
    assert "`python -m bench`" in page
    assert page.endswith(TABLE.to_markdown() + "\n")


def test_written_ratios_are_what_the_next_run_is_held_to(tmp_path: Path) -> None:
    results = Results({}, "", [TABLE], {"flat png": 12.3456})
    results.write(tmp_path / "results.md", tmp_path / "results.json")
    assert committed_ratios(tmp_path / "results.json") == {"flat png": 12.35}
    assert (tmp_path / "results.md").read_text() == results.to_markdown()


def test_a_check_before_the_first_run_says_so(tmp_path: Path) -> None:
    with pytest.raises(NothingCommitted, match="make bench"):
        committed_ratios(tmp_path / "results.json")


def test_the_docs_name_every_part_of_the_bench() -> None:
    page = (FOLDER.parent / "docs/speed.md").read_text()
    assert f"({', '.join(get_args(Part))})" in page


def test_the_committed_results_guard_every_card() -> None:
    assert set(committed_ratios()) == {str(job) for job in JOBS}


def test_a_stage_that_not_all_have_leaves_its_place_empty() -> None:
    stages, rows = stage_table({"flat png": {"paint": 1.0, "encode": 2.25}, "odd": {"paint": 3.0, "stitch": 0.5}})
    assert stages == ["paint", "encode", "stitch"]
    assert rows == [["flat png", "1.00", "2.25", ""], ["odd", "3.00", "", "0.50"]]


def test_an_overview_leaves_out_who_cannot_write_a_format() -> None:
    png, jpg = Job("flat", Format.PNG), Job("flat", Format.JPG)
    one = [Burst(Sample(3, 3, 10_000), [Sample(2, 1, 10_000, {"paint": 1.0})])]
    four = [Burst(Sample(5, 5, 20_000), [Sample(2, 4, 20_000)])]
    sections = tell({png: {"Nameplate": one, "CairoSVG": four}, jpg: {"Nameplate": one}})
    assert sections[0].columns == ("card", "Nameplate", "CairoSVG")
    assert sections[0].rows == [["flat png", "1.0", "4.0"], ["flat jpg", "1.0", ""]]
    assert sections[1].rows[1] == ["CairoSVG", "2.0", "2.0", "5.0", "4.0", "4.00", "20"]
    assert ratios({png: {"Nameplate": one, "CairoSVG": four}}) == {"flat png": 4}
