"""Resolve: what the link says plus what the manifest allows, into a draft, and that with the pictures gathered for it
into the spec of one picture. After it there are no raw strings: every declared param has a clean, typed, bounded value
or nothing, and a reason where it is not the link's own.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from server.catalog.carried import carried
from server.catalog.manifest import Param, ParamType, as_text
from server.catalog.pictures import NOT_FETCHED, Outside, read_picture, shown
from server.catalog.spec import RenderSpec
from server.catalog.template import Template
from server.characters import characters
from server.errors import RepeatedParam
from server.images import Format
from server.report import Fallback, Reason
from server.urls.query import QueryValue
from server.urls.request import ImageRequest
from server.values.glyphs import without
from server.values.kinds import Repair, clean_as
from server.values.merge_tags import is_unmerged
from server.values.placeholders import is_placeholder
from server.values.text import clean, cut
from server.values.typed import Judged

# What makes a text a lure in somebody else's hands: a link or an address. Open text may hold neither.
_LURE = re.compile(r"://|\bwww\.|@|\w\.[a-z]{2,}/\S", re.IGNORECASE)


# Reasons that say how the link's own value was changed, not that another stands in for it.
_STILL_THE_LINKS_OWN = frozenset({Reason.CUT, Reason.OUT_OF_RANGE, Reason.GLYPHS_DROPPED})


NOTHING_GATHERED: Mapping[str, Judged] = MappingProxyType({})


def nothing_missing(_text: str) -> tuple[str, ...]:
    return ()


@dataclass(frozen=True, slots=True)
class Drawing:
    """What stays the same for every request of a server: the largest output, the name of drawing code and fonts, and
    which code points of a text no font has."""

    max_pixels: int
    renderer: str
    missing_from: Callable[[str], tuple[str, ...]] = nothing_missing


@dataclass(frozen=True, slots=True)
class Draft:
    """A request read by the manifest's rules. `own` is what the link itself has for each param, and why it has nothing;
    a param whose picture must be fetched first is in `outside` instead."""

    request: ImageRequest
    template: Template
    drawing: Drawing
    own: Mapping[str, Judged]
    outside: Mapping[str, Outside]


def draft(request: ImageRequest, template: Template, drawing: Drawing) -> Draft:
    """What `request` asks of `template`. Never raises for a value: unfit ones fall back."""
    read = {
        name: _judge(_given(request, name, param), param, template, drawing, is_open=_is_open(request, name, param))
        for name, param in template.params.items()
    }
    own = {name: value for name, value in read.items() if isinstance(value, Judged)}
    outside = {name: value for name, value in read.items() if isinstance(value, Outside)}
    return Draft(request, template, drawing, own, outside)


def settle(draft: Draft, gathered: Mapping[str, Judged] = NOTHING_GATHERED) -> RenderSpec:
    """The spec of the picture that is drawn for `draft`, with what was gathered for the params in `outside`."""
    template, request = draft.template, draft.request
    own = {**draft.own, **{name: gathered.get(name, NOT_FETCHED) for name in draft.outside}}
    values = {name: judged.value for name, judged in own.items()}
    fallbacks = _fallbacks(own)
    scale = _scale_within(template, request.scale, draft.drawing.max_pixels)
    if scale != request.scale:
        fallbacks = (*fallbacks, Fallback("*scale", Reason.TOO_LARGE))
    return RenderSpec(
        template=template.name,
        template_digest=template.digest,
        format=request.format,
        width=max(1, math.floor(template.width * scale + 1e-6)),
        height=max(1, math.floor(template.height * scale + 1e-6)),
        scale=scale,
        values=tuple((name, shown(name, values, template.params)) for name in sorted(values)),
        fallbacks=fallbacks,
        renderer=draft.drawing.renderer,
    )


def resolve(request: ImageRequest, template: Template, drawing: Drawing) -> RenderSpec:
    """The spec of the picture that `request` asks of `template` where nothing is fetched."""
    return settle(draft(request, template, drawing))


def refuse_repeated(request: ImageRequest, template: Template) -> None:
    """Raises RepeatedParam when a link gives or opens one param under two names: whoever fills in the open one could
    overrule the locked one."""
    for name, param in template.params.items():
        if sum(known in request.values or request.is_open(known) for known in (name, *param.aliases)) > 1:
            raise RepeatedParam(name)


def repairs(request: ImageRequest, template: Template) -> dict[str, tuple[Repair, ...]]:
    """How the values of `request` were changed to be shown, by param; those that came as they are drawn are not in it.
    They are no part of the spec: the same picture has the same key, however its words arrived."""
    made = {}
    for name, param in template.params.items():
        given = _given(request, name, param)
        if given is not None and param.type is ParamType.TEXT:
            made[name] = clean_as(given.text, param.cleaning).repairs
    return {name: done for name, done in made.items() if done}


def default_spec(
    template: Template, format: Format, drawing: Drawing, *, samples: bool = False, scale: int = 1
) -> RenderSpec:
    """The spec of the template with nothing given (or with every param's sample), at its designed size or `scale` times
    as large."""
    given = {
        name: QueryValue.of(carried(as_text(param.sample), param))
        for name, param in template.params.items()
        if samples and param.sample is not None
    }
    return resolve(ImageRequest(template.name, format, scale, values=given), template, drawing)


def missing_required(fallbacks: Iterable[Fallback], template: Template) -> tuple[Fallback, ...]:
    """Those of required params that have nothing of the link's own to show."""
    return tuple(
        fallback
        for fallback in fallbacks
        if fallback.reason not in _STILL_THE_LINKS_OWN
        and fallback.param in template.params
        and template.params[fallback.param].required
    )


def _fallbacks(own: Mapping[str, Judged]) -> tuple[Fallback, ...]:
    return tuple(Fallback(name, judged.reason) for name, judged in sorted(own.items()) if judged.reason)


def _given(request: ImageRequest, name: str, param: Param) -> QueryValue | None:
    return next((request.values[n] for n in (name, *param.aliases) if n in request.values), None)


def _is_open(request: ImageRequest, name: str, param: Param) -> bool:
    return any(request.is_open(n) for n in (name, *param.aliases))


def _judge(
    given: QueryValue | None, param: Param, template: Template, drawing: Drawing, *, is_open: bool
) -> Judged | Outside:
    """The link's own value. One that it neither gives nor opens is nothing without a reason: then the default is the
    designer's intent, not a failure; a required one says that it is missing."""
    if given is None:
        return Judged(None, Reason.MISSING if is_open or param.required else None)
    if is_open and not param.may_be_open:
        return Judged(None, Reason.NOT_OPEN)
    return _read(given, param, template, drawing, is_open=is_open)


def _read(given: QueryValue, param: Param, template: Template, drawing: Drawing, *, is_open: bool) -> Judged | Outside:
    if given.over_encoded:
        return Judged(None, Reason.OVER_ENCODED)
    text = clean(given.text)
    # As it came and clean: an invisible character inside a tag hides it from the first look.
    if given.unmerged or is_unmerged(given.text) or (text != given.text and is_unmerged(text)):
        return Judged(None, Reason.UNMERGED)
    if param.type is ParamType.TEXT:
        cleaned = clean_as(given.text, param.cleaning)
        return (
            _read_text(cleaned.text, param, drawing, is_open=is_open) if cleaned.text else Judged(None, cleaned.reason)
        )
    if not text:
        return Judged(None, Reason.EMPTY)
    is_image = param.type is ParamType.IMAGE
    found = read_picture(text, param, template, is_open=is_open) if is_image else param.read(text)
    if isinstance(found, Outside):
        return found
    # Only after reading: a choice may be called "none".
    return Judged(None, Reason.PLACEHOLDER) if found.value is None and is_placeholder(text) else found


def _read_text(text: str, param: Param, drawing: Drawing, *, is_open: bool) -> Judged:
    if is_open and not param.allow_url and _LURE.search(text):
        return Judged(None, Reason.FORBIDDEN)
    shown = without(text, drawing.missing_from(text), may_lose_letters=param.missing_glyphs == "drop")
    if shown is None:
        return Judged(None, Reason.NO_GLYPHS)
    judged = _within_length(shown, param)
    return judged if judged.reason or shown == text else Judged(shown, Reason.GLYPHS_DROPPED)


def _within_length(text: str, param: Param) -> Judged:
    if len(characters(text)) <= param.max_length:
        return Judged(text, None)
    return (
        Judged(None, Reason.TOO_LONG)
        if param.too_long == "fallback"
        else Judged(cut(text, param.max_length), Reason.CUT)
    )


def _scale_within(template: Template, scale: float, max_pixels: int) -> float:
    """The asked scale, or the largest that keeps the output within `max_pixels`."""
    area = template.width * template.height
    return scale if area * scale * scale <= max_pixels else math.sqrt(max_pixels / area)
