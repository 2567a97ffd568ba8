"""The `nameplate` command. Each command reads the settings, calls what the server calls, and prints.

It is past 300 lines because half of them are what `--help` says: that is worded alike when it stands in one place. What
the commands do is in `server/commands/`.
"""

from __future__ import annotations

import asyncio
import importlib
import logging
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Annotated, Any, Literal, NoReturn

import cyclopts
from cyclopts import Parameter

from server import __version__
from server.commands import drawing, explaining, keys, links, serving
from server.commands import health as healths
from server.commands import new as new_template
from server.commands import proof as proofs
from server.errors import NameplateError
from server.settings import Settings, load_settings
from server.tally.since import USUAL

app = cyclopts.App(
    name="nameplate",
    version=__version__,
    help_format="plaintext",
    help="Personalized pictures from SVG templates, by URL. Every setting can also be given as NAMEPLATE_<NAME> or in "
    "nameplate.toml; see docs/settings.md.",
)
keys_app = cyclopts.App(name="keys", help="The keys that sign links: list, add, retire, revoke.")
app.command(keys_app)
fonts_app = cyclopts.App(name="fonts", help="The fonts that pictures are drawn with: list, check, add.")
app.command(fonts_app)


@Parameter(name="*")
@dataclass(frozen=True)
class Common:
    """Flags that every command has."""

    data: Annotated[Path | None, Parameter(help="The folder for keys and cache (NAMEPLATE_DATA).")] = None
    templates: Annotated[
        tuple[Path, ...] | None,
        Parameter(help="A template folder in place of the shipped ones; may be given several times.", negative=""),
    ] = None

    def settings(self, **flags: object) -> Settings:
        own = {field.name: getattr(self, field.name) for field in fields(self)}
        return load_settings(**own, **flags)


@app.command
def serve(
    *,
    host: str | None = None,
    port: int | None = None,
    dev: Annotated[bool | None, Parameter(negative="")] = None,
    workers: int | None = None,
    common: Common = Common(),
) -> None:
    """Serve pictures over HTTP, with a gallery of every template at /.

    For example:
        nameplate serve
        nameplate serve --port 9000 --templates my_templates --dev
        nameplate serve --host 0.0.0.0 --workers 4 --data /var/lib/nameplate

    Parameters
    ----------
    host
        Address to listen on. Default: 127.0.0.1.
    port
        Port to listen on. Default: 8000.
    dev
        Answer unsigned links too and look for edits more often. For your own machine only.
    workers
        Web processes. Default: 1.
    """
    settings = common.settings(host=host, port=port, dev=dev, workers=workers)
    serving.serve(settings)


@app.command
def render(
    template: str,
    *,
    params: Annotated[tuple[str, ...], Parameter(name=["-p", "--param"], negative="")] = (),
    output: Annotated[Path, Parameter(name=["-o", "--output"])],
    scale: Literal[1, 2, 3] = 1,
    common: Common = Common(),
) -> None:
    """Draw one picture into a file; its ending says the format (.png, .jpg, .webp).

    For example:
        nameplate render hello -p name=Sarah -o sarah.png
        nameplate render webinar -p first_name=Sarah -p "company=AT&T" -o sarah.jpg --scale 2
        nameplate render drafts/my-card -o card.png

    Parameters
    ----------
    template
        The template's name, or the path of a template folder or SVG file.
    params
        A value, as name=value; may be given several times.
    output
        The file to write.
    scale
        1, 2 or 3 times the designed size.
    """
    asyncio.run(drawing.render(common.settings(), template, params, output, scale))


@app.command
def sign(
    target: str,
    *,
    params: Annotated[tuple[str, ...], Parameter(name=["-p", "--param"], negative="")] = (),
    open: Annotated[str, Parameter(name="--open")] = "",
    tool: str | None = None,
    expires: str | None = None,
    common: Common = Common(),
) -> None:
    """Print a signed link. Values of open params are left for your mail tool to fill in.

    For example:
        nameplate sign "hello.png?name=Sarah"
        nameplate sign "webinar.png?company=Acme" --open first_name --tool klaviyo
        nameplate sign "webinar.png?first_name=*|URL:FNAME|*&company=Acme" --open first_name
        nameplate sign "webinar@2x.jpg?first_name={{first_name|urlencode}}" --open first_name --expires 2027-12-31

    Parameters
    ----------
    target
        Template, ending and query: "webinar.png?first_name=Sarah". A whole URL of this server will do too.
    params
        A value as name=value, plain: nothing in it needs encoding. May be given many times.
    open
        Params whose values are not signed, comma-separated.
    tool
        The mail tool that fills them in; writes its tags into the link: mailchimp, klaviyo, hubspot, customer-io,
        braze, brevo, activecampaign, sendgrid or other.
    expires
        The link's last day (2027-12-31, UTC) or Unix seconds.
    """
    names = [name.strip() for name in open.split(",") if name.strip()]
    print(links.sign(common.settings(), target, names, params=params, tool=tool, expires=expires))  # noqa: T201  # the answer


@app.command
def explain(
    url: Annotated[str, Parameter(allow_leading_hyphen=True)],
    *,
    json_: Annotated[bool, Parameter(name="--json", negative="")] = False,
    common: Common = Common(),
) -> None:
    """Show why a picture is as it is: how its link is read, whether it is good and if not, why, and what is drawn.

    Paste whatever you have: the link, an <img> from the source of a mail, Gmail's proxy address, an Outlook Safe Link.

    For example:
        nameplate explain "/i/hello.png?name=Sarah&_sig=k1.0123456789abcdef0123456789abcdef"
        nameplate explain "https://img.example.com/i/webinar.png?first_name=%7B%7Bfirst_name%7D%7D" --json
        nameplate explain - < mail.html

    Exits with 0 when recipients see the link's own picture, with or without fallbacks, and with 1 when they see a
    default picture. docs/explain.md has what --json prints.

    Parameters
    ----------
    url
        The link in quotes, whole or from /i/ on, or - to read it from standard input.
    json_
        Print JSON.
    """
    sys.exit(asyncio.run(explaining.explain(common.settings(), url, as_json=json_)))


@app.command
def check(*templates_: Annotated[str, Parameter(name="TEMPLATE")], common: Common = Common()) -> None:
    """Look for what will not come out right: in every template, or in those named.

    For example:
        nameplate check
        nameplate check webinar certificate
        nameplate check drafts/my-card

    Exits with 1 when there is an error; warnings alone are fine.
    """
    sys.exit(asyncio.run(drawing.check(common.settings(), templates_)))


@app.command
def proof(
    template: str,
    *,
    csv: Path | None = None,
    out: Path | None = None,
    cases: Annotated[int | None, Parameter(validator=cyclopts.validators.Number(gte=1, lte=500))] = None,
    map_: Annotated[tuple[str, ...], Parameter(name="--map", negative="")] = (),
    params: Annotated[tuple[str, ...], Parameter(name=["-p", "--param"], negative="")] = (),
    json_: Annotated[bool, Parameter(name="--json", negative="")] = False,
    open_: Annotated[bool, Parameter(name="--open", negative="")] = False,
    common: Common = Common(),
) -> None:
    """Draw the ugliest cases of a template: see the trouble before you send.

    Without a list: nothing given, unfilled tags, long names, other scripts.
    With one: the rows that do worst, and how many there are of each kind.
    Writes sheets (proof-1.png, …) and a page (proof.html).

    For example:
        nameplate proof webinar
        nameplate proof webinar --csv subscribers.csv --open
        nameplate proof webinar --csv list.csv --map "Nick=first_name" --out proofs
        nameplate proof webinar --csv list.csv -p "event=Pricing that grows"
        nameplate proof drafts/my-card --csv list.csv --cases 48 --json

    Parameters
    ----------
    template
        The template's name, or the path of a template folder or SVG file.
    csv
        The list, as your mail tool or spreadsheet exports it; the first line names the columns.
    out
        The folder to write to. Default: proof-TEMPLATE here.
    cases
        At most so many pictures. Default: 24 of a list, all without one.
    map_
        A column that fills in a param, as column=param, where the names do not say so; may be given several times.
    params
        A value that is the same for everybody, as name=value; may be given several times.
    json_
        Print the summary as JSON.
    open_
        Show the page in your browser.
    """
    wish = proofs.Wish(template, csv, out, cases, map_, params, json_, open_)
    asyncio.run(proofs.proof(common.settings(), wish))


@app.command
def new(
    name: str,
    *,
    from_: Annotated[Path | None, Parameter(name="--from")] = None,
    common: Common = Common(),
) -> None:
    """Make a new template that draws at once, for you to edit.

    It goes into the first --templates folder, or into svg_templates/ here.

    For example:
        nameplate new spring-sale
        nameplate new spring-sale --templates my_templates
        nameplate new spring-sale --from ~/Downloads/export.svg

    Parameters
    ----------
    from_
        An SVG of Figma, Inkscape, Illustrator: each text of one line that has a name there becomes a param.
    """
    explicit = common.templates[0] if common.templates else None
    print(new_template.new(name, explicit, from_))  # noqa: T201  # the answer


@app.command
def health(
    *,
    since: str = USUAL,
    template: str | None = None,
    param: str | None = None,
    json_: Annotated[bool, Parameter(name="--json", negative="")] = False,
    common: Common = Common(),
) -> None:
    """Show what fell back: for each template and param, which share of the answers, why, and whether that rose.

    Reads the data folder, beside a running server (whose last ten seconds are not in it) and after it stopped.

    For example:
        nameplate health
        nameplate health --since 10:02
        nameplate health --since 2h --template webinar --param logo_url
        nameplate health --since 2026-11-20 --json --data /var/lib/nameplate

    Exits with 0 when nothing rose, or when there is no earlier day to compare with, which it then says; 1 when
    something did; 2 when it cannot be told: a wrong flag or setting, a template or param that neither is there nor was
    counted, or counts that cannot be read.

    Parameters
    ----------
    since
        From when on: 90m, 2h, 3d, a clock (10:02), a day (2026-11-20) or both (2026-11-20T10:02), in this machine's
        time. Counts are kept by the minute for two hours, and by the hour for thirty days.
    template
        Only this template.
    param
        Only this param.
    json_
        Print JSON.
    """
    code = healths.health(common.settings, since=since, template=template, param=param, as_json=json_)
    sys.exit(code)


@keys_app.command(name="list")
def list_keys(*, common: Common = Common()) -> None:
    """Show the keys and what each may still do. The secrets are not shown.

    For example:
        nameplate keys list
    """
    print(keys.list_keys(common.settings()))  # noqa: T201  # the answer


@keys_app.command
def add(*, common: Common = Common()) -> None:
    """Make a new key; it signs from now on, and the older ones still verify.

    For example:
        nameplate keys add
    """
    print(keys.add_key(common.settings()))  # noqa: T201  # the answer


@keys_app.command
def retire(kid: str, *, common: Common = Common()) -> None:
    """Sign nothing more with this key; its links stay good.

    For example:
        nameplate keys retire k1
    """
    print(keys.retire_key(common.settings(), kid))  # noqa: T201  # the answer


@keys_app.command
def revoke(kid: str, *, yes: Annotated[bool, Parameter(negative="")] = False, common: Common = Common()) -> None:
    """Refuse every link signed with this key from now on. For a key that leaked; it cannot be undone.

    For example:
        nameplate keys revoke k1
        nameplate keys revoke k1 --yes

    Parameters
    ----------
    yes
        Do not ask. Needed where there is no terminal to ask at.
    """
    print(keys.revoke_key(common.settings(), kid, is_sure=yes))  # noqa: T201  # the answer


def _fonts() -> Any:
    """By name: what it imports reads fonts, which a server's own process never does."""
    return importlib.import_module("server.commands.fonts")


@fonts_app.command(name="list")
def list_fonts(*, common: Common = Common()) -> None:
    """Show every font family: its styles, weights, licence, writing systems and files.

    For example:
        nameplate fonts list
    """
    print(_fonts().list_fonts(common.settings()))  # noqa: T201  # the answer


@fonts_app.command(name="check")
def check_fonts(
    *templates_: Annotated[str, Parameter(name="TEMPLATE")],
    text: Annotated[tuple[str, ...], Parameter(negative="")] = (),
    family: Annotated[tuple[str, ...], Parameter(negative="")] = (),
    language: str = "",
    common: Common = Common(),
) -> None:
    """Look for font files that cannot be used, letters that no font has, and fonts that templates name in vain.

    For example:
        nameplate fonts check
        nameplate fonts check --text "Zoë 山田太郎 👋"
        nameplate fonts check --family Fraunces --text "Αθήνα" --text "Москва"
        nameplate fonts check webinar drafts/my-card

    Exits with 1 when there is an error; warnings alone are fine.

    Parameters
    ----------
    text
        A text to be drawn; says which font draws which part of it. May be given several times.
    family
        The font to draw the texts with, first choice first. Default: Inter.
    language
        The language of the texts, like ja or zh-Hant: says how Chinese characters look.
    """
    settings = common.settings()
    sys.exit(asyncio.run(_fonts().check(settings, templates_, texts=text, families=family, language=language)))


@fonts_app.command(name="add")
def add_fonts(*files: Annotated[Path, Parameter(name="FILE")], common: Common = Common()) -> None:
    """Copy fonts, and the licences beside them, into your font folder.

    It is the first of the setting fonts that is not the shipped one, or fonts/ here.

    For example:
        nameplate fonts add ~/Downloads/BrandSans-Bold.otf
        nameplate fonts add ~/Downloads/brand-sans/
    """
    print(_fonts().add(common.settings(), files))  # noqa: T201  # the answer


def run(arguments: Sequence[str]) -> NoReturn:
    """Ends the process: 0, or 1 with the error as one sentence, or 2 for a usage error."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(message)s")
    try:
        app(arguments, result_action="return_value")
        sys.stdout.flush()
    except NameplateError as error:
        sys.exit(f"nameplate: {error}")
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:  # whoever reads our output has seen enough, as `head` has; there is nowhere to put the rest
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(0)
