"""What is noteworthy about a picture, as facts that can be counted, ranked and said: from the fallbacks of its spec and
from the report of its drawing. Holds names of params and slots and measures, never a value."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from server.report import Fallback, Reason, SlotReport


class Kind(StrEnum):
    """What kind of case a picture is, in the order in which cases are chosen and shown: one that is as it should be,
    then the worst first."""

    USUAL = "usual"
    FAILED = "cannot be drawn"
    UNMERGED = "unmerged tag"
    PLACEHOLDER = "placeholder word"
    UNFIT = "unfit value"
    MISSING = "missing"
    PICTURE = "picture"
    CUT = "cut short"
    GLYPHS = "no letters for it"
    SMALL = "small type"
    LINES = "many lines"
    WORDING = "other wording"
    REMOTE = "picture from elsewhere"
    LONG = "long"
    SCRIPT = "script"
    SHORT = "short"
    NAMES = "names"
    DAMAGE = "damage"
    RANGE = "numbers and dates"
    CHOICE = "choices"
    RAGGED = "shifted row"
    MENDED = "mended"


# Every row has a longest word; which is the longest of all is for choosing, and how many there are says nothing.
RANKINGS = frozenset({Kind.USUAL, Kind.LONG, Kind.SHORT})
# Worth a look, and nothing wrong.
HARMLESS = frozenset({Kind.WORDING, Kind.REMOTE, Kind.SCRIPT, Kind.MENDED})


@dataclass(frozen=True, slots=True)
class Category:
    """Cases that are counted together. `words` say what they have in common: "first name is missing"."""

    kind: Kind
    words: str

    @property
    def is_counted(self) -> bool:
        return self.kind not in RANKINGS


@dataclass(frozen=True, slots=True)
class Trouble:
    """One fact about one picture. Of two in a category, the heavier is the uglier; `words` say it of this picture."""

    category: Category
    weight: float
    words: str


@dataclass(frozen=True, slots=True)
class _Said:
    """What is said of one param, and of several."""

    kind: Kind
    one: str
    several: str


_BY_REASON = {
    Reason.MISSING: _Said(Kind.MISSING, "is missing", "are missing"),
    Reason.EMPTY: _Said(Kind.MISSING, "is missing", "are missing"),
    Reason.UNMERGED: _Said(Kind.UNMERGED, "is a tag that was not filled in", "are tags that were not filled in"),
    Reason.PLACEHOLDER: _Said(Kind.PLACEHOLDER, "is a machine’s word for nothing", "are a machine’s words for nothing"),
    Reason.TOO_LONG: _Said(Kind.UNFIT, "is too long", "are too long"),
    Reason.CUT: _Said(Kind.CUT, "is longer than allowed, and cut", "are longer than allowed, and cut"),
    Reason.NO_GLYPHS: _Said(Kind.GLYPHS, "has letters that no font has", "have letters that no font has"),
    Reason.GLYPHS_DROPPED: _Said(Kind.GLYPHS, "has signs that no font has", "have signs that no font has"),
    Reason.GARBLED: _Said(Kind.UNFIT, "lost letters on its way", "lost letters on their way"),
    Reason.NOT_A_NAME: _Said(Kind.UNFIT, "is no name", "are no names"),
    Reason.OVER_ENCODED: _Said(Kind.UNFIT, "is encoded too many times", "are encoded too many times"),
    Reason.OUT_OF_RANGE: _Said(Kind.UNFIT, "is out of range", "are out of range"),
    Reason.FORBIDDEN: _Said(Kind.UNFIT, "holds a link or an address", "hold a link or an address"),
    Reason.NOT_OPEN: _Said(Kind.UNFIT, "may not come from a mail tool", "may not come from a mail tool"),
    Reason.NO_PICTURE: _Said(Kind.PICTURE, "is no picture of the template", "are no pictures of the template"),
    Reason.NOT_FETCHED: _Said(Kind.REMOTE, "is a picture from elsewhere", "are pictures from elsewhere"),
}
SMALLER = 0.995  # of the size in the usual picture: less than that is seen
_SEVERAL = Category(Kind.MISSING, "several are missing at once")


def said(name: str) -> str:
    """The name of a param or slot as people say it: `first_name` is first name."""
    return name.removesuffix("_url").replace("_", " ").replace("-", " ")


def of_fallbacks(fallbacks: Sequence[Fallback], pictures: frozenset[str]) -> Iterator[Trouble]:
    """What `fallbacks` say of a spec; `pictures` are the params that are pictures. Of a category, the picture that has
    the least else wrong with it is the one to show."""
    weight = -float(len(fallbacks))
    for fallback in fallbacks:
        what = _meaning(fallback.reason, is_picture=fallback.param in pictures)
        words = f"{said(fallback.param)} {what.one}"
        yield Trouble(Category(what.kind, words), weight, words)
    missing = sum(_meaning(found.reason, is_picture=False).kind is Kind.MISSING for found in fallbacks)
    if missing > 1:
        yield Trouble(_SEVERAL, float(missing), _SEVERAL.words)


def words_of(fallbacks: Sequence[Fallback], pictures: frozenset[str]) -> Iterator[str]:
    """The same in as few sentences as it takes."""
    alike: dict[_Said, list[str]] = {}
    for found in fallbacks:
        alike.setdefault(_meaning(found.reason, is_picture=found.param in pictures), []).append(said(found.param))
    for what, names in alike.items():
        yield f"{_list(names)} {what.one if len(names) == 1 else what.several}"


def _meaning(reason: Reason, *, is_picture: bool) -> _Said:
    if known := _BY_REASON.get(reason):
        return known
    words = reason.value.replace("-", " ")
    if is_picture:
        return _Said(Kind.PICTURE, f"cannot be shown ({words})", f"cannot be shown ({words})")
    return _Said(Kind.UNFIT, f"is {words}", f"are {words}")


def of_slots(slots: Sequence[SlotReport], usual: Mapping[str, SlotReport]) -> Iterator[Trouble]:
    """What the report of a drawing says, beside the slots of the usual picture."""
    for slot in slots:
        name = said(slot.slot)
        common = usual.get(slot.slot)
        share = _share(slot)
        if slot.truncated and not (common and common.truncated):
            yield Trouble(Category(Kind.CUT, f"{name}: cut short"), 1.0, f"{name} is cut short")
        if slot.missing:
            signs = ", ".join(sign.lower() for sign in slot.missing)
            yield Trouble(
                Category(Kind.GLYPHS, f"{name}: no font has some of it"),
                len(slot.missing),
                f"{name}: no font has {signs}",
            )
        if share < SMALLER * (_share(common) if common else 1.0):
            words = f"{name}: type at {share:.0%} of its size, {slot.size:.0f} px"
            yield Trouble(Category(Kind.SMALL, f"{name}: smaller type than usual"), 1 - share, words)
        if slot.lines > max(1, common.lines if common else 1):
            yield Trouble(
                Category(Kind.LINES, f"{name}: more lines than usual"), slot.lines, f"{name}: {slot.lines} lines"
            )
        if slot.alternative > (common.alternative if common else 0):
            words = f"{name}: wording {slot.alternative + 1}"
            yield Trouble(Category(Kind.WORDING, f"{name}: another wording than usual"), slot.alternative, words)


def _share(slot: SlotReport) -> float:
    return slot.size / slot.designed_size if slot.designed_size else 1.0


def as_it_should_be(row: int) -> Trouble:
    """For a picture that nothing else is said of; the first row of the list will do."""
    return Trouble(Category(Kind.USUAL, "as it should be"), -float(row), "nothing to say")


def of_failure(message: str) -> Trouble:
    words = f"{message}; recipients see the default picture"
    return Trouble(Category(Kind.FAILED, "cannot be drawn"), 1.0, words)


def _list(names: Sequence[str]) -> str:
    return f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else "".join(names)
