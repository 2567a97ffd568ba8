"""`nameplate explain`: what `explain` found, for a terminal of 80 columns, or as JSON."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from server.app import make_explainer, make_parts
from server.commands.sources import read_catalog
from server.explain import Explanation
from server.explain.explanation import Arrived, Outcome, ParamStory, Remark
from server.settings import Settings

FROM_STDIN = "-"
REFUSED = frozenset({Outcome.DEFAULT_PICTURE, Outcome.NO_PICTURE})

_INDENT = 2
_MORE = 4


async def explain(settings: Settings, pasted: str, *, as_json: bool) -> int:
    """Prints the explanation of `pasted`, or of what stdin has; 0 when the link gives its own picture, else 1."""
    text = sys.stdin.read() if pasted == FROM_STDIN else pasted
    parts = make_parts(settings.model_copy(update={"renderers": 1, "workers": 1}), catalog=read_catalog(settings))
    await parts.pool.start()
    try:
        found = await make_explainer(settings, parts.service).explain(text)
    finally:
        await parts.close()
    if as_json:
        print(json.dumps(found.to_json(), indent=2, ensure_ascii=False))  # noqa: T201  # the answer
    else:
        Shown(Console(highlight=False)).all(found)
    return 1 if found.outcome in REFUSED else 0


class Shown:
    """Writes one explanation to `console`. Links and values stand on lines of their own, whole, to be copied."""

    def __init__(self, console: Console) -> None:
        self._console = console

    def all(self, found: Explanation) -> None:
        self._summary(found)
        if found.query:
            self._title("Query")
            for name in found.query:
                self._name(name)
        self._signature(found)
        self._params(found)
        self._texts(found)
        self._pictures(found)
        self._answer(found)
        self._fix(found)

    def _summary(self, found: Explanation) -> None:
        style = "bold red" if found.outcome in REFUSED else "bold yellow" if found.unfit else "bold green"
        self._say(found.headline, style=style, indent=0)
        if found.problem:
            self._say(f"{found.problem.code}: {found.problem.said}", indent=0)
            self._say(found.problem.cure, indent=0)
        for remark in (*found.unwrapped, *found.hints):
            self._remark(remark, indent=0)
        if found.asked:
            named = f", called {found.asked.named} here" if found.asked.named != found.asked.template else ""
            scale = f" at {found.asked.scale}x" if found.asked.scale > 1 else ""
            self._title("Template")
            self._say(f"{found.asked.template}{named}, as {found.asked.format.upper()}{scale}")

    def _name(self, one: Arrived) -> None:
        self._copied(f"{one.name or '(no name)'}  {one.role.words}  {one.arrived}", indent=_INDENT)
        for number, text in enumerate(one.rounds, 1):
            self._copied(f"round {number}: {text}" if len(one.rounds) > 1 else f"read:    {text}")
        for remark in one.remarks:
            self._remark(remark)

    def _signature(self, found: Explanation) -> None:
        seal = found.signature
        if seal is None:
            return
        self._title("Signature")
        key = f", key {seal.kid} ({seal.key})" if seal.kid else ""
        end = f", ends {seal.expires}" if seal.expires else ", without an end"
        self._say(f"{seal.code}{key}{end}")
        for remark in seal.causes:
            self._remark(remark)
        if seal.code == "good":
            return
        for part in seal.base:
            if part.signed is None:
                self._copied(f"{part.part}: {part.here}")
            else:
                self._copied(f"{part.part}: {part.here or '(nothing)'}", style="red")
                self._copied(f"{' ' * len(part.part)}  was signed as {part.signed or '(nothing)'}", style="green")
        self._say("As bytes, for whoever writes a signer:")
        self._copied(seal.netstring)

    def _params(self, found: Explanation) -> None:
        if not found.params:
            return
        self._title("Params")
        told = [param for param in found.params if param.arrived is not None or param.reason]
        for param in told:
            self._param(param)
        if silent := ", ".join(param.param for param in found.params if param not in told):
            self._say(f"Not in the link, so as the template has them: {silent}.")

    def _param(self, one: ParamStory) -> None:
        told = "open" if one.is_open else "locked" if one.arrived is not None else "not in the link"
        self._line(one.param, f"{told}, {one.reason}" if one.reason else told, style="yellow" if one.reason else "")
        if one.arrived is not None and one.reason:
            self._copied(f"arrived: {one.arrived}", indent=_INDENT)
        if one.arrived is not None and one.cleaned is not None and one.cleaned != one.read:
            self._copied(f"cleaned: {one.cleaned}", indent=_INDENT)
        for repair in one.repairs:
            self._say(f"{repair.code}: {repair.said}", indent=_MORE)
        self._copied(f"drawn:   {'-' if one.drawn is None else one.drawn}", indent=_INDENT)
        if one.why:
            self._say(one.why, indent=_MORE)
            self._say(one.cure, indent=_MORE)

    def _texts(self, found: Explanation) -> None:
        if not found.slots:
            return
        self._title("Texts")
        for slot in found.slots:
            lines = f"{slot.lines} line{'' if slot.lines == 1 else 's'}"
            self._line(slot.slot, f"{slot.size:g} of {slot.designed_size:g} px, {lines}")
            for remark in slot.remarks:
                self._remark(remark)

    def _pictures(self, found: Explanation) -> None:
        if not found.pictures:
            return
        self._title("Pictures from elsewhere")
        for one in found.pictures:
            self._line(one.param, f"{one.host}: {one.reason or 'came'}")
            for name, fact in one.facts.items():
                self._copied(f"{name}: {fact}")

    def _answer(self, found: Explanation) -> None:
        if found.answer:
            one = found.answer
            self._title("Answer")
            self._say(f"{one.status}, {one.format.upper()}, {one.width} x {one.height}, {one.bytes:,} bytes")
            self._say(f"cache: {one.found}")
            self._copied(f"key: {one.key}", indent=_INDENT)
            for name in ("cache-control", "cache-status", "nameplate-problem", "nameplate-fallback", "etag"):
                if name in one.headers:
                    self._copied(f"{name}: {one.headers[name]}", indent=_INDENT)
        self._title("Stages")
        self._say(_times((stage.stage, stage.ms) for stage in found.stages))
        drawing = dict(found.drawing)
        stages = drawing.pop("stages_ms", {})
        if stages:
            self._say(f"drawing: {_times(stages.items())}")
        for name, fact in drawing.items():
            self._copied(f"{name}: {json.dumps(fact, ensure_ascii=False)}", indent=_INDENT)

    def _fix(self, found: Explanation) -> None:
        if found.fix:
            self._title("To copy")
            self._say(found.fix.said)
            self._copied(found.fix.url, indent=0)

    def _title(self, text: str) -> None:
        self._console.print(Text(f"\n{text}", style="bold"))

    def _line(self, name: str, told: str, style: str = "") -> None:
        self._print(Text.assemble((name, style or "bold"), f"  {told}"), _INDENT)

    def _say(self, text: str, *, style: str = "", indent: int = _INDENT) -> None:
        self._print(Text(text, style=style), indent)

    def _remark(self, remark: Remark, *, indent: int = _MORE) -> None:
        self._say(remark.said, indent=indent)

    def _print(self, text: Text, indent: int) -> None:
        self._console.print(Padding(text, (0, 0, 0, indent), expand=False))

    def _copied(self, text: str, *, style: str = "", indent: int = _MORE) -> None:
        """Never wrapped by us: a link with a line break in it cannot be copied."""
        self._console.print(Text(" " * indent + _visible(text), style=style), soft_wrap=True)


def _visible(text: str) -> str:
    """Without what would move a terminal's cursor or write to its title: values are anybody's."""
    return "".join(character if character.isprintable() else f"\\x{ord(character):02x}" for character in text)


def _times(stages: Iterable[tuple[str, float]]) -> str:
    return ", ".join(f"{name} {ms:.1f} ms" for name, ms in stages)
