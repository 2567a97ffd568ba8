"""What the stages made of one URL: the stages of `service.py` with what each one took and gave laid open.

It shows values, so it is for the operator's own terminal. It never shows a key, nor a signature that would be good.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote, urlsplit

from server.catalog.resolve import refuse_repeated, repairs
from server.catalog.spec import RenderSpec
from server.catalog.template import Template
from server.errors import NameplateError, UnverifiedLink
from server.images import Picture
from server.report import Reason
from server.service import Service
from server.urls.request import ImageRequest, parse_request
from server.urls.target import IMAGE_PREFIX, parse_path


@dataclass(slots=True)
class Stage:
    name: str
    found: dict[str, Any] = field(default_factory=dict)
    ms: float = 0.0


@dataclass(slots=True)
class Explanation:
    """Grows stage by stage. `arrived` is each param's value as it stood in the link. `problem` is what ended the way,
    or what the link would be refused for."""

    url: str
    stages: list[Stage] = field(default_factory=list)
    arrived: dict[str, str] = field(default_factory=dict)
    problem: NameplateError | None = None

    @property
    def reasons(self) -> list[tuple[str, Reason]]:
        """Params that are not drawn as the link says, and why."""
        rows = [row for stage in self.stages for row in stage.found.get("values", ())]
        return [(row["param"], Reason(row["reason"])) for row in rows if row["reason"]]

    def to_json(self) -> dict[str, Any]:
        problem = {"code": self.problem.code, "detail": str(self.problem)} if self.problem else None
        stages = [{"stage": stage.name, "ms": round(stage.ms, 2), **stage.found} for stage in self.stages]
        return {"url": self.url, "problem": problem, "stages": stages}

    @contextmanager
    def stage(self, name: str) -> Iterator[dict[str, Any]]:
        stage = Stage(name)
        self.stages.append(stage)
        started = time.perf_counter()
        try:
            yield stage.found
        finally:
            stage.ms = (time.perf_counter() - started) * 1000


async def explain(url: str, service: Service) -> Explanation:
    """Every stage that `url` reaches. A link that would be refused is followed to the end all the same."""
    explanation = Explanation(url)
    try:
        await _follow(url, service, explanation)
    except NameplateError as problem:
        explanation.problem = explanation.problem or problem
    return explanation


async def _follow(url: str, service: Service, explanation: Explanation) -> None:
    path, query = split_url(url)
    with explanation.stage("parse") as found:
        target = parse_path(path)
        published = service.catalog.find(target.template)
        found.update(template=published.template.name, format=target.format.value, scale=target.scale)
    with explanation.stage("read") as found:
        request = parse_request(target, query, published.template.query_names)
        refuse_repeated(request, published.template)
        found.update(_read_facts(request))
        explanation.arrived = _arrived(request, published.template)
    with explanation.stage("verify") as found:
        found["link"] = "good"
        try:
            service.verify(request)
        except UnverifiedLink as problem:
            explanation.problem = problem
            found["link"] = f"{problem.code}: {problem}"
    with explanation.stage("resolve") as found:
        template, spec = service.resolve(request, published.template)
        found.update(_spec_facts(spec, template, repairs(request, template)))
    with explanation.stage("look up") as found:
        kept = await service.kept(spec)
        found["found"] = kept[1] if kept else "nothing"
    if kept is None:
        with explanation.stage("draw") as found:
            picture = await service.draw(spec, template)
            found["stages_ms"] = {name: round(ms, 2) for name, ms in picture.report.stage_ms}
    else:
        picture = kept[0]
    with explanation.stage("answer") as found:
        found.update(_picture_facts(picture))


def split_url(url: str) -> tuple[str, bytes]:
    """Path and raw query of a URL, or of a path as `sign` prints it, as the server would get them."""
    parts = urlsplit(url)
    place = parts.path.find(IMAGE_PREFIX)
    path = unquote(parts.path[place:] if place > 0 else parts.path)
    return path, parts.query.encode()


def _read_facts(request: ImageRequest) -> dict[str, Any]:
    params = []
    for name, value in request.values.items():
        kind = "open" if name in (request.open or ()) else "locked"
        params.append({"param": name, "arrived": value.raw, "read": value.text, "is": kind})
    facts: dict[str, Any] = {"params": params}
    if request.open is not None:
        facts["open"] = list(request.open)
    if request.expires:
        facts["expires"] = request.expires
    return facts


def _arrived(request: ImageRequest, template: Template) -> dict[str, str]:
    """By the params' own names, whatever alias the link has."""
    return {
        name: request.values[known].raw.encode("latin-1").decode("utf-8", "replace")
        for name, param in template.params.items()
        for known in (name, *param.aliases)
        if known in request.values
    }


def _spec_facts(spec: RenderSpec, template: Template, mended: Mapping[str, tuple[str, ...]]) -> dict[str, Any]:
    reasons = {fallback.param: fallback.reason.value for fallback in spec.fallbacks}
    values = [
        {
            "param": name,
            "drawn": None if value is None else str(value),
            "reason": reasons.get(name),
            "mended": ", ".join(mended.get(name, ())) or None,
        }
        for name, value in spec.values
    ]
    return {"template": template.name, "size": f"{spec.width}x{spec.height}", "values": values, "key": spec.key}


def _picture_facts(picture: Picture) -> dict[str, Any]:
    slots = [
        {
            "slot": slot.slot,
            "size": slot.size,
            "designed": slot.designed_size,
            "lines": slot.lines,
            "wording": slot.alternative,
            "cut": slot.truncated,
            "missing": list(slot.missing),
        }
        for slot in picture.report.slots
    ]
    return {
        "format": picture.format.value,
        "width": picture.width,
        "height": picture.height,
        "bytes": len(picture.body),
        "slots": slots,
    }
