"""A company's name as people say it, on request: without its legal form and what a register has added."""

from __future__ import annotations

import re

# Longest first, so that "GmbH & Co. KG" goes as one. A dot after any letter is optional; see `_pattern`.
_FORMS = (
    "Aktiengesellschaft",
    "Gesellschaft mit beschränkter Haftung",
    "GmbH & Co KGaA",
    "GmbH & Co KG",
    "GmbH und Co KG",
    "AG & Co KG",
    "UG (haftungsbeschränkt) & Co KG",
    "UG (haftungsbeschränkt)",
    "SE & Co KGaA",
    "mbH & Co KG",
    "gGmbH",
    "GmbH",
    "mbH",
    "KGaA",
    "PartG mbB",
    "e K",
    "e V",
    "e G",
    "Ges m b H",
    "S A de C V",
    "S de R L de C V",
    "S A B de C V",
    "S à r l",
    "SARL",
    "S A R L",
    "EURL",
    "SASU",
    "S p A",
    "S r l",
    "S a s",
    "Sp z o o",
    "Spółka z o o",
    "s r o",
    "a s",
    "d o o",
    "S L U",
    "A/S",
    "ApS",
    "ASA",
    "Oyj",
    "Oy",
    "Kft",
    "Zrt",
    "Nyrt",
    "Ltda",
    "Eireli",
    "Private Limited",
    "Pvt Ltd",
    "Pty Ltd",
    "Pty Limited",
    "Pte Ltd",
    "Sdn Bhd",
    "Berhad",
    "Bhd",
    "Co Ltd",
    "Company Limited",
    "Public Limited Company",
    "Limited Liability Company",
    "Limited",
    "Ltd",
    "PLC",
    "LLLP",
    "LLP",
    "L L C",
    "Incorporated",
    "Inc",
    "Corporation",
    "Corp",
    "K K",
    "株式会社",
    "有限会社",
    "合同会社",
    "有限责任公司",
    "股份有限公司",
    "有限公司",
    "주식회사",
    "(株)",
    "（株）",
    "(주)",
)
# Words of two letters only as forms are written: "as", "se" and "ab" are words.
_SHORT_FORMS = ("AG", "KG", "OHG", "UG", "SE", "SA", "S.A.", "SAS", "S.A.S.", "SRL", "SL", "S.L.", "LP", "L.P.")
_SHORT_FORMS_NORTH = ("AB", "AS", "BV", "B.V.", "NV", "N.V.", "SpA", "P.C.", "P.A.")
# In front of the name, where they stand in Japanese, Korean, Russian and Ukrainian.
_FORMS_BEFORE = (
    "株式会社",
    "有限会社",
    "合同会社",
    "(株)",
    "（株）",
    "주식회사",
    "(주)",
    "ООО",
    "ОАО",
    "ПАО",
    "ЗАО",
    "АО",
    "ТОВ",
)

_COUNTRIES = "Deutschland|Germany|France|Schweiz|Switzerland|Österreich|Austria|Nederland|Netherlands|España|Italia"
_REGISTER = re.compile(rf"\s*(?:/[A-Z]{{2,5}}/?|\((?:[A-Z]{{2,3}}|(?i:{_COUNTRIES}))\))\Z")
_NO_NAME = frozenset({"co", "co.", "the", "a", "le", "la", "les", "los", "die", "der", "das", "el", "il", "de", "het"})
_DANGLING = " ,;&-–|"


def _pattern(form: str) -> str:
    """`GmbH & Co KG` for GMBH & CO. KG, `L L C` for L.L.C. and LLC."""
    words = [re.escape(word) for word in form.split(" ")]
    joint = r"\.?\s*" if all(len(word) == 1 for word in form.split(" ")) else r"\.?,?\s*"
    return joint.join(words) + r"\.?"


_LONG = "|".join(_pattern(form) for form in sorted(_FORMS, key=len, reverse=True))
_SHORT = "|".join(re.escape(form) for form in (*_SHORT_FORMS, *_SHORT_FORMS_NORTH))
_SPACELESS = r"(?<=[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af])"
_AT_END = re.compile(rf"(?:[\s,]+|{_SPACELESS})(?:(?i:{_LONG})|{_SHORT})\Z")
_AT_START = re.compile(rf"\A(?:{'|'.join(re.escape(form) for form in _FORMS_BEFORE)})(?=[\s«\"“\u3040-\uffff])\s*")
_QUOTED = re.compile(r"«([^«»]+)»|\"([^\"]+)\"|“([^“”]+)”")


def without_legal_form(company: str) -> str:
    """`ACME GMBH & CO. KG` as ACME, `Foo, Inc.` as Foo; a name that is nothing else stays, and so does Smith & Co."""
    name = company
    while (shorter := _once(name)) != name:
        name = shorter
    return name


def _once(name: str) -> str:
    shorter = _AT_START.sub("", _AT_END.sub("", _REGISTER.sub("", name))).strip(_DANGLING)
    if shorter != name and (quoted := _QUOTED.fullmatch(shorter)):
        shorter = next(inside for inside in quoted.groups() if inside)
    says_nothing = not any(map(str.isalnum, shorter)) or shorter.lower() in _NO_NAME
    return name if says_nothing else shorter
