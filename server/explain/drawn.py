"""What the drawing says of itself: how each text came out, how long each stage took, and whatever else is in the
report; and of pictures from elsewhere, what became of each."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from server.catalog.resolve import Drawing, draft
from server.explain.explanation import PictureStory, Remark, SlotStory
from server.images import Picture
from server.preparing import Prepared
from server.report import SlotReport
from server.urls.request import ImageRequest

_TOLD_ELSEWHERE = frozenset({"fallbacks", "slots", "stage_ms"})


def slots_of(picture: Picture) -> tuple[SlotStory, ...]:
    return tuple(_slot(slot) for slot in picture.report.slots)


def drawing_of(picture: Picture) -> dict[str, Any]:
    """The stages of the drawing with their times, and every other fact of the report, by whatever name it has there."""
    report = picture.report
    facts = {name: fact for name, fact in report.to_json().items() if name not in _TOLD_ELSEWHERE and fact}
    return {"stages_ms": {name: round(ms, 2) for name, ms in report.stage_ms}, **facts}


def _slot(slot: SlotReport) -> SlotStory:
    return SlotStory(
        slot=slot.slot,
        designed_size=round(slot.designed_size, 2),
        size=round(slot.size, 2),
        lines=slot.lines,
        wording=slot.alternative,
        is_cut=slot.truncated,
        missing=slot.missing,
        remarks=tuple(_of_a_slot(slot)),
    )


def _of_a_slot(slot: SlotReport) -> Iterator[Remark]:
    if slot.truncated:
        yield Remark("cut", "It did not fit at its smallest size, and was cut: a larger box or another line helps.")
    if slot.alternative:
        yield Remark(
            "wording", f"The designer's shorter wording number {slot.alternative} was taken: longer ones did not fit."
        )
    if slot.size < slot.designed_size and not slot.truncated:
        share = round(100 * slot.size / slot.designed_size)
        yield Remark("smaller", f"It was set at {share}% of its designed size, to fit.")
    if slot.missing:
        yield Remark("missing", f"No font has: {', '.join(slot.missing)}.")


def outside_of(request: ImageRequest, prepared: Prepared, drawing: Drawing) -> tuple[PictureStory, ...]:
    """The pictures that were asked for from elsewhere."""
    reasons = {fallback.param: fallback.reason.value for fallback in prepared.spec.fallbacks}
    drawn = prepared.spec.mapping()
    return tuple(
        _outside(name, outside.url, reasons.get(name), drawn.get(name), prepared)
        for name, outside in draft(request, prepared.template, drawing).outside.items()
    )


def _outside(name: str, url: str, reason: str | None, drawn: object, prepared: Prepared) -> PictureStory:
    facts: dict[str, Any] = {"drawn": drawn}
    if not prepared.is_settled:
        facts["is_settled"] = False
    body = prepared.pictures.get(str(drawn).removeprefix("remote:"))
    if body is not None:
        facts["bytes"] = len(body)
    if not prepared.is_whole:
        facts["was_fetched"] = False
    return PictureStory(name, urlsplit(url).hostname or "", reason, facts)
