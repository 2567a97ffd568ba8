"""`nameplate health`: what fell back lately, why, and whether that rose, from the counts in the data folder."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

from rich.console import Console
from rich.text import Text

from server.commands.counted_names import as_counted
from server.errors import NameplateError
from server.settings import Settings
from server.tally.reading import Cause, Fates, ParamFate, TemplateFate, what_fell_back

HEALTHY, ROSE, CANNOT_TELL = 0, 1, 2
NO_DAY_BEFORE = "no earlier day to compare with"
NOTHING_NOW = "nothing to compare"
BLOCKS = "▁▂▃▄▅▆▇█"
NOTHING_ASKED = "·"
LEAST_HEIGHT = 0.05  # a plot whose highest hour is less than this stays low
BAR_WIDTH = 10
NAME_WIDTH = 20
CAUSES_SHOWN = 6  # of one param; the JSON has them all


def health(
    load: Callable[[], Settings],
    *,
    since: str,
    template: str | None = None,
    param: str | None = None,
    as_json: bool = False,
) -> int:
    """Prints it. The exit code says whether something rose; 2 where it cannot be told, a wrong setting or a name that
    nothing has included: that is why the settings are loaded here. A first day, with none before it to compare with, is
    no reason for cron to write: 0."""
    now = datetime.now().astimezone()  # a clock is read as the log writes it: this machine's time
    try:
        settings = load()
        template, param = as_counted(settings, template, param)
        fates = what_fell_back(settings.data, since=since, now=now, template=template, param=param)
    except NameplateError as error:
        print(f"nameplate: {error}", file=sys.stderr)  # noqa: T201  # the answer
        return CANNOT_TELL
    if as_json:
        print(json.dumps(fates.to_json(), indent=2, ensure_ascii=False))  # noqa: T201  # the answer
    else:
        console = Console(highlight=False, soft_wrap=True)
        for line in lines(fates):
            console.print(line)
    return ROSE if fates.healthy is False else HEALTHY


def lines(fates: Fates) -> Iterator[Text]:
    """What is printed, each line in 80 columns but for names that are very long."""
    yield Text(f"From {_clock(fates.since)} to {_clock(fates.now)}, beside the 24 hours before.")
    if not fates.templates:
        yield Text("Nothing was asked for in this time, or nothing was counted yet.")
    for template in fates.templates:
        yield Text("")
        yield from _template_lines(template)
    yield Text("")
    yield from _verdict(fates)


def _template_lines(fate: TemplateFate) -> Iterator[Text]:
    name = fate.template or "(no such template)"
    compared = "" if fate.requests_before else f"  {NO_DAY_BEFORE}"
    yield Text.assemble((name, "bold"), f": {_counted(fate.requests, 'request')}", compared)
    if fate.problems:
        yield Text("  default picture")
    for cause in fate.problems:
        yield from _cause_lines(cause)
    for param in fate.params:
        yield from _param_lines(param)
    if not fate.params and not fate.problems:
        yield Text("  nothing fell back", style="green")


def _param_lines(fate: ParamFate) -> Iterator[Text]:
    style = "red" if any(cause.rose for cause in fate.causes) else ""
    bar = _bar(fate.share)
    yield Text.assemble(
        "  ",
        (f"{fate.param:<{NAME_WIDTH}}", "bold"),
        f" {_percent(fate.share):>7}  ",
        (bar, style),
        f"  {_plot(fate.line)}",
    )
    for cause in fate.causes[:CAUSES_SHOWN]:
        yield from _cause_lines(cause)
    if len(fate.causes) > CAUSES_SHOWN:
        yield Text(f"    and {len(fate.causes) - CAUSES_SHOWN} more reasons")


def _cause_lines(cause: Cause) -> Iterator[Text]:
    was = "" if cause.share_before is None else f"before {_percent(cause.share_before)}"
    style = "red" if cause.rose else ""
    told = f"    {cause.name:<{NAME_WIDTH - 2}} {_percent(cause.share):>7}  {cause.count:>9}  {was}"
    yield Text(told.rstrip(), style=style)
    if cause.rose:
        yield Text(f"      ROSE, above since {_clock(cause.rose_since)}", style="bold red")


def _verdict(fates: Fates) -> Iterator[Text]:
    yield Text("Plots: the last 24 hours, one sign an hour; full height is the highest, or 5 %.")
    risen = sum(c.rose for t in fates.templates for c in (*t.problems, *(c for p in t.params for c in p.causes)))
    if risen:
        yield Text(f"{_counted(risen, 'share')} rose.", style="bold red")
    elif fates.healthy is None:
        yield Text(f"Whether anything rose cannot be told: {NO_DAY_BEFORE if fates.templates else NOTHING_NOW}.")
    else:
        yield Text("Nothing rose.", style="green")


def _bar(share: float) -> str:
    """Eighths of a block: 100 % is BAR_WIDTH of them."""
    eighths = round(min(share, 1.0) * BAR_WIDTH * 8)
    part = " ▏▎▍▌▋▊▉"[eighths % 8] if eighths % 8 else ""
    return ("█" * (eighths // 8) + part).ljust(BAR_WIDTH)


def _plot(line: Sequence[float | None]) -> str:
    top = max(LEAST_HEIGHT, *(share or 0.0 for share in line))
    return "".join(NOTHING_ASKED if share is None else BLOCKS[round(share / top * (len(BLOCKS) - 1))] for share in line)


def _percent(share: float) -> str:
    """Never 0.0 % for something that did happen."""
    return "<0.1 %" if 0 < share < 0.0005 else f"{share * 100:.1f} %"  # half of the last digit shown


def _clock(moment: str | None) -> str:
    return "" if moment is None else moment.replace("T", " ")[:16]


def _counted(count: int, thing: str) -> str:
    return f"{count:,} {thing}{'' if count == 1 else 's'}"
