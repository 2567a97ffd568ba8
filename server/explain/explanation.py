"""What `explain` found, as one value: the page, the terminal and `--json` all show this and nothing else.

Its JSON is public (docs/explain.md): names are added, and none changes its meaning.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

from server.images import Picture

JSON_VERSION = 1


class Outcome(StrEnum):
    """What a recipient sees. Stable and public."""

    AS_ASKED = "as-asked"
    WITH_FALLBACKS = "with-fallbacks"  # the link's own picture, some params with what stands in for them
    DEFAULT_PICTURE = "default-picture"  # the template's, without any value of the link
    NO_PICTURE = "no-picture"  # a neutral card: it is no link to a template of ours


class Role(StrEnum):
    """What a name in the query is. Stable and public."""

    LOCKED = "locked"
    OPEN = "open"
    RETIRED = "retired"  # is under the signature, and draws nothing
    OURS = "ours"  # _open, _exp, _v, _aud, _sig
    NO_EFFECT = "no-effect"
    STRAY = "stray"  # bytes that belong to no name

    @property
    def words(self) -> str:
        """As people are shown it."""
        return "dropped" if self is Role.STRAY else self.value.replace("-", " ")


@dataclass(frozen=True, slots=True)
class Remark:
    """`code` is stable, `said` a sentence for people."""

    code: str
    said: str


@dataclass(frozen=True, slots=True)
class Stage:
    stage: str
    ms: float


@dataclass(frozen=True, slots=True)
class Asked:
    """What the path asks for. `template` is its own name, `named` what the path calls it."""

    template: str
    named: str
    format: str
    scale: int


@dataclass(frozen=True, slots=True)
class Arrived:
    """One name of the query. `means` is the param's own name where the link has an alias. `rounds` is the value after
    each round of decoding that changed it."""

    name: str
    role: Role
    means: str
    arrived: str
    read: str
    rounds: tuple[str, ...] = ()
    remarks: tuple[Remark, ...] = ()


@dataclass(frozen=True, slots=True)
class BasePart:
    """One part of what the signature covers. `signed` is what was signed, where that is known and another."""

    part: str
    here: str
    signed: str | None = None


@dataclass(frozen=True, slots=True)
class Seal:
    """`code` is "good", or the code of the problem. `causes` are why it is bad, known for certain: with them undone
    the link's own signature fits. `base` is what the server signs of the link as it arrived, `netstring` the same as
    bytes; neither holds a secret."""

    code: str
    said: str
    kid: str = ""
    key: str = ""
    expires: str = ""
    base: tuple[BasePart, ...] = ()
    netstring: str = ""
    causes: tuple[Remark, ...] = ()
    hints: tuple[Remark, ...] = ()


@dataclass(frozen=True, slots=True)
class ParamStory:
    """One param from the link to the picture. None: there was nothing at this step. `why` and `cure` are sentences."""

    param: str
    label: str
    is_open: bool
    arrived: str | None
    read: str | None
    cleaned: str | None
    repairs: tuple[Remark, ...]
    drawn: str | None
    reason: str | None
    why: str = ""
    cure: str = ""


@dataclass(frozen=True, slots=True)
class SlotStory:
    slot: str
    designed_size: float
    size: float
    lines: int
    wording: int
    is_cut: bool
    missing: tuple[str, ...]
    remarks: tuple[Remark, ...] = ()


@dataclass(frozen=True, slots=True)
class PictureStory:
    """One remote picture. `reason` is None when it came."""

    param: str
    host: str
    reason: str | None
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Served:
    """The answer that a recipient gets. `found` is the cache tier that had the picture, `headers` as they are sent."""

    status: int
    format: str
    width: int
    height: int
    bytes: int
    found: str
    key: str
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Problem:
    code: str
    said: str
    cure: str


@dataclass(frozen=True, slots=True)
class Fix:
    """A link that is good as it stands, and what is other in it."""

    url: str
    said: str


_HEADLINES = {
    Outcome.AS_ASKED: "The link is good, and everything is drawn as given.",
    Outcome.WITH_FALLBACKS: "The link is good. Not everything is drawn as given.",
    Outcome.DEFAULT_PICTURE: "Recipients see the template's default picture, without any value of the link.",
    Outcome.NO_PICTURE: "Recipients get a neutral picture with 404: this is no link to a template of this server.",
}


@dataclass(frozen=True, slots=True)
class Explanation:
    """Fields that the link never came to are empty. `picture` is what a recipient sees; it is not in the JSON."""

    link: str
    unwrapped: tuple[Remark, ...] = ()
    outcome: Outcome = Outcome.NO_PICTURE
    problem: Problem | None = None
    hints: tuple[Remark, ...] = ()
    fix: Fix | None = None
    asked: Asked | None = None
    query: tuple[Arrived, ...] = ()
    signature: Seal | None = None
    params: tuple[ParamStory, ...] = ()
    slots: tuple[SlotStory, ...] = ()
    pictures: tuple[PictureStory, ...] = ()
    drawing: Mapping[str, Any] = field(default_factory=dict)
    answer: Served | None = None
    stages: tuple[Stage, ...] = ()
    picture: Picture | None = field(default=None, repr=False)

    @property
    def headline(self) -> str:
        """What recipients see, in one sentence."""
        number = len(self.unfit)
        if self.outcome is Outcome.WITH_FALLBACKS and number:
            return f"The link is good. {number} of its params {'is' if number == 1 else 'are'} not drawn as given."
        return _HEADLINES[self.outcome]

    @property
    def unfit(self) -> tuple[ParamStory, ...]:
        return tuple(param for param in self.params if param.reason)

    def to_json(self) -> dict[str, Any]:
        told = {name: getattr(self, name) for name in self.__slots__ if name != "picture"}
        return {"version": JSON_VERSION, **{name: _plain(value) for name, value in told.items()}}


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    if isinstance(value, Mapping):
        return {name: _plain(one) for name, one in value.items()}
    return (
        {name: _plain(one) for name, one in asdict(value).items()}
        if hasattr(value, "__slots__") and not (isinstance(value, str))
        else value
    )
