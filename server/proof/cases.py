"""The cases that follow from a template alone: from its params' types, kinds, limits, choices and samples."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from server.catalog.manifest import MAX_NUMBER, Param, ParamType, as_text
from server.catalog.template import USUAL, Template, build_template
from server.proof import logos
from server.proof.people import (
    APOSTROPHE,
    EMOJI,
    HYPHENATED,
    LONG,
    MOJIBAKE,
    PARTICLES,
    PEOPLE,
    PLAIN,
    SENTENCE,
    SHORT,
    UNBREAKABLE,
    Person,
)
from server.proof.troubles import Kind, said
from server.values.kinds import Kind as WordKind

DAYS = {"longest": "2026-09-30", "leap": "2028-02-29", "first": "2027-01-01"}  # Wednesday, 30 September is the longest
COLORS = ("#ffffff", "#000000", "#ffe600")
COMPANY_LENGTH = 60
GONE = "https://{host}/gone/logo.png"
TAGS = ("*|FNAME|*", "{{ first_name }}", "%FIRSTNAME%")  # Mailchimp; Klaviyo, HubSpot and most; ActiveCampaign
WORDS_FOR_NOTHING = ("null", "N/A", "undefined")

Write = Callable[[str, Param], str | None]


@dataclass(frozen=True, slots=True)
class Case:
    """Values to draw. `title` says what is special about them; `row` is their place in a list, if they are of one."""

    kind: Kind
    title: str
    values: Mapping[str, str]
    row: int | None = None


def with_odd_logos(template: Template) -> Template:
    """`template` with the awkward logos among its files, where it takes pictures."""
    if not any(param.type is ParamType.IMAGE for param in template.params.values()):
        return template
    odd = {logos.file_of(shape): logos.draw_logo(shape) for shape in logos.SHAPES}
    return build_template(template.name, {**template.files, **odd})


def usual_values(template: Template) -> dict[str, str]:
    """What the designer meant the template to show: its samples, and where there are none, its usual example."""
    example = next((found.values for found in template.examples if found.name == USUAL), {})
    samples = {name: as_text(param.sample) for name, param in template.params.items() if param.sample is not None}
    guessed = {name: _person(PLAIN)(name, param) for name, param in template.params.items()} if not samples else {}
    return {**{name: text for name, text in guessed.items() if text}, **example, **samples}


def cases_of(template: Template) -> tuple[Case, ...]:
    """All of them, those first that happen most. `template` has the odd logos."""
    usual = usual_values(template)

    def case(kind: Kind, title: str, write: Write) -> Case:
        changed = {name: write(name, param) for name, param in _words(template)}
        return Case(kind, title, {**usual, **{name: text for name, text in changed.items() if text is not None}})

    return _distinct(
        (
            Case(Kind.USUAL, "As usual", usual),
            Case(Kind.MISSING, "Nothing given", {}),
            *_missing(template, usual),
            *(case(Kind.UNMERGED, f"Tags left: {tag}", _always(tag)) for tag in TAGS),
            *(case(Kind.PLACEHOLDER, f"Filled with “{w}”", _always(w)) for w in WORDS_FOR_NOTHING),
            case(Kind.LONG, "Long names", _person(LONG)),
            case(Kind.LONG, "Every text at its longest", _longest),
            case(Kind.LONG, "One word without an end", lambda _n, p: UNBREAKABLE[: p.max_length]),
            case(Kind.LONG, f"A company of {COMPANY_LENGTH} letters", _long_company),
            case(Kind.SHORT, "One letter", _person(SHORT)),
            case(Kind.NAMES, "ALL CAPS", lambda name, _p: usual[name].upper() if name in usual else None),
            case(Kind.NAMES, "all small", lambda name, _p: usual[name].lower() if name in usual else None),
            case(Kind.NAMES, "Hyphens", _person(HYPHENATED)),
            case(Kind.NAMES, "Apostrophes", _person(APOSTROPHE)),
            case(Kind.NAMES, "Particles", _person(PARTICLES)),
            case(Kind.NAMES, "Emoji", lambda name, _p: f"{usual[name]}{EMOJI}" if name in usual else None),
            *(case(Kind.SCRIPT, person.script, _person(person)) for person in PEOPLE),
            case(Kind.DAMAGE, "UTF-8 read as Latin", _mojibake),
            case(Kind.DAMAGE, "Letters lost on the way", lambda name, p: _lossy(_person(PARTICLES)(name, p))),
            *_pictures(template, usual),
            *_ranges(template, usual),
        )
    )


def _distinct(cases: tuple[Case, ...]) -> tuple[Case, ...]:
    """Each set of values once, and nothing that is as usual a second time."""
    seen: dict[tuple[tuple[str, str], ...], Case] = {}
    for case in cases:
        seen.setdefault(tuple(sorted(case.values.items())), case)
    return tuple(seen.values())


def _words(template: Template) -> Iterator[tuple[str, Param]]:
    """The params that recipients' words go into: text, without the labels, which have a default and no sample."""
    for name, param in template.params.items():
        is_label = bool(param.default) and param.sample is None
        if param.type is ParamType.TEXT and param.may_be_open and not is_label:
            yield name, param


def _missing(template: Template, usual: Mapping[str, str]) -> Iterator[Case]:
    for name in usual:
        without = {other: text for other, text in usual.items() if other != name}
        required = ", which it needs" if template.params[name].required else ""
        yield Case(Kind.MISSING, f"Without {said(name)}{required}", without)


def _person(person: Person) -> Write:
    """The part of `person` that a param is for, by its kind and name; None for other words."""

    def write(name: str, param: Param) -> str | None:
        match param.clean:
            case WordKind.COMPANY:
                return person.company
            case WordKind.PLACE:
                return person.city
            case WordKind.PERSON:
                return person.first if _is_first(name, param) else person.whole
        if "company" in name:
            return person.company
        return person.first if _is_first(name, param) else person.whole if "name" in name else None

    return write


def _always(text: str) -> Write:
    return lambda _name, _param: text


def _is_first(name: str, param: Param) -> bool:
    return param.part == "first" or "first" in name


def _longest(name: str, param: Param) -> str:
    """Exactly as long as the manifest allows, in words of this kind."""
    text = _person(LONG)(name, param) or SENTENCE
    if param.clean is WordKind.CODE:
        text = "WX84-"
    filler = f"{text} " if param.clean is not WordKind.CODE else text
    return (filler * (param.max_length // len(filler) + 1))[: param.max_length].rstrip().ljust(param.max_length, ".")


def _long_company(name: str, param: Param) -> str | None:
    return LONG.company[:COMPANY_LENGTH] if _person(LONG)(name, param) == LONG.company else None


def _mojibake(name: str, param: Param) -> str | None:
    text = _person(MOJIBAKE)(name, param)
    return None if text is None else text.encode().decode("cp1252")


def _lossy(text: str | None) -> str | None:
    return None if text is None else f"{text[:2]}\ufffd{text[3:]}"


def _pictures(template: Template, usual: Mapping[str, str]) -> Iterator[Case]:
    images = {name: param for name, param in template.params.items() if param.type is ParamType.IMAGE}
    if not images:
        return
    gone = {name: GONE.format(host=_host(param)) for name, param in images.items()}
    yield Case(Kind.PICTURE, "A dead picture address", {**usual, **gone})
    for shape, (width, height) in logos.SHAPES.items():
        given = dict.fromkeys(images, logos.file_of(shape))
        yield Case(Kind.PICTURE, f"A {shape} picture, {width} × {height}", {**usual, **given})


def _host(param: Param) -> str:
    """One that may be asked, and has no such picture (RFC 2606 where the param names none)."""
    return param.hosts[0].replace("*.", "cdn.") if param.hosts else "example.com"


def _ranges(template: Template, usual: Mapping[str, str]) -> Iterator[Case]:
    of_type: dict[ParamType, dict[str, Param]] = {}
    for name, param in template.params.items():
        of_type.setdefault(param.type, {})[name] = param
    numbers, days = of_type.get(ParamType.NUMBER, {}), of_type.get(ParamType.DATE, {})
    if numbers:
        for which, words in enumerate(("Numbers at their least", "Numbers at their greatest")):
            bounds = {name: f"{param.number_bounds()[which]:f}" for name, param in numbers.items()}
            yield Case(Kind.RANGE, words, {**usual, **bounds})
        beyond = dict.fromkeys(numbers, f"{MAX_NUMBER * 10:.0f}")
        yield Case(Kind.RANGE, "Numbers out of range", {**usual, **beyond})
    for name, day in DAYS.items() if days else ():
        yield Case(Kind.RANGE, f"The {name} day, {day}", {**usual, **dict.fromkeys(days, day)})
    for name, param in of_type.get(ParamType.CHOICE, {}).items():
        for choice in param.choices:
            yield Case(Kind.CHOICE, f"{said(name)}: {choice}", {**usual, name: choice})
    for name in of_type.get(ParamType.FLAG, {}):
        for word in ("true", "false"):
            yield Case(Kind.CHOICE, f"{said(name)}: {word}", {**usual, name: word})
    for name in of_type.get(ParamType.COLOR, {}):
        for color in COLORS:
            yield Case(Kind.CHOICE, f"{said(name)}: {color}", {**usual, name: color})
