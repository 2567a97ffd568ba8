"""A wish into what there is to paste: signed links with sample values and with a mail tool's tags, the HTML around
them, and what is not drawn as typed, in words."""

from __future__ import annotations

import html
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote

from server.catalog.alt import alt_text
from server.catalog.carried import carried
from server.catalog.template import Template
from server.errors import UnfitValue
from server.images import Format
from server.service import Service
from server.urls.request import parse_request
from server.urls.signing import sign_target, sign_values
from server.urls.target import Target, parse_path, print_path
from server.urls.typed_link import check_plain
from server.values.merge_tags import is_unmerged
from server.web.gallery import words
from server.web.gallery.wish import SCALES, Wish

MAIL_WIDTH = 600  # pixels of a mail's column, as mail tools lay it out
SHARP = 2  # pixels of a picture for each of the column, on the screens most mail is read on

# Outlook takes the size from the attributes; elsewhere the picture shrinks with a narrow column.
_MAIL_STYLE = "display:block;width:100%;max-width:{width}px;height:auto;border:0"

NO_WEBP_IN_OUTLOOK = "Outlook shows no WebP: take PNG or JPG for mail."
UNENCODED = "{tool} writes values unencoded. They arrive well, but a # in one cuts the link short."
NOT_PUBLIC = (
    "Mail tools cannot reach this address yet. Ask whoever runs this server to set public_url (docs/settings.md)."
)
GUESSED = (
    "Look up how your tool calls {fields} (docs/mail-tools.md says where): the tag in the link is a guess. "
    "Where it differs, change it there; the link stays good."
)


@dataclass(frozen=True, slots=True)
class Offer:
    """`picture` is a path with its query, for this server's own pages; the rest is whole, to be pasted elsewhere.
    `width` and `height` are the picture's pixels, `reasons` stand by param."""

    picture: str
    sample: str
    tagged: str
    mail_html: str
    page_html: str
    alt: str
    width: int
    height: int
    reasons: Mapping[str, str]
    notes: tuple[str, ...]

    @property
    def pasted(self) -> Mapping[str, str]:
        """What is there to copy, by the names that the page and its script have for it."""
        return {"tagged": self.tagged, "mail": self.mail_html, "sample": self.sample, "page": self.page_html}


class Links:
    """Makes links that begin with `base`. Whatever is wrong with the key ring is raised, and so is QueryTooLong."""

    def __init__(self, service: Service, *, base: str, is_public: bool) -> None:
        self.base = base
        self._service = service
        self._is_public = is_public

    def picture(self, template: Template, values: Mapping[str, str], format: Format) -> str:
        """Path and query of a picture with these values, all locked. Raises UnfitValue."""
        safe = {name: carried(text, template.param(name)) for name, text in values.items()}
        link = sign_values(template.name, safe, key=self._service.ring.current().signing, format=format)
        return _of_version(link, template)

    async def offer(self, wish: Wish) -> Offer:
        refused = {name: why for name in wish.values if (why := _why_refused(wish, name))}
        values = {name: text for name, text in wish.values.items() if name not in refused}
        tags = {name: wish.tool.tag_of(name) for name in wish.open}
        sample = self._sign(wish, values, wish.scale)
        picture = sample.removeprefix(self.base)
        width, height, reasons = await self._drawn(picture, wish.template)
        alt = alt_of(wish.template, values)
        return Offer(
            picture=_of_version(picture, wish.template),
            sample=sample,
            tagged=self._sign(wish, values, wish.scale, tags),
            mail_html=self._mail_html(wish, values, tags),
            page_html=_img(sample, wish.template.width, wish.template.height, alt),
            alt=alt,
            width=width,
            height=height,
            reasons={**reasons, **refused},
            notes=self._notes(wish),
        )

    def _sign(self, wish: Wish, values: Mapping[str, str], scale: int, tags: Mapping[str, str] | None = None) -> str:
        """The whole link; `tags` stand in place of the samples of open params."""
        safe = {name: carried(text, wish.template.param(name)) for name, text in values.items()}
        given = {name: quote(text, safe="") for name, text in safe.items()} | dict(tags or {})
        query = "&".join(f"{name}={given[name]}" for name in wish.template.params if name in given)
        return sign_target(
            f"{print_path(Target(wish.template.name, wish.format, scale))}?{query}",
            declared_of=lambda _: wish.template.query_names,
            ring=self._service.ring.current(),
            open_params=wish.open,
            public_url=self.base,
            now=self._service.now(),
            is_unmerged=is_unmerged,
        )

    async def _drawn(self, link: str, template: Template) -> tuple[int, int, Mapping[str, str]]:
        """Size and reasons of what the server draws for `link`."""
        path, _, query = link.partition("?")
        request = parse_request(parse_path(path), query.encode(), template.query_names)
        prepared = await self._service.prepare(request, template)
        drawn, spec = prepared.template, prepared.spec
        reasons = {found.param: words.in_words(found.reason, template.param(found.param)) for found in spec.fallbacks}
        if drawn is not template:
            needed = (name for name, param in template.params.items() if param.required and name in reasons)
            reasons |= dict.fromkeys(needed, f"Without it, {drawn.name} is drawn instead.")
        return spec.width, spec.height, reasons

    def _mail_html(self, wish: Wish, values: Mapping[str, str], tags: Mapping[str, str]) -> str:
        """The alternative text has the locked values only: with a tag in it, some would read `Hi ,`."""
        template = wish.template
        width = min(MAIL_WIDTH, template.width)
        height = round(template.height * width / template.width)
        sharp = next((scale for scale in SCALES if template.width * scale >= width * SHARP), SCALES[-1])
        link = self._sign(wish, values, max(wish.scale, sharp), tags)
        locked = {name: text for name, text in values.items() if name not in wish.open}
        return _img(link, width, height, alt_of(template, locked), style=_MAIL_STYLE.format(width=width))

    def _notes(self, wish: Wish) -> tuple[str, ...]:
        guessed = ", ".join(words.label_of(name) for name in wish.open if not wish.tool.is_sure_of(name))
        notes = (
            (GUESSED.format(fields=guessed), bool(guessed)),
            (NO_WEBP_IN_OUTLOOK, wish.format is Format.WEBP),
            (UNENCODED.format(tool=wish.tool.title), bool(wish.open) and not wish.tool.is_encoded),
            (NOT_PUBLIC, not self._is_public),
        )
        return tuple(note for note, applies in notes if applies)


def _why_refused(wish: Wish, name: str) -> str | None:
    """Why signers refuse this value, if they do. An open one is a sample, and may be whatever a mail tool writes."""
    text = wish.values[name]
    if name not in wish.open and is_unmerged(text):
        return words.TAG
    try:
        check_plain(name, carried(text, wish.template.param(name)))
    except UnfitValue:
        return words.ENCODED
    return None


def _of_version(link: str, template: Template) -> str:
    """With the template's version, which as a stranger's param has no effect: a browser that keeps pictures for a day
    shows an edit at once."""
    return f"{link}{'&' if '?' in link else '?'}_t={template.digest[:8]}"


def alt_of(template: Template, values: Mapping[str, str]) -> str:
    return alt_text(template.manifest, values) or template.name


def _img(link: str, width: int, height: int, alt: str, *, style: str = "") -> str:
    styled = f' style="{style}"' if style else ""
    return f'<img src="{_attribute(link)}" width="{width}" height="{height}" alt="{_attribute(alt)}"{styled}>'


def _attribute(text: str) -> str:
    """Escaped for double quotes. Single ones stay: mail tools look for their tags before anyone reads the HTML."""
    return html.escape(text, quote=False).replace('"', "&quot;")
