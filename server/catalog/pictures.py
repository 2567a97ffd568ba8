"""What an image param shows: the link's own picture, else the first of its chain that there is, else its default, else
nothing. A picture from outside is only named here; `server/gather` fetches it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from server.catalog.chains import StepKind, read_step
from server.catalog.manifest import Param, ParamType
from server.catalog.spec import INITIALS, PICTURE_KINDS, REMOTE, WORDMARK, Value
from server.catalog.template import Template, is_picture
from server.report import Reason
from server.values import typed
from server.values.initials import initials
from server.values.typed import Judged

NOT_FETCHED = Judged(None, Reason.NOT_FETCHED)


@dataclass(frozen=True, slots=True)
class Outside:
    """A picture that must be fetched; `hosts` are those it may come from, none for any that the server allows.
    `is_open`: whoever holds the link may name another."""

    url: str
    hosts: tuple[str, ...]
    is_open: bool = False


def fetched(digest: str) -> Judged:
    """What a param shows whose picture was fetched; `digest` is that of the bytes that are drawn."""
    return Judged(f"{REMOTE}{digest}")


def read_picture(text: str, param: Param, template: Template, *, is_open: bool = False) -> Judged | Outside:
    """The picture that a link names: a file of the template, or one that has to be fetched."""
    if text in template.files and is_picture(text) and not text.startswith(PICTURE_KINDS):
        return Judged(text)
    address = typed.url(text).value
    if isinstance(address, str):
        return Outside(address, param.hosts, is_open)
    return Judged(None, Reason.NO_PICTURE)


def shown(name: str, own: Mapping[str, Value], params: Mapping[str, Param]) -> Value:
    """What the param `name` shows; `own` is what the link itself has for each param, None where that is nothing."""
    param = params[name]
    if own[name] is not None:
        return own[name]
    if param.type is ParamType.IMAGE:
        for entry in param.fallback:
            if value := _of_step(entry, own, params):
                return value
    return param.default_value


def _of_step(entry: str, own: Mapping[str, Value], params: Mapping[str, Param]) -> Value:
    step = read_step(entry)
    match step.kind:
        case StepKind.FILE:
            return step.name
        case StepKind.PARAM:
            return shown(step.name, own, params)
        case StepKind.INITIALS:
            # Never of a default: "there" stands in for a name, and is none.
            letters = initials(str(own[step.name] or ""), params[step.name].locale)
            return f"{INITIALS}{letters}" if letters else None
        case StepKind.WORDMARK:
            words = shown(step.name, own, params)
            return f"{WORDMARK}{words}" if words else None
