"""Words that machines write where a person left nothing: treated as empty.

Only as machines write them: Nil, Nan, Na, Null and Test are people, so their name-like spellings are nothing only
where no person can be meant.
"""

from __future__ import annotations

import re

ANY: frozenset[str] = frozenset(
    {
        # JavaScript, SQL, Java, Python, Ruby, Go, Lua, C, .NET; Django prints None for an empty field
        "null",
        "NULL",
        "(null)",
        "(NULL)",
        "<null>",
        "<NULL>",
        "[null]",
        "[NULL]",
        "undefined",
        "UNDEFINED",
        "[undefined]",
        "(undefined)",
        "None",
        "none",
        "NONE",
        "<none>",
        "(none)",
        "nil",
        "<nil>",
        "(nil)",
        "nan",
        "NaN",
        "[object Object]",
        "[object Undefined]",
        "[object Null]",
        "DBNull",
        "System.DBNull",
        # spreadsheets
        "N/A",
        "n/a",
        "#N/A",
        "#n/a",
        "N.A.",
        "n.a.",
        "#REF!",
        "#VALUE!",
        "#NAME?",
        "#NULL!",
        "#NUM!",
        "#DIV/0!",
        "#ERROR!",
        "#SPILL!",
        "#CALC!",
        "\\N",
        # the name of the column in place of its content
        "first_name",
        "FIRST_NAME",
        "firstname",
        "firstName",
        "FIRSTNAME",
        "FirstName",
        "FNAME",
        "fname",
        "last_name",
        "LAST_NAME",
        "lastname",
        "lastName",
        "LASTNAME",
        "LastName",
        "LNAME",
        "lname",
        "full_name",
        "FULL_NAME",
        "fullname",
        "fullName",
        "FULLNAME",
        "FullName",
        "company_name",
        "COMPANY_NAME",
        "companyname",
        "companyName",
        "COMPANYNAME",
        "CompanyName",
    }
)

# What people type into a form that insists, and what tools call somebody they know nothing of.
_UNKNOWN = frozenset(
    {
        *(
            "unknown",
            "Unknown",
            "UNKNOWN",
            "unbekannt",
            "Unbekannt",
            "inconnu",
            "Inconnu",
            "desconocido",
            "Desconocido",
        ),
        *("not provided", "Not Provided", "Not provided", "not available", "Not Available", "Not available"),
        *("not applicable", "Not Applicable", "Not applicable", "not specified", "Not Specified", "Not specified"),
        *("tbd", "TBD", "tba", "TBA", "k.A.", "k. A.", "keine Angabe", "Keine Angabe"),
        *("test", "TEST", "testing", "Testing", "TESTING", "test test", "Test Test", "TEST TEST"),
        *("asdf", "ASDF", "Asdf", "asdfgh", "qwerty", "Qwerty", "QWERTY", "asd", "ASD", "sdf", "dfg", "fgh", "jkl"),
    }
)
PERSON = (
    ANY
    | _UNKNOWN
    | {
        *("no name", "No Name", "No name", "NO NAME", "noname", "name", "Name", "NAME", "your name", "Your Name"),
        *("first name", "First Name", "First name", "FIRST NAME", "last name", "Last Name", "Last name", "LAST NAME"),
        *("full name", "Full Name", "Full name", "FULL NAME", "First Last", "Firstname Lastname"),
        *("First Name Last Name", "test user", "Test User", "TEST USER", "Test Account", "test account"),
        *("Vorname", "VORNAME", "vorname", "Vorname Nachname", "Nachname", "Prénom", "prénom", "PRENOM", "Prenom"),
        *("Nombre", "NOMBRE", "nombre", "Nome", "NOME", "anonymous", "n.n.", "N.N.", "xx", "XX"),
    }
)
# Of companies the words for nothing are nothing in any spelling.
COMPANY = (
    ANY
    | _UNKNOWN
    | {
        *("Null", "Nil", "NIL", "Nan", "NAN", "NA", "na", "Na", "N.a.", "Undefined", "Test", "Test Company"),
        *("no company", "No Company", "No company", "NO COMPANY", "company", "Company", "COMPANY"),
        *("company name", "Company Name", "Company name", "COMPANY NAME", "your company", "Your Company"),
        *("test company", "xx", "XX"),
    }
)
NOTHING: frozenset[str] = frozenset()
_KEY_HELD_DOWN = re.compile(r"(?!iii)([a-z])\1{2,}", re.IGNORECASE)  # xxx, aaaa

# Filler that a form asked for and a person gave: no letter, no digit, no picture. (!!! is a band; ! is not in
# here.)
_FILLER = re.compile(r"[-–—_.·•?*/\\|#…\s]+")


def is_placeholder(text: str, words: frozenset[str] = ANY) -> bool:
    """Whether clean `text` stands for nothing, or every word of it does ("null null" is nobody's full name)."""
    if text in words or _FILLER.fullmatch(text):
        return True
    if words is not ANY and _KEY_HELD_DOWN.fullmatch(text):
        return True
    parts = text.split(" ")
    return len(parts) > 1 and all(part in ANY or _FILLER.fullmatch(part) for part in parts)
