"""The one table of settings. Only `app.py` and `cli.py` read it; everything else is given plain values.

A setting comes from a command's flag, else from `NAMEPLATE_<NAME>` in the environment, else from the TOML file named by
`NAMEPLATE_CONFIG` (or `nameplate.toml` in the working folder), else from its default here. docs/settings.md is this
table, and a test holds the two together.
"""

from __future__ import annotations

import difflib
import logging
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import platformdirs
from pydantic import BeforeValidator, Field, ValidationError
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from server.errors import BrokenSetting

log = logging.getLogger(__name__)

PREFIX = "NAMEPLATE_"
CONFIG_VARIABLE = "NAMEPLATE_CONFIG"
CONFIG_FILE = "nameplate.toml"
SHIPPED = "shipped"
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


def _split(value: Any) -> Any:
    """Several folders in one variable are separated as in PATH."""
    return [part for part in value.split(os.pathsep) if part] if isinstance(value, str) else value


def _no_empty_path(value: Any) -> Any:
    """An empty path would mean the working folder, which nobody means."""
    if value == "":
        raise ValueError("is empty; name a folder")
    return value


def _with_shipped_fonts(value: Any) -> Any:
    """`shipped` stands for the fonts that come with Nameplate, wherever that is installed."""
    return [shipped("fonts") if part == SHIPPED else part for part in value] if isinstance(value, list) else value


def _names(value: Any) -> Any:
    return [name.strip().lower() for name in value.split(",") if name.strip()] if isinstance(value, str) else value


Names = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_names)]
Folder = Annotated[Path, BeforeValidator(_no_empty_path)]
Folders = Annotated[tuple[Path, ...], NoDecode, BeforeValidator(_split)]
FontFolders = Annotated[tuple[Path, ...], NoDecode, BeforeValidator(_with_shipped_fonts), BeforeValidator(_split)]


def shipped(folder: str) -> Path:
    """A folder that comes with Nameplate: inside the installed package, or at the top of a checkout."""
    here = Path(__file__).parent
    installed = here / "_shipped" / folder
    return installed if installed.is_dir() else here.parent / folder


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Settings(BaseSettings):
    """Each field is one setting: its name, type, default and one line of help."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="forbid")

    host: str = Field("127.0.0.1", description="address to listen on; 0.0.0.0 for every interface")
    port: int = Field(8000, ge=0, le=65535, description="port to listen on")
    workers: int = Field(1, ge=1, le=64, description="web processes; each has its own drawing processes")
    renderers: int = Field(
        default_factory=_cores,
        ge=1,
        le=64,
        description="drawing processes, in all web processes together; default: one per core",
    )
    data: Folder = Field(
        default_factory=lambda: platformdirs.user_data_path("nameplate"),
        description="the folder for keys, cache and last good templates; default: the user's data folder",
    )
    templates: Folders = Field(
        default_factory=lambda: (shipped("svg_templates"),),
        description="template folders, in place of the shipped ones; the first that has a name wins",
    )
    fonts: FontFolders = Field(
        default_factory=lambda: (shipped("fonts"),),
        description="font folders; the word `shipped` stands for the shipped one; no system font is ever used",
    )
    public_url: str = Field(
        "",
        pattern=r"^(https?://[^\s?#]+)?$",
        description="where the world sees this server, like https://img.example.com; printed in front of links",
    )
    keys: str = Field(
        "",
        repr=False,
        description="signing keys as kid:hex or kid:hex:verify, comma-separated, newest first, instead of the key file",
    )
    dev: bool = Field(
        False, description="answer unsigned links too, look for edits more often; for your own machine only"
    )
    strict: bool = Field(False, description="answer problems with 4xx and problem+json instead of the default picture")
    gallery: bool = Field(
        default_factory=lambda data: data.get("host") in LOOPBACK,
        description="show the gallery at /, which hands out signed links; default: if only this machine can reach it",
    )
    metrics: bool = Field(
        default_factory=lambda data: data.get("host") in LOOPBACK,
        description="answer Prometheus at /metrics; default: if only this machine can reach it, and to it alone",
    )
    max_pixels: int = Field(
        12_000_000, ge=10_000, le=16_000_000, description="largest output in pixels; a larger scale is lowered to fit"
    )
    deadline_seconds: float = Field(
        2.5, gt=0, le=30, description="an image is answered within this time, with the default picture if need be"
    )
    render_seconds: float = Field(
        2.0, gt=0, le=30, description="a drawing that takes longer is ended and its process replaced"
    )
    render_memory_mb: int = Field(
        1024, ge=128, description="memory one drawing process may take on top of what it starts with"
    )
    renders_per_process: int = Field(10_000, ge=1, description="a drawing process is replaced after this many pictures")
    keep_layers: bool = Field(
        True,
        description="keep what was painted in the memory of each drawing process, never on disk: what no value "
        "changes, and for a while texts and portraits of persons; false: paint all of it each time, which takes longer",
    )
    remote_pictures: bool = Field(
        True, description="fetch pictures that links name by their address; false: what stands in for them is shown"
    )
    picture_hosts: Names = Field(
        (),
        description="hosts that pictures may be fetched from, comma-separated, like cdn.example.com or *.example.com; "
        "none: any on the public internet",
    )
    open_link_budget: int = Field(
        100_000, ge=0, description="new pictures that one open link may have drawn in a day (UTC); 0: no limit"
    )
    queue: int = Field(
        64,
        ge=1,
        description="drawings that may wait in one web process; past it the default picture is answered at once",
    )
    memory_cache_mb: int = Field(64, ge=0, description="pictures kept in memory, for each web process")
    memo_mb: int = Field(
        8,
        ge=0,
        description="answers kept ready in memory by their whole URL, for each web process; 0 switches that off",
    )
    disk_cache_mb: int = Field(2048, ge=16, description="pictures kept on disk in the data folder")
    max_age_seconds: int = Field(86_400, ge=0, description="how long mail proxies and CDNs may keep a picture")
    stale_seconds: int = Field(
        604_800, ge=0, description="how long they may show an old one while it is fetched anew or we are down"
    )
    watch_seconds: float = Field(1.0, gt=0, description="how often the template folders are looked at for edits")
    stop_seconds: int = Field(
        20, ge=0, description="how long requests under way may take to finish when the server is stopped"
    )
    log_level: str = Field("info", pattern="^(debug|info|warning|error)$", description="debug, info, warning or error")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003  # the base class passes them
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        config = Path(os.environ.get(CONFIG_VARIABLE, CONFIG_FILE))
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls, toml_file=config)


def load_settings(**flags: object) -> Settings:
    """The settings, with `flags` (those that are not None) over everything. Raises BrokenSetting with the cure."""
    config = os.environ.get(CONFIG_VARIABLE)
    if config and not Path(config).is_file():
        raise BrokenSetting(f"{CONFIG_VARIABLE} names {config}, which is no file")
    try:
        settings = Settings(**{name: value for name, value in flags.items() if value is not None})  # type: ignore[arg-type]  # checked by pydantic, which is the point
    except ValidationError as error:
        problems = "; ".join(_in_words(detail) for detail in error.errors() if detail["type"] not in _FOLLOW_UPS)
        raise BrokenSetting(f"a setting cannot be used: {problems}") from error
    except (ValueError, OSError, RecursionError) as error:
        raise BrokenSetting(f"{config or CONFIG_FILE} cannot be read: {error}") from error
    _warn_of_unknown_variables()
    for folder in (*settings.templates, *settings.fonts):
        if not folder.is_dir():
            raise BrokenSetting(f"{folder} is no folder")
    return settings


# A default that is worked out from another setting cannot be where that one is wrong.
_FOLLOW_UPS = frozenset({"default_factory_not_called"})
_WRONG = {
    "int_parsing": "is no whole number",
    "int_from_float": "is no whole number",
    "int_type": "is no whole number",
    "float_parsing": "is no number",
    "float_type": "is no number",
    "bool_parsing": "is neither true nor false",
    "bool_type": "is neither true nor false",
    "greater_than": "must be more than {gt}",
    "greater_than_equal": "must be {ge} or more",
    "less_than_equal": "must be {le} or less",
}


def _in_words(detail: Mapping[str, Any]) -> str:
    """One problem as a sentence. Only numbers and switches are quoted: other settings may be secret."""
    name, kind = ".".join(map(str, detail["loc"])), detail["type"]
    if kind in _WRONG:
        return f"{name}: {detail['input']!r} {_WRONG[kind].format_map(detail.get('ctx', {}))}"
    if kind == "extra_forbidden":
        return f"there is no setting {name}{_nearest(name)}"
    if kind == "string_pattern_mismatch" and name in Settings.model_fields:
        return f"{name} should be: {Settings.model_fields[name].description}"
    return f"{name}: {detail['msg'].removeprefix('Value error, ')}"


def _nearest(name: str) -> str:
    near = difflib.get_close_matches(name, Settings.model_fields, n=1)
    return f"; did you mean {near[0]}?" if near else ""


def _warn_of_unknown_variables() -> None:
    """A misspelt variable does nothing, and only a word about it can say so."""
    for variable in os.environ:
        name = variable.removeprefix(PREFIX).lower()
        if variable.startswith(PREFIX) and variable != CONFIG_VARIABLE and name not in Settings.model_fields:
            log.warning("%s is no setting of ours%s", variable, _nearest(name))
