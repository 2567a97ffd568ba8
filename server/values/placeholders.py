"""Words that machines write where a person left nothing: treated as empty.

Only as machines write them: Nil, Nan, Na, Null and Test are people, so their name-like spellings are not in
here.
"""

from __future__ import annotations

import re

_WORDS = frozenset(
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

# Filler that a form asked for and a person gave: no letter, no digit, no picture. (!!! is a band; ! is not in
# here.)
_FILLER = re.compile(r"[-–—_.·•?*/\\|#…\s]+")


def is_placeholder(text: str) -> bool:
    """Whether every word of clean `text` is one ("null null" is first and last name of nobody)."""
    if text in _WORDS or _FILLER.fullmatch(text):
        return True
    words = text.split(" ")
    return len(words) > 1 and all(word in _WORDS or _FILLER.fullmatch(word) for word in words)
