"""What stands in for a picture: the entries of an image param's `fallback`, read, and checked with
the template that they stand in."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum

from server.catalog.manifest import MANIFEST_FILE, Manifest, Param, ParamType, line_of
from server.catalog.spec import INITIALS, WORDMARK
from server.errors import BrokenTemplate


class StepKind(StrEnum):
    PARAM = "param"  # what another image param shows
    FILE = "file"
    INITIALS = "initials"
    WORDMARK = "wordmark"


@dataclass(frozen=True, slots=True)
class Step:
    """`name` is that of a param, or of a file of the template's folder."""

    kind: StepKind
    name: str


_TYPED = {INITIALS: StepKind.INITIALS, WORDMARK: StepKind.WORDMARK}


def read_step(entry: str) -> Step:
    """One entry: `initials:name`, `wordmark:company`, a file, which has a dot in it, or a param, which has none."""
    for prefix, kind in _TYPED.items():
        if entry.startswith(prefix):
            return Step(kind, entry.removeprefix(prefix))
    return Step(StepKind.FILE if "." in entry else StepKind.PARAM, entry)


def check_chains(template: str, manifest: Manifest, text: str, pictures: Collection[str]) -> None:
    """Raises BrokenTemplate for a chain that cannot be followed. `text` is the manifest's; `pictures` are the files of
    the folder that an image param may name."""
    for name, param in manifest.params.items():
        for entry in param.fallback:
            if wrong := _wrong_with(read_step(entry), manifest.params, pictures):
                raise _broken(template, name, f"its fallback {entry!r} {wrong}", text)
    for name in manifest.params:
        if circle := _circle_from(name, manifest.params):
            raise _broken(template, name, f"its fallback goes round: {' → '.join(circle)}", text)


def _wrong_with(step: Step, params: Mapping[str, Param], pictures: Collection[str]) -> str:
    if step.kind is StepKind.FILE:
        if step.name.lower().endswith(".svg"):
            return "is an SVG, and pictures of the folder are PNG, JPEG, WebP or GIF: save it as PNG"
        return "" if step.name in pictures else "is no picture of the template's folder"
    param = params.get(step.name)
    if param is None:
        known = ", ".join(params)
        return f"names no param of this template (it has: {known}) and no file of its folder"
    if step.kind is StepKind.PARAM:
        is_picture = param.type is ParamType.IMAGE
        return "" if is_picture else f"is no image param; {WORDMARK}{step.name} would set its text in type"
    return "" if param.type is ParamType.TEXT else "needs a text param"


def _circle_from(name: str, params: Mapping[str, Param], way: tuple[str, ...] = ()) -> tuple[str, ...]:
    """The way from `name` back to itself or into a circle; nothing where every chain ends."""
    if name in way:
        return (*way[way.index(name) :], name)
    steps = (read_step(entry) for entry in params[name].fallback)
    circles = (_circle_from(step.name, params, (*way, name)) for step in steps if step.kind is StepKind.PARAM)
    return next(filter(None, circles), ())


def _broken(template: str, param: str, message: str, text: str) -> BrokenTemplate:
    line = line_of(text, ("params", f"params.{param}"))
    return BrokenTemplate(template, f"params.{param}: {message}", file=MANIFEST_FILE, line=line)
