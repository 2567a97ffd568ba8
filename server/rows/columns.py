"""Which column of a table fills in which param: by name, whatever its case and signs, by the names that mail tools give
their fields, and as the caller says."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from server.errors import UnfitValue

# What exports of Mailchimp, Klaviyo, HubSpot, Salesforce, Brevo and spreadsheets call a field, as `plain` leaves it.
_ALSO = {
    "firstname": ("fname", "givenname", "forename", "first", "vorname", "prenom", "nombre", "nome", "voornaam"),
    "lastname": ("lname", "surname", "familyname", "last", "nachname", "nomdefamille", "apellido", "apellidos"),
    "name": ("fullname", "contactname", "displayname", "recipientname", "attendee", "attendeename"),
    "company": (
        "companyname",
        "organization",
        "organisation",
        "accountname",
        "account",
        "employer",
        "firma",
        "societe",
    ),
    "city": ("town", "locality", "ort", "stadt", "ville", "ciudad"),
    "role": ("jobtitle", "position", "title"),
    "date": ("day", "datum"),
    "ticket": ("ticketnumber", "ticketno", "ticketid"),
    "seat": ("seatnumber", "seatno"),
    "logourl": ("logo", "companylogo"),
    "photourl": ("photo", "image", "imageurl", "picture"),
    "avatarurl": ("avatar", "headshot", "portrait"),
}
_WHOLE_NAME = ("firstname", "lastname")  # what a list without whole names has instead of one
_OWNER = re.compile(
    r"(?:contact|person|subscriber|recipient|customer|lead|user|attributes?|properties)\s*[.:_/ -]+", re.I
)


@dataclass(frozen=True, slots=True)
class Matched:
    """`columns` are places in the header by param; of several, the cells are joined by a space. `unused` are the
    columns, and `unfilled` the params, that found no partner."""

    columns: Mapping[str, tuple[int, ...]]
    unused: tuple[str, ...]
    unfilled: tuple[str, ...]

    def values(self, cells: Sequence[str]) -> dict[str, str]:
        return {
            param: " ".join(filter(None, (cells[place].strip() for place in places)))
            if len(places) > 1
            else cells[places[0]]
            for param, places in self.columns.items()
        }


def plain(name: str) -> str:
    """`name` as it is compared: no case, accents, spaces or signs."""
    letters = unicodedata.normalize("NFKD", name.casefold())
    return "".join(letter for letter in letters if letter.isalnum())


def match(header: Sequence[str], params: Mapping[str, Collection[str]], told: Mapping[str, str]) -> Matched:
    """Every param with its column. `params` has each one's aliases, `told` params by column. Raises UnfitValue for a
    word of `told` that is none."""
    columns = _told(header, params, told)
    taken = {place for places in columns.values() for place in places}
    for names_of in (_own_names, _field_names):  # what is sure first: "Title" is a title before it is a role
        for param, aliases in params.items():
            found = None if param in columns else _find(header, names_of(param, aliases), taken)
            if found is not None:
                columns[param] = (found,)
                taken.add(found)
    columns |= _of_halves(header, params, columns, taken)
    taken = {place for places in columns.values() for place in places}
    unused = tuple(name for place, name in enumerate(header) if place not in taken)
    return Matched(columns, unused, tuple(param for param in params if param not in columns))


def _told(
    header: Sequence[str], params: Mapping[str, Collection[str]], told: Mapping[str, str]
) -> dict[str, tuple[int, ...]]:
    found: dict[str, tuple[int, ...]] = {}
    for column, param in told.items():
        place = _find(header, (column,), set())
        if place is None:
            raise UnfitValue("map", f"the file has no column {column}; {_nearest(column, header)}")
        own = param if param in params else next((name for name, also in params.items() if param in also), None)
        if own is None:
            raise UnfitValue("map", f"the template has no param {param}; {_nearest(param, params)}")
        found[own] = (*found.get(own, ()), place)
    return found


def _nearest(word: str, words: Collection[str]) -> str:
    near = difflib.get_close_matches(word, words, n=1)
    return f"did you mean {near[0]}?" if near else f"it has: {', '.join(filter(None, words)) or 'none'}"


def _own_names(param: str, aliases: Collection[str]) -> tuple[str, ...]:
    return (param, *aliases)


def _field_names(param: str, aliases: Collection[str]) -> tuple[str, ...]:
    return tuple(also for name in (param, *aliases) for also in _ALSO.get(plain(name), ()))


def _find(header: Sequence[str], names: Collection[str], taken: Collection[int]) -> int | None:
    wanted = [plain(name) for name in names]
    for shape in (plain, lambda name: plain(_OWNER.sub("", name, count=1))):
        shaped = [shape(name) for name in header]
        for name in filter(None, wanted):
            place = next((at for at, column in enumerate(shaped) if column == name and at not in taken), None)
            if place is not None:
                return place
    return None


def _of_halves(
    header: Sequence[str], params: Mapping[str, Collection[str]], columns: Mapping[str, object], taken: Collection[int]
) -> dict[str, tuple[int, ...]]:
    """A whole name out of first and last one, for a template that wants a name of a list that has its halves."""
    halves = [_find(header, (half, *_ALSO[half]), taken) for half in _WHOLE_NAME]
    places = tuple(place for place in halves if place is not None)
    is_wanted = [param for param in params if plain(param) in ("name", "fullname") and param not in columns]
    return {is_wanted[0]: places} if is_wanted and places else {}
