"""A survey and its drawings in words: what is counted, what was read, drawn and left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from server.catalog.manifest import ParamType
from server.catalog.spec import RenderSpec
from server.catalog.template import Template
from server.proof.troubles import Category, Kind, Trouble, of_fallbacks, words_of
from server.proof.worst import in_order
from server.report import Fallback, Reason
from server.rows.columns import Matched
from server.rows.csv_file import Table

MAX_REASONS = 6  # of a case; who has more to say than that says the first


@dataclass(frozen=True, slots=True)
class Count:
    """Rows of a category, out of those that were looked at for it."""

    category: Category
    rows: int
    of: int
    is_of_drawn: bool = False  # only drawings tell it, so it is counted among the rows that were drawn

    @property
    def share(self) -> str:
        return f"{self.rows:,} of {several(self.of, 'drawn row' if self.is_of_drawn else 'row')}"

    @property
    def words(self) -> str:
        return f"{self.share}: {self.category.words}"


@dataclass(frozen=True, slots=True)
class Extent:
    """How much was looked at: `rows` make `pictures`, of which `drawn` were drawn, for `rows_drawn` rows."""

    rows: int
    pictures: int
    drawn: int
    rows_drawn: int

    @property
    def words(self) -> str:
        read = f"{several(self.rows, 'row')} read. They make {several(self.pictures, 'different picture')}"
        if self.drawn == self.pictures:
            return f"{read}, and each was drawn."
        return (
            f"{read}, of which {self.drawn:,} were drawn: the worst of every category, and an even sample of the "
            f"others. What only a drawing tells (type, lines, cuts, wordings) is counted among the {self.rows_drawn:,} "
            "rows of these."
        )


def counts_of(of_rows: Mapping[Category, int], of_drawings: Mapping[Category, int], extent: Extent) -> list[Count]:
    """The counts, the worst kind first: what every row tells, and what only drawings do."""
    is_part = extent.rows_drawn < extent.rows
    return [
        Count(category, rows, extent.rows)
        if category in of_rows
        else Count(category, rows, extent.rows_drawn, is_of_drawn=is_part)
        for category, rows in in_order({**of_drawings, **of_rows})
    ]


def reasons_of(
    chosen: Trouble,
    fallbacks: Sequence[Fallback],
    pictures: frozenset[str],
    troubles: Sequence[Trouble],
    count: Count | None,
) -> tuple[str, ...]:
    """What is said of a case: that for which it was chosen, how common it is, and whatever else is wrong with it."""
    own = () if chosen.words == chosen.category.words or chosen.category.kind is Kind.USUAL else (chosen.words,)
    common = (count.share,) if count else ()
    alone = len(fallbacks) == 1 and chosen.words in words_of(fallbacks, pictures)  # said by the title
    by_value = {trouble.category for trouble in of_fallbacks(fallbacks, pictures)}
    others = (
        trouble.words
        for trouble in troubles
        if trouble.category.is_counted and trouble.category not in by_value and trouble != chosen
    )
    said = () if alone else words_of(fallbacks, pictures)
    return tuple(dict.fromkeys((*own, *common, *said, *others)))[:MAX_REASONS]


def of_columns(table: Table, matched: Matched, fixed: Mapping[str, str], samples: Mapping[str, str]) -> list[str]:
    """Which column went where, and what was shown for params without one."""
    pairs = [
        f"{' + '.join(table.columns[place] for place in places)} → {param}" for param, places in matched.columns.items()
    ]
    said = [f"Columns: {', '.join(pairs)}."]
    if matched.unused:
        said.append(f"Columns that no param takes: {', '.join(filter(None, matched.unused)) or 'one without a name'}.")
    sampled = [param for param in matched.unfilled if param in samples and param not in fixed]
    if sampled:
        said.append(f"Not in the file, so shown with their samples (give them with -p): {', '.join(sampled)}.")
    return said


@dataclass(frozen=True, slots=True)
class Fetches:
    """How many different addresses were tried for the cases that are shown, and how many of them gave no picture, by
    the reason."""

    tried: int
    failed: Mapping[Reason, int]

    @property
    def words(self) -> str:
        if not self.failed:
            return f"{several(self.tried, 'address', 'addresses')} tried, and none failed."
        why = ", ".join(f"{reason.value} {count:,}" for reason, count in sorted(self.failed.items()))
        of = several(self.tried, "address", "addresses")
        return f"{sum(self.failed.values()):,} of {of} tried could not be fetched ({why})."


def fetches_of(cases: Iterable[tuple[Mapping[str, str], RenderSpec, RenderSpec]]) -> Fetches:
    """Of each case its values, its spec with nothing fetched, and with everything that could be."""
    ends: dict[str, Reason | None] = {}
    for values, before, after in cases:
        left = {fallback.param: fallback.reason for fallback in after.fallbacks}
        for fallback in before.fallbacks:
            if fallback.reason is Reason.NOT_FETCHED:
                ends[values.get(fallback.param, "")] = left.get(fallback.param)
    return Fetches(len(ends), Counter(reason for reason in ends.values() if reason))


def of_pictures(matched: Matched, template: Template, fetches: Fetches, *, are_fetched: bool) -> list[str]:
    """Which columns name pictures, and what came of those that had to be fetched."""
    pictures = {name for name, param in template.params.items() if param.type is ParamType.IMAGE}
    names = ", ".join(sorted(pictures & matched.columns.keys()))
    if not names:
        return []
    if not are_fetched:
        return [f"Pictures from elsewhere ({names}) are not fetched: the setting remote_pictures is off."]
    tried = f" {fetches.words[0].upper()}{fetches.words[1:]}" if fetches.tried else ""
    return [f"Pictures from elsewhere ({names}) were fetched for the cases shown, and for no other row.{tried}"]


def of_closed(matched: Matched, template: Template) -> list[str]:
    """Which columns no mail tool can fill in, because the template keeps their params closed."""
    closed = [name for name in matched.columns if not template.params[name].may_be_open]
    if not closed:
        return []
    are = f"{', '.join(closed)} {'is' if len(closed) == 1 else 'are'} not for a mail tool to fill in (a picture needs "
    return [f"{are}open = true and hosts for that): judged as in links that are signed for each recipient."]


def several(count: int, thing: str, things: str = "") -> str:
    return f"{count:,} {thing if count == 1 else things or f'{thing}s'}"
