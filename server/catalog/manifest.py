"""`manifest.toml`: what a template says of itself and of its params, read and checked."""

from __future__ import annotations

import re
import tomllib
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from server.catalog.spec import Value
from server.errors import BrokenTemplate
from server.images import JPEG_QUALITY
from server.values import typed
from server.values.kinds import Cleaning, Kind
from server.values.typed import Judged

NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?")
PARAM_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
HOST = re.compile(r"(?:\*\.)?(?=.{1,253}$)[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+")

LOCALE = r"^(?:[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*)?$"
KINDS_WITH_CAPITALS = (Kind.PERSON, Kind.PLACE, Kind.TITLE)

MANIFEST_FILE = "manifest.toml"
MAX_NUMBER = 1e9
MAX_TEXT = 200  # characters of a text param (a setting of the template may lower it)


class ParamType(StrEnum):
    TEXT = "text"
    IMAGE = "image"
    COLOR = "color"
    NUMBER = "number"
    DATE = "date"
    CHOICE = "choice"
    FLAG = "flag"
    URL = "url"


def _template_name(name: str) -> str:
    if not NAME.fullmatch(name):
        raise ValueError(f"{name!r} is no template name; use lower-case letters, digits and hyphens")
    return name


def _param_name(name: str) -> str:
    if not PARAM_NAME.fullmatch(name):
        raise ValueError(f"{name!r} is no param name; use lower-case letters, digits and underscores, a letter first")
    return name


def _host(name: str) -> str:
    if not HOST.fullmatch(name):
        raise ValueError(f"{name!r} is no host; write cdn.example.com, or *.example.com for all below it")
    return name


Host = Annotated[str, AfterValidator(_host)]
TemplateName = Annotated[str, AfterValidator(_template_name)]
ParamName = Annotated[str, AfterValidator(_param_name)]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Param(_Table):
    """One param. `default` is shown when the value is missing or unfit; without one the param is then nothing,
    and `{% if %}` or `data-if` can leave its line out."""

    type: ParamType = ParamType.TEXT
    default: str | bool | int | float | date | None = None
    required: bool = False
    sample: str | bool | int | float | date | None = None
    help: str = ""
    max_length: int = Field(default=MAX_TEXT, ge=1, le=MAX_TEXT)
    too_long: Literal["cut", "fallback"] = "cut"
    missing_glyphs: Literal["fallback", "drop"] = "fallback"
    clean: Kind = Kind.SENTENCE  # the one that changes no letter
    part: Literal["whole", "first"] = "whole"
    legal_form: Literal["keep", "drop"] = "keep"
    locale: str = Field(default="", pattern=LOCALE)
    choices: tuple[str, ...] = ()
    min: float | None = Field(default=None, allow_inf_nan=False)
    max: float | None = Field(default=None, allow_inf_nan=False)
    allow_url: bool = False  # a text param may hold a URL or an @
    fallback: tuple[str, ...] = ()  # of an image, in the order in which they are tried (`chains.py`)
    hosts: tuple[Host, ...] = ()  # an image may come from these only; with them it may be open
    open: bool = True  # may be an open param of a link
    aliases: tuple[ParamName, ...] = ()

    @model_validator(mode="after")
    def _consistent(self) -> Param:
        if self.type is ParamType.CHOICE and not self.choices:
            raise ValueError('a choice needs choices = ["…", "…"]')
        if self.choices and self.type is not ParamType.CHOICE:
            raise ValueError('choices go with type = "choice"')
        if wrong := self._misplaced():
            raise ValueError(wrong)
        if self.min is not None and self.max is not None and self.min > self.max:
            raise ValueError("min is greater than max")
        for word, value in (("default", self.default), ("sample", self.sample)):
            if value is not None and value != "" and self.read(as_text(value)).reason:
                raise ValueError(f"the {word} {as_text(value)!r} does not fit: {self.read(as_text(value)).reason}")
        return self

    def _misplaced(self) -> str:
        """What is said of words that this param does not hold."""
        if self.type is not ParamType.TEXT and self.model_fields_set & {"clean", "part", "legal_form", "locale"}:
            return 'clean, part, legal_form and locale go with type = "text"'
        if self.part == "first" and self.clean is not Kind.PERSON:
            return 'part = "first" goes with clean = "person"'
        if self.legal_form == "drop" and self.clean is not Kind.COMPANY:
            return 'legal_form = "drop" goes with clean = "company"'
        if self.locale and self.clean not in KINDS_WITH_CAPITALS:
            return f"locale goes with clean = {' or '.join(KINDS_WITH_CAPITALS)}"
        if self.type is not ParamType.IMAGE and self.model_fields_set & {"fallback", "hosts"}:
            return 'fallback and hosts go with type = "image"; what other params fall back to is their default'
        return ""

    @property
    def cleaning(self) -> Cleaning:
        return Cleaning(self.clean, self.part == "first", self.legal_form == "drop", self.locale)

    @property
    def may_be_open(self) -> bool:
        """Style never opens; a picture only where the template lists the hosts it may come from."""
        if self.type is ParamType.COLOR:
            return False
        if self.type is ParamType.IMAGE:
            return self.open and bool(self.hosts)
        return self.open

    def read(self, text: str) -> Judged:
        """`text`, clean already, as this type takes it. What text and pictures must obey besides is for `resolve`."""
        match self.type:
            case ParamType.NUMBER:
                return typed.number(text, *self.number_bounds())
            case ParamType.COLOR:
                return typed.color(text)
            case ParamType.DATE:
                return typed.day(text)
            case ParamType.CHOICE:
                return typed.choice(text, self.choices)
            case ParamType.FLAG:
                return typed.flag(text)
            case ParamType.URL:
                return typed.url(text)
            case _:
                return Judged(text)

    @property
    def default_value(self) -> Value:
        """The default in the param's own type; nothing is false for a flag."""
        if self.default is None:
            return False if self.type is ParamType.FLAG else None
        return self.read(as_text(self.default)).value

    def number_bounds(self) -> tuple[Decimal, Decimal]:
        """The least and greatest number this param can be: finite always, ±1e9 when the manifest is silent."""
        low = -MAX_NUMBER if self.min is None else self.min
        high = MAX_NUMBER if self.max is None else self.max
        return Decimal(f"{low:.15g}"), Decimal(f"{high:.15g}")


class Manifest(_Table):
    title: str = ""
    description: str = ""
    alt: str = ""
    background: str = Field(default="#ffffff", pattern=r"^#[0-9a-fA-F]{6}$")
    jpeg_quality: int = Field(default=JPEG_QUALITY, ge=40, le=95)
    max_kb: int | None = Field(default=None, ge=10, le=2000)  # of a JPEG
    generic: TemplateName | None = None
    aliases: tuple[TemplateName, ...] = ()
    retired: tuple[ParamName, ...] = ()
    params: dict[ParamName, Param] = {}

    @model_validator(mode="after")
    def _names_once(self) -> Manifest:
        seen: set[str] = set()
        for name in [*self.params, *self.retired, *(a for p in self.params.values() for a in p.aliases)]:
            if name in seen:
                raise ValueError(f"the name {name} is used twice among params, their aliases and retired")
            seen.add(name)
        return self


def read_toml(template: str, text: str, file: str) -> dict[str, Any]:
    """The TOML of a template's `file`. Raises BrokenTemplate with the line."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"at line (\d+)", str(error))
        line = int(found[1]) if found else None
        raise BrokenTemplate(template, f"not valid TOML: {error}", file=file, line=line) from error
    except (RecursionError, ValueError) as error:
        raise BrokenTemplate(template, "is nested too deep, or has a number that is too long", file=file) from error


def as_text(value: object) -> str:
    """A value of a TOML file as a link would give it."""
    return str(value).lower() if isinstance(value, bool) else "" if value is None else str(value)


def read_manifest(template: str, text: str) -> Manifest:
    """The manifest of `template` from TOML. Raises BrokenTemplate with the line and a sentence that says the cure."""
    data = read_toml(template, text, MANIFEST_FILE)
    try:
        return Manifest.model_validate(data)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"] if part != "[key]")
        message = first["msg"].removeprefix("Value error, ")
        raise BrokenTemplate(
            template,
            f"{place}: {message}" if place else message,
            file=MANIFEST_FILE,
            line=line_of(text, first["loc"]),
        ) from error


def line_of(text: str, place: tuple[Any, ...]) -> int | None:
    """The line on which the innermost name of `place` that stands in the text is first written."""
    for part in reversed(place):
        for number, line in enumerate(text.splitlines(), 1):
            if re.match(rf"\s*(\[.*\b)?{re.escape(str(part))}\b", line):
                return number
    return None
