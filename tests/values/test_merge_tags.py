"""Raw merge tags are seen however they were encoded or broken off, and real names are never taken for one."""

from __future__ import annotations

import html
import re
import time
from collections.abc import Callable
from urllib.parse import quote, quote_plus

import pytest

from server.values.merge_tags import DIALECTS, Dialect, is_unmerged

TAGS = [example for dialect in DIALECTS for example in dialect.examples]

# Every tag of the platforms that people asked for, beyond the examples of the table.
MORE_TAGS = """
*|COMPANY|*
*|TITLE:FNAME|*
{{ organization|default:'' }}
{{ contact.my_property }}
{{{my_field}}}
{{customer.plan}}
{{custom_attribute.${company}}}
{{company.Company Name}}
%%My_Field%%
%FAVORITE%
%DEAL_TITLE%
%ORGNAME%
{{#urlEncode}}{{firstName}}{{/urlEncode}}
{{ subscriber.first_name | url_encode }}
{$company}
[Dateofbirth,fallback=]
[[COMPANYNAME OR ""]]
[[CUSTOM.field_name]]
[[firstname fallback="there"]]
{{var:my_var:""}}
%recipient.company%
{companyName}
{myProperty}
{{cuf_123456}}
{{2}}
{!custom company}
~Contact.Company~
{contactfield=company}
<%= recipient.company %>
{!Account.Name}
$[FNAME||]$
[FNAME:filter:defaultvalue:there]
@LASTNAME@
{{contact.first_name || "dude"}}
-last_name-
""".strip().splitlines()

ENCODINGS: dict[str, Callable[[str], str]] = {
    "raw": lambda tag: tag,
    "percent": lambda tag: quote(tag, safe=""),
    "percent with plus": quote_plus,
    "percent twice": lambda tag: quote(quote(tag, safe=""), safe=""),
    "as a browser sends it": lambda tag: quote(tag, safe="{}[]|*$!~@%=':;,.?/<>"),
    "HTML": html.escape,
    "HTML twice": lambda tag: html.escape(html.escape(tag)),
    "percent of HTML": lambda tag: quote(html.escape(tag), safe=""),
    "small hex": lambda tag: re.sub("%..", lambda escape: escape[0].lower(), quote(tag, safe="")),
    "with space around": lambda tag: f" {tag} ",
}


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("tag", [*TAGS, *MORE_TAGS])
def test_a_raw_tag_is_seen_under_every_encoding(tag: str, encoding: str) -> None:
    assert is_unmerged(ENCODINGS[encoding](tag))


@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda dialect: dialect.tools)
def test_every_row_of_the_table_sees_its_own_examples(dialect: Dialect) -> None:
    assert dialect.examples
    for example in dialect.examples:
        assert dialect.found_in(example), example


# Where a # or a length limit of the tool cuts a tag, its opening is what is left.
@pytest.mark.parametrize(
    "rest",
    [
        "{{",
        "{{ first",
        "{{#if",
        "*|",
        "*|FNA",
        "*|FNAME|",
        "{%",
        "{% if x",
        "[[",
        "[[FIRST",
        "[%first",
        "<%",
        "<%= recip",
        "${fi",
        "{$na",
        "{!Con",
        "$[FN",
        "%%First",
        "%%[SET",
        "%FIRSTNAME",
        "{first",
        "[firstname",
        "[firstname,fallback=",
        "<<First Name",
        "«First_Name",
        "~Contact.FirstName",
        "{contactfield=fir",
        "FNAME|*",
        "first_name }}",
        "name]]",
    ],
)
def test_a_tag_that_was_broken_off_is_still_a_tag(rest: str) -> None:
    assert is_unmerged(rest)
    assert is_unmerged(quote(rest, safe=""))


@pytest.mark.parametrize(
    "text",
    [
        "Hi {{ first_name }}!",
        "Hello *|FNAME|*, welcome",
        "%FIRSTNAME% Smith",
        "Dear %%FirstName%%,",
        "Sarah [[LASTNAME]]",
    ],
)
def test_a_tag_inside_other_text_is_seen(text: str) -> None:
    assert is_unmerged(text)


# People, companies and phrases as they are really written. None may ever be taken for a tag.
_REAL = """
O'Brien|D’Angelo|Sarah|Mary-Jane|Jean-Luc|J.R.R.|AJ|Ann_Marie|Smith, John|John (Jack)|Sarah "Sally"
Sarah, PhD|Dr. Sarah|John & Jane|Nguyễn|日本|日本%|محمد|שרה|🎉 Zoë|José|van der Berg|DeShawn|McDonald|[Sarah]
~sarah~|-A-|__Sarah__|_underscore_|AT&T|AT&amp;T|C# Shop|C++|100% Pure|50%|100%|50 % Rabatt|5% off 10%
7% Solution|50%ab|100%Pure|% Arabica|%Arabica|1% Pass Account|50%% off|Yahoo!|Yum! Brands|Toys "R" Us
A/B [x]|E*TRADE|M*A*S*H|*NSYNC|A$AP Rocky|Ke$ha|$uicideboy$|$100|P!nk|!!!|Guess?|Which?|Panic! at the Disco
will.i.am|deadmau5|.NET Foundation|S.p.A.|H&M|M&M's|Q&A|R&amp;B|&pizza|Ben & Jerry's|Marks & Spencer
Johnson & Johnson|[solidcore]|[adult swim]|[re:work]|[McDonald]|[December]|[Databricks]|A [b] c|-ism-
-Namely-|~hm~|~Studio~|~booking.com~|#MeToo|#metoo#|@properties|@home|@tl@s|<Antwerp>|<code>|<3|>>> Fast
<< Rewind|a << b|«Le Monde»|Société «Alpha»|ООО «Ромашка»|«Ромашка»|Dr. {Phil}|$100 {net}|{ }|{}|{|}|[|]|a]b
x:y|A:B|Re: Design|+44 Capital|=Equals|Rolls-Royce|--|-Name|%|%%|*|~|#1 Books|Tom & %Co|3M|7-Eleven
The "Best" Company (Holdings) Ltd.|Procter & Gamble Co /OH/|Limited/ADR|S&P 500|50/50|a*b*c|C|T|us*|1+1=2|²
№ 5|§ 8|(null island)
"""
REAL = _REAL.strip().replace("\n", "|").split("|")


def test_the_list_of_real_names_is_long_enough() -> None:
    assert len(set(REAL)) >= 60


@pytest.mark.parametrize("name", REAL)
def test_a_real_name_is_no_tag_however_it_is_encoded(name: str) -> None:
    for encoded in (
        name,
        quote(name, safe=""),
        quote(quote(name, safe=""), safe=""),
        html.escape(name),
        name.upper(),
        name.lower(),
    ):
        assert not is_unmerged(encoded), encoded


def test_what_was_decided_where_names_and_tags_look_alike() -> None:
    assert is_unmerged("{code}")  # a word in braces: one conference against every home-made tag
    assert is_unmerged("[Name]")  # in brackets only the names of fields
    assert not is_unmerged("[Emerge]")
    assert not is_unmerged("$uicideboy$")  # between dollars only machine spelling
    assert is_unmerged("$FIRST_NAME$")
    assert is_unmerged("__test_email__")
    assert not is_unmerged("__init__")


@pytest.mark.parametrize(
    "unit",
    ["{", "%", "&", "<<a_ ", "[a.", "%41", "[a ,", "%a.", "%%a", "{a_", "$[", "«na me", "-a", "&#", "a ", "~a_", "__a"],
)
def test_no_text_takes_long(unit: str) -> None:
    started = time.process_time()
    is_unmerged(unit * (8192 // len(unit)))
    assert time.process_time() - started < 1  # CPU time; quadratic matching would take several seconds


def test_a_reference_of_thousands_of_digits_raises_nothing() -> None:
    assert not is_unmerged("&#" + "1" * 5000 + ";")
    assert is_unmerged("{{ x }} &#" + "1" * 5000 + ";")
