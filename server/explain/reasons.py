"""Why a param is not drawn as the link says, in one sentence, and what to do about it, in another: the one table that
the terminal, the pages and docs/explain.md show."""

from __future__ import annotations

from typing import NamedTuple

from server.catalog.manifest import Param
from server.report import Reason

_DEFAULT = "the default is shown."
_STAND_IN = "what stands in for it is shown."


class Sentence(NamedTuple):
    """{longest}, {least}, {greatest} and {choices} are the param's own."""

    why: str
    cure: str


SENTENCES: dict[Reason, Sentence] = {
    Reason.MISSING: Sentence(
        f"Nothing given: {_DEFAULT}", "Put it into the link; an open param needs the tag of your mail tool there."
    ),
    Reason.EMPTY: Sentence(
        f"There is nothing in it to show: {_DEFAULT}",
        "Nothing, mostly: the mail tool has no value for this recipient. If all are empty, look at the tag's spelling.",
    ),
    Reason.UNMERGED: Sentence(
        f"This is a merge tag that nobody filled in: {_DEFAULT}",
        "Look at the tag's spelling, paste the link into an HTML or code block, and test with a real contact.",
    ),
    Reason.PLACEHOLDER: Sentence(
        f"This is what machines write for nothing: {_DEFAULT}", "Clean the list that it comes from."
    ),
    Reason.TOO_LONG: Sentence(
        f"Longer than {{longest}} characters: {_DEFAULT}", "Shorten it, or raise max_length if the design has room."
    ),
    Reason.CUT: Sentence(
        "Longer than {longest} characters: its beginning is shown.",
        "Shorten it, or raise max_length if the design has room.",
    ),
    Reason.GARBLED: Sentence(
        f"Letters were lost on its way here: {_DEFAULT}", "Correct the list: an export was saved in the wrong encoding."
    ),
    Reason.NOT_A_NAME: Sentence(
        f"An address or a number, and no name: {_DEFAULT}", "Correct the list: two columns were mixed up."
    ),
    Reason.OVER_ENCODED: Sentence(
        f"URL-encoded too many times: {_DEFAULT}",
        "Encode it once: something between your tool and the link does it again and again.",
    ),
    Reason.NOT_A_NUMBER: Sentence(
        f"Not a number like 1200 or 12.5: {_DEFAULT}",
        "Send digits and a point, without currency or thousands; the template formats it.",
    ),
    Reason.OUT_OF_RANGE: Sentence(
        "Not within {least} and {greatest}: the nearest of the two is shown.",
        "Correct the value, or the bounds in the manifest.",
    ),
    Reason.NOT_A_COLOR: Sentence(
        f"Not a colour like #ff5b3a: {_DEFAULT}", "Write it as #ff5b3a, and in a link the # as %23."
    ),
    Reason.NOT_A_DATE: Sentence(
        f"Not a date like 2027-12-31: {_DEFAULT}", "Send year, month and day in this order; the template formats it."
    ),
    Reason.NOT_A_CHOICE: Sentence(f"None of the choices: {_DEFAULT}", "Take one of these, spelled so: {choices}."),
    Reason.NOT_A_FLAG: Sentence(f"Neither yes nor no: {_DEFAULT}", "Send true or false."),
    Reason.NOT_A_URL: Sentence(
        f"Not an address that begins with https://: {_DEFAULT}", "Send the whole address, https:// included."
    ),
    Reason.FORBIDDEN: Sentence(
        f"An open text may hold no link and no address, since anybody could write one there: {_DEFAULT}",
        "Lock the param, or, where links are meant, set allow_url = true in the manifest.",
    ),
    Reason.NOT_OPEN: Sentence(
        f"The template lets no mail tool fill this in: {_DEFAULT}",
        "Give it a value and sign again without --open for it.",
    ),
    Reason.NO_PICTURE: Sentence(
        f"The template has no picture of this name: {_DEFAULT}",
        "Write the file's name as it is in the template's folder, ending included.",
    ),
    Reason.NOT_FETCHED: Sentence(
        f"This server fetches no pictures from elsewhere: {_STAND_IN}",
        "Lay the picture into the template's folder and name it, or switch the setting remote_pictures on.",
    ),
    Reason.TIMEOUT: Sentence(
        f"Its host is too slow right now: {_STAND_IN}",
        "Take a host that answers within a second, or put a CDN in front of it; it is tried again in a minute.",
    ),
    Reason.UNREACHABLE: Sentence(
        f"Its host gives no answer: {_STAND_IN}", "Open the address in a browser: it must be public, by https."
    ),
    Reason.BAD_STATUS: Sentence(
        f"Its host has no such picture, or does not give it to everybody: {_STAND_IN}",
        "Correct the address; the picture must be public.",
    ),
    Reason.NOT_A_PICTURE: Sentence(
        f"There is something else than a picture at this address: {_STAND_IN}",
        "Give the address of the picture itself, not of the page around it.",
    ),
    Reason.DAMAGED: Sentence(
        f"The picture at this address is damaged: {_STAND_IN}", "Save it anew and upload it again."
    ),
    Reason.PICTURE_TOO_LARGE: Sentence(
        f"Over 5 MB or 25 megapixels: {_STAND_IN}",
        "Make it smaller: 2000 pixels a side are always enough.",
    ),
    Reason.HOST_NOT_ALLOWED: Sentence(
        f"Pictures may not come from this host: {_STAND_IN}",
        "Add the host to the param's hosts in the manifest, or move the picture.",
    ),
    Reason.ADDRESS_REFUSED: Sentence(
        f"This host is not on the public internet: {_STAND_IN}",
        "Give a public address, with the usual port of http or https.",
    ),
    Reason.TOO_MANY_PICTURES: Sentence(
        f"Too many pictures from elsewhere in one link: {_STAND_IN}",
        "Lay those that never change into the template's folder.",
    ),
    Reason.BUDGET: Sentence(
        f"Too many pictures are being fetched right now, or its open link has had its pictures of the day: {_STAND_IN}",
        "Nothing: it comes back by itself within a minute.",
    ),
    Reason.NO_GLYPHS: Sentence(
        f"No font has these letters: {_DEFAULT}", "Add a font that has them: nameplate fonts add FILE."
    ),
    Reason.GLYPHS_DROPPED: Sentence(
        "No font has some of these signs: it is shown without them.",
        "Add a font that has them, or leave it: nameplate fonts add FILE.",
    ),
    Reason.TOO_LARGE: Sentence(
        "The picture would be too large, so its scale was lowered.",
        "Ask for a smaller scale, or raise the setting max_pixels.",
    ),
}


def sentence_of(reason: Reason, param: Param | None = None) -> Sentence:
    """With the param's own limits in it; without a param as in the docs."""
    found = SENTENCES[reason]
    if param is None:
        given = {"longest": "max_length", "least": "min", "greatest": "max", "choices": "the choices of the manifest"}
    else:
        least, greatest = (short_number(bound) for bound in param.number_bounds())
        given = {
            "longest": str(param.max_length),
            "least": least,
            "greatest": greatest,
            "choices": ", ".join(param.choices),
        }
    return Sentence(found.why.format_map(given), found.cure.format_map(given))


def short_number(number: object) -> str:
    return f"{number:,f}".rstrip("0").rstrip(".") if "." in f"{number:f}" else f"{number:,f}"
