"""How mail tools write a value into a link: the table, what becomes of it on its way, and what the docs say of it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from server.catalog.resolve import resolve
from server.catalog.spec import RenderSpec
from server.errors import UnfitValue
from server.report import Reason
from server.urls.keys import Key, KeyRing
from server.urls.mail_tools import MAIL_TOOLS, MAILCHIMP_TAG_LENGTH, Filled, MailTool, find_tool, with_tags
from server.urls.request import parse_request
from server.urls.signing import sign_target
from server.urls.target import parse_path
from server.values.merge_tags import is_unmerged
from tests.support.shipped import DRAWING, templates

RING = KeyRing((Key("k1", b"\x01" * 32),))
WEBINAR = next(template for template in templates() if template.name == "webinar")
PARAMS = ("first_name", "last_name", "name", "full_name", "company", "city", "speaker_name", "ends")

every_tool = pytest.mark.parametrize("tool", MAIL_TOOLS.values(), ids=list(MAIL_TOOLS))


def sign(target: str, *open_params: str) -> str:
    return sign_target(
        target,
        declared_of=lambda _: WEBINAR.query_names,
        ring=RING,
        open_params=open_params,
        public_url="https://img.example.com",
        is_unmerged=is_unmerged,
    )


def tagged(typed: str, open_params: list[str], tool: MailTool) -> str:
    return with_tags(typed, open_params, tool, WEBINAR.query_names)[0]


def drawn(link: str) -> RenderSpec:
    """What the server draws for a link, sent as a browser would send it."""
    path, _, query = link.removeprefix("https://img.example.com").partition("?")
    return resolve(parse_request(parse_path(path), query.encode(), WEBINAR.query_names), WEBINAR, DRAWING)


@every_tool
@pytest.mark.parametrize("param", PARAMS)
def test_a_tag_that_nobody_filled_in_is_seen_to_be_one(tool: MailTool, param: str) -> None:
    assert is_unmerged(tool.tag_of(param))
    spec = drawn(sign(f"webinar.png?first_name={tool.tag_of(param)}", "first_name"))
    assert {found.reason for found in spec.fallbacks} == {Reason.UNMERGED}


@every_tool
def test_editors_that_parse_urls_leave_the_tags_alone(tool: MailTool) -> None:
    """The URL Standard encodes these in a query, and cuts at a #. Customer.io needs its two quotes."""
    for param in PARAMS:
        tag = tool.tag_of(param).replace("default:''", "") if tool.name == "customer-io" else tool.tag_of(param)
        assert not set(" \"#<>'&+\t\n") & set(tag), tag


@every_tool
def test_a_whole_name_is_first_and_last(tool: MailTool) -> None:
    link = sign(f"webinar.png?first_name={tool.tag_of('name')}", "first_name")
    filled = link.replace(tool.tag_of("first_name"), "Sarah").replace(tool.tag_of("last_name"), "Whitfield")
    assert drawn(filled).mapping()["first_name"] == "Sarah Whitfield"
    without_last = link.replace(tool.tag_of("first_name"), "Sarah").replace(tool.tag_of("last_name"), "")
    assert drawn(without_last).mapping()["first_name"] == "Sarah"


def test_no_mailchimp_tag_is_longer_than_mailchimp_allows() -> None:
    for param in ("speaker_name", "a" * 40, "credential_label"):
        field = MAIL_TOOLS["mailchimp"].tag_of(param).removeprefix("*|URL:").removesuffix("|*")
        assert re.fullmatch(rf"[A-Z][A-Z0-9_]{{0,{MAILCHIMP_TAG_LENGTH - 2}}}[A-Z0-9]", field)


def test_tags_go_to_open_params_without_a_value_and_nowhere_else() -> None:
    tool = find_tool("Klaviyo")
    typed = "webinar.png?event=Pricing&company=*|COMPANY|*"
    made = tagged(typed, ["first_name", "company"], tool)
    assert made == f"{typed}&first_name={{{{first_name|urlencode}}}}"
    assert tagged("webinar", ["first_name"], tool) == "webinar?first_name={{first_name|urlencode}}"
    assert tagged("webinar.png?_open=cta", [], tool).endswith("&cta={{person.cta|urlencode}}")


@pytest.mark.parametrize("value", ["Sarah", "", "AT&T", "Zoë", "Zo%C3%AB+x", "50%25"])
def test_a_plain_value_of_an_open_param_is_replaced_where_it_stands(value: str) -> None:
    typed = f"webinar.png?event=A%26B+C&first_name={value}&date=12+März"
    made, filled = with_tags(typed, ["first_name"], find_tool("mailchimp"), WEBINAR.query_names, is_unmerged)
    assert made == "webinar.png?event=A%26B+C&first_name=*|URL:FNAME|*&date=12+März"
    assert filled == (Filled("first_name", "*|URL:FNAME|*", value),)


@pytest.mark.parametrize(
    "tag", ["*|FNAME|*", "{{first_name}}", "%FIRSTNAME%", "*%7CFNAME%7C*", "[FNAME]", "Hi+*|FNAME|*"]
)
def test_a_value_that_is_a_tag_stays_as_it_was_typed(tag: str) -> None:
    typed = f"webinar.png?first_name={tag}"
    assert with_tags(typed, ["first_name"], find_tool("klaviyo"), WEBINAR.query_names, is_unmerged) == (typed, ())


def test_only_standard_fields_are_sure() -> None:
    sure = {name: [param for param in PARAMS if tool.is_sure_of(param)] for name, tool in MAIL_TOOLS.items()}
    whole = ["first_name", "last_name", "name", "full_name"]
    with_company = [*whole, "company"]
    assert sure.pop("klaviyo") == sure.pop("hubspot") == sure.pop("activecampaign") == with_company
    assert sure.pop("braze") == [*whole, "city"]
    assert sure.pop("other") == []
    assert set(map(tuple, sure.values())) == {tuple(whole)}


def test_a_tool_without_open_params_and_an_unknown_one_are_refused_with_the_cure() -> None:
    with pytest.raises(UnfitValue, match="--open first_name"):
        with_tags("webinar.png", [], find_tool("mailchimp"), WEBINAR.query_names)
    with pytest.raises(UnfitValue, match="mailchimp, klaviyo"):
        find_tool("mailchump")


@pytest.fixture(scope="module")
def page(root: Path) -> str:
    return (root / "docs/mail-tools.md").read_text()


def test_the_table_in_the_docs_is_the_code(page: str) -> None:
    rows = re.findall(r"^\| (.+?) \| `([a-z-]+)` \| `(.+?)` \| `(.+?)` \| (yes|no) \|$", page, re.MULTILINE)
    found = [
        (title, name, first.replace("\\|", "|"), company.replace("\\|", "|"), is_encoded)
        for title, name, first, company, is_encoded in rows
    ]
    assert found == [
        (tool.title, tool.name, tool.tag_of("first_name"), tool.tag_of("company"), "yes" if tool.is_encoded else "no")
        for tool in MAIL_TOOLS.values()
    ]


def test_every_command_in_the_docs_prints_the_link_below_it(page: str) -> None:
    commands = re.findall(
        r'^ +nameplate sign "?([^" \n]+)"? --open (\S+) --tool (\S+)\n\n +(https://\S+k1\.)…$', page, re.MULTILINE
    )
    assert {tool for _, _, tool, _ in commands} == set(MAIL_TOOLS)
    assert len(commands) == page.count("nameplate sign ")
    for target, opened, tool, shown in commands:
        names = opened.split(",")
        link = sign(tagged(target, names, find_tool(tool)), *names)
        assert re.sub(r"[0-9a-f]{32}$", "", link) == shown


def test_no_tag_in_a_link_of_the_docs_has_a_space_in_it(root: Path) -> None:
    """Editors encode spaces, and then the tool finds no tag."""
    pages = [*(root / "docs").glob("*.md"), root / "README.md", root / "server/cli.py"]
    shown = re.compile(r"(?:nameplate sign|/i/)[^\n]*\{\{ |\{\{ [^}\n]*\| ?url")
    assert [(page.name, found[0]) for page in pages for found in shown.finditer(page.read_text())] == []


def test_every_tools_section_is_there(page: str) -> None:
    sections = re.findall(r"^## (.+)$", page, re.MULTILINE)
    assert sections[2:] == [tool.title for tool in MAIL_TOOLS.values() if tool.name != "other"] + ["Any other tool"]


def test_what_the_docs_say_of_missing_values_is_so(page: str) -> None:
    rows = re.findall(r"^\| .+? \| `first_name=(.*?)`( and 300 letters)? \| (.+?) \|$", page, re.MULTILINE)
    assert len(rows) == 8
    link = sign("webinar.png?first_name=TAG", "first_name")
    for value, is_long, shown in rows:
        raw = "La" * 150 if is_long else value.replace("\\|", "|")
        spec = drawn(link.replace("TAG", raw))
        said = re.search(r"\(`([a-z-]+)`\)", shown)
        assert [found.reason.value for found in spec.fallbacks] == ([said[1]] if said else []), value
        if not said:
            assert spec.mapping()["first_name"] == (value if shown == "the name" else shown)
