"""Thousands of names of people and companies of fifty countries: none is lost, none in mixed case is changed, and most
come back from capitals as they were."""

from __future__ import annotations

from functools import cache

import icu
import pytest

from server.values.casing import is_one_case
from server.values.kinds import Cleaning, Kind, clean_as
from server.values.merge_tags import is_unmerged
from server.values.text import clean

faker = pytest.importorskip("faker", reason="the lists of names are Faker's, a development dependency")

SEED = 7
NAMES_OF_EACH = 120
COMPANIES_OF_EACH = 60
LOCALES = (
    "en_US en_GB en_IN de_DE fr_FR es_ES es_MX it_IT pt_BR pt_PT nl_NL nl_BE sv_SE no_NO da_DK fi_FI is_IS pl_PL cs_CZ"
    " sk_SK hu_HU ro_RO hr_HR sl_SI bg_BG ru_RU uk_UA el_GR tr_TR az_AZ lt_LT lv_LV et_EE ga_IE ka_GE hy_AM he_IL ar_AA"
    " fa_IR hi_IN th_TH vi_VN id_ID ja_JP ko_KR zh_CN zh_TW yo_NG zu_ZA"
)
WHOSE_CAPITALS = frozenset({"tr", "az", "nl", "it", "vi"})  # where a manifest would say its locale
# What the rest is: Greek without its accents, titles that a language writes small (pan, г-жа), Mccormick.
LEAST_RESTORED = 0.95


@cache
def names() -> tuple[tuple[str, str], ...]:
    """Locale and name, the list's own dirt (doubled spaces, a few names in one case, "Last, First") left out."""
    found = set()
    for locale in LOCALES.split():
        fake = faker.Faker(locale)
        fake.seed_instance(SEED)
        for _ in range(NAMES_OF_EACH):
            found |= {(locale, fake.name()), (locale, fake.first_name()), (locale, fake.last_name())}
    return tuple(sorted((locale, name) for locale, name in found if clean(name) == name and "," not in name))


@cache
def companies() -> tuple[str, ...]:
    found = set()
    for locale in LOCALES.split():
        fake = faker.Faker(locale)
        fake.seed_instance(SEED)
        found |= {clean(fake.company()) for _ in range(COMPANIES_OF_EACH)}
    return tuple(sorted(found))


def test_there_are_thousands_of_each() -> None:
    assert len(names()) > 10_000
    assert len(companies()) > 2_500


def test_no_person_is_taken_for_a_machine_and_no_name_in_mixed_case_is_changed() -> None:
    shown = {name: clean_as(name, Cleaning(Kind.PERSON)).text for _, name in names()}
    assert [name for name, text in shown.items() if text is None] == []
    assert [name for name, text in shown.items() if text != name and not is_one_case(name)] == []


def test_companies_stay_as_they_are() -> None:
    assert [name for name in companies() if clean_as(name, Cleaning(Kind.COMPANY)).text != name] == []


def test_a_company_without_its_legal_form_still_has_a_name() -> None:
    shown = [clean_as(name, Cleaning(Kind.COMPANY, drops_legal_form=True)).text for name in companies()]
    assert all(text and any(map(str.isalnum, text)) for text in shown)


def test_no_name_is_a_merge_tag() -> None:
    assert [name for name in (*companies(), *(name for _, name in names())) if is_unmerged(name)] == []


def test_names_come_back_from_capitals_and_from_small_letters() -> None:
    tried = restored = 0
    for locale, name in names():
        if is_one_case(name) or name.casefold() == name:
            continue
        language = locale[:2]
        said = locale.replace("_", "-") if language in WHOSE_CAPITALS else ""
        for folded in (icu.UnicodeString(name).toUpper, icu.UnicodeString(name).toLower):
            tried += 1
            shown = clean_as(str(folded(icu.Locale(locale))), Cleaning(Kind.PERSON, locale=said)).text
            restored += shown == name
    assert tried > 20_000
    assert restored / tried > LEAST_RESTORED
