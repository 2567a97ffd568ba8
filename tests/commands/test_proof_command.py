"""`nameplate proof` as people run it: a list of three hundred generated rows through two templates."""

from __future__ import annotations

import csv
import io
import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from PIL import Image

from server.proof import survey
from tests.support.running import nameplate

FIRST = ["Sarah", "José", "Zoë", "Wojciech", "Екатерина", "فاطمة", "美咲", "Anne-Sophie", "D’Andre", "Oluwaseun"]
COMPANIES = ["Acme", "Ben & Jerry’s", "Søstrene Grene", "株式会社あおば製作所", "de Bijenkorf B.V."]
HOSTILE = '"><script>alert(1)</script>{{ 7*7 }}{% raw %}'
ROWS = 300


def rows() -> list[tuple[str, str, str]]:
    """Every tenth has no first name, every fiftieth a tag that was left, and some are worse."""
    made = []
    for number in range(ROWS):
        first = f"{FIRST[number % len(FIRST)]}"
        if number % 10 == 3:
            first = ""
        elif number % 50 == 7:
            first = "*|FNAME|*"
        made.append((f"someone{number}@example.com", first, f"{COMPANIES[number % 5]} {number % 7 or ''}".strip()))
    made[120] = (
        "a@example.com",
        "Maximiliane-Konstantina",
        "Featherstonehaugh, Cholmondeley & Daughters International",
    )
    made[121] = ("b@example.com", "Sarah", HOSTILE)
    return made


@pytest.fixture(scope="module")
def subscribers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("lists") / "subscribers.csv"
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerows([("Email Address", "FNAME", "Company Name"), *rows()])
    path.write_bytes(out.getvalue().encode("utf-16"))
    return path


class _Page(HTMLParser):
    """What a page has: its tags, and where its pictures come from."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.sources: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.sources += [value or "" for name, value in attrs if name in ("src", "href")]


def page_of(folder: Path) -> _Page:
    page = _Page()
    page.feed((folder / "proof.html").read_text())
    return page


def test_a_list_is_counted_and_its_worst_rows_are_shown(subscribers: Path, tmp_path: Path) -> None:
    out = tmp_path / "proof"
    done = nameplate(
        "proof", "webinar", "--csv", str(subscribers), "--out", str(out), "--json", "--cases", "9", data=tmp_path
    )
    told = json.loads(done.stdout)
    counts = {category["words"]: (category["rows"], category["of"]) for category in told["categories"]}
    assert counts["first name is missing"] == (sum(not first for _, first, _ in rows()), ROWS)
    assert counts["first name is a tag that was not filled in"] == (sum("*" in first for _, first, _ in rows()), ROWS)
    assert told["columns"] == {"first_name": ["FNAME"], "company": ["Company Name"]}
    assert told["rows"] == ROWS
    assert told["drawn"] == told["pictures"] < ROWS
    assert len(told["cases"]) == 9
    assert {"usual", "missing", "unmerged", "small"} <= {case["kind"] for case in told["cases"]}
    assert 121 in {case["row"] for case in told["cases"]}, "the long names are the smallest type of all"
    assert "Maximiliane" not in done.stdout + done.stderr
    assert sorted(path.name for path in out.iterdir()) == ["proof-1.png", "proof.html"]


COMPANY = "Featherstonehaugh, Cholmondeley & Daughters International"


def test_a_list_with_addresses_of_logos_is_judged_as_its_recipients_see_it(tmp_path: Path) -> None:
    """No address of this machine is ever fetched, so the one that is tried fails."""
    path = tmp_path / "list.csv"
    path.write_text(f'first_name,company,logo_url\nSarah,"{COMPANY}",http://127.0.0.1:9/logo.png\n')
    out = tmp_path / "proof"
    run = ("proof", "webinar", "--csv", str(path), "--out", str(out))
    said = nameplate(*run, data=tmp_path).stdout
    assert "The worst case of list.csv: what its 1 row does to this template." in said
    assert "1 of 1 address tried could not be fetched (address-refused 1)." in said
    assert "logo_url is not for a mail tool to fill in" in said
    assert "127.0.0.1" not in said
    assert "of 1 rows" not in said
    told = json.loads(nameplate(*run, "--json", data=tmp_path).stdout)
    assert not [found["words"] for found in told["categories"] if found["words"].startswith("logo:")]
    assert told["fetches"] == {"tried": 1, "failed": {"address-refused": 1}}


def test_what_cells_hold_is_text_in_sheet_and_page(subscribers: Path, tmp_path: Path) -> None:
    done = nameplate(
        "proof", "hello", "--csv", str(subscribers), "--map", "Company Name=name", "--out", str(tmp_path / "p")
    )
    assert "Columns: Company Name → name." in done.stdout
    page, text = page_of(tmp_path / "p"), (tmp_path / "p" / "proof.html").read_text()
    assert page.tags.count("script") == 1
    assert "&lt;script&gt;alert(1)&lt;/script&gt;{{ 7*7 }}" in text
    assert all(source.startswith(("data:image/webp;base64,", "#")) for source in page.sources)
    assert page.tags.count("img") == page.tags.count("figure") > 5
    policy = re.search(r"Content-Security-Policy\" content=\"([^\"]+)", text)
    assert policy is not None
    assert "default-src 'none'" in policy[1]
    assert "unsafe" not in policy[1]


def test_without_a_list_every_case_of_the_template_is_drawn(tmp_path: Path) -> None:
    out = tmp_path / "proof"
    out.mkdir()
    (out / "proof-9.png").write_bytes(b"of an earlier proof")
    (out / "proof-of-purchase.png").write_bytes(b"somebody's own")
    done = nameplate("proof", "hello", "--out", str(out), data=tmp_path)
    names = {path.name for path in out.iterdir()}
    assert {"proof-1.png", "proof.html", "proof-of-purchase.png"} <= names
    assert "proof-9.png" not in names
    assert all(str(out / name) in done.stdout for name in names - {"proof-of-purchase.png"})
    with Image.open(out / "proof-1.png") as sheet:
        assert sheet.width == 1800
        assert sheet.height <= 2546
        assert len(sheet.convert("RGB").getcolors(1 << 24) or []) > 1000


def test_a_template_that_needs_a_value_is_shown_as_its_stand_in(tmp_path: Path) -> None:
    told = json.loads(nameplate("proof", "event-ticket", "--out", str(tmp_path), "--json", "--cases", "3").stdout)
    assert [case["template"] for case in told["cases"]][:2] == ["event-ticket", "event-banner"]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("webinr",), "did you mean webinar?"),
        (("webinar", "--csv", "nothing.csv"), "cannot be read"),
        (("webinar", "--csv", "shoes.csv"), '--map "COLUMN=PARAM"'),
        (("webinar", "--csv", "shoes.csv", "--map", "size"), "COLUMN=PARAM"),
        (("webinar", "--csv", "shoes.csv", "--map", "Siez=company"), "did you mean Size?"),
        (("webinar", "--csv", "book.xlsx"), "save it as CSV"),
        (("webinar", "--csv", "empty.csv"), "no rows"),
        (("webinar", "-p", "evnt=x"), "did you mean event?"),
    ],
)
def test_what_cannot_be_done_is_one_sentence_and_nothing_is_written(
    arguments: tuple[str, ...], says: str, tmp_path: Path
) -> None:
    (tmp_path / "shoes.csv").write_text("Size,Colour\n42,red\n")
    (tmp_path / "empty.csv").write_text("first_name\n\n")
    (tmp_path / "book.xlsx").write_bytes(b"PK\x03\x04 and so on")
    placed = [str(tmp_path / word) if word.endswith((".csv", ".xlsx")) else word for word in arguments]
    done = nameplate("proof", *placed, "--out", str(tmp_path / "out"), data=tmp_path / "data", check=False)
    assert done.returncode == 1
    assert says in done.stderr
    assert done.stderr.startswith("nameplate: ")
    assert done.stderr.count("\n") == 1
    assert not (tmp_path / "out").exists()


def test_the_sample_is_said_where_not_every_picture_was_drawn(
    subscribers: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from server.cli import run

    monkeypatch.setattr(survey, "SAMPLE", 3)
    monkeypatch.setattr(survey, "PER_CATEGORY", 1)
    with pytest.raises(SystemExit):
        run(["proof", "hello", "--csv", str(subscribers), "--map", "FNAME=name", "--out", str(tmp_path / "p"),
             "--data", str(tmp_path / "data")])  # fmt: skip
    said = capsys.readouterr().out
    assert re.search(r"300 rows read\. They make \d+ different pictures, of which \d+ were drawn", said)
    assert "drawn rows: text 2" in said
