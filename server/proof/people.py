"""Names of people, companies and towns as lists really have them, for cases that nobody needs a list for."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody, where they work and where that is, in one script."""

    script: str
    first: str
    last: str
    company: str
    city: str
    is_last_first: bool = False  # family name first, without a space between

    @property
    def whole(self) -> str:
        return f"{self.last}{self.first}" if self.is_last_first else f"{self.first} {self.last}"


PEOPLE = (
    Person("Arabic", "فاطمة", "الزهراني", "شركة النخيل للتجارة", "القاهرة"),
    Person("Hebrew", "נועה", "פרידמן", "גליל טכנולוגיות", "תל אביב"),
    Person("Hindi", "प्रियंका", "श्रीवास्तव", "गंगा टेक्सटाइल्स", "लखनऊ"),
    Person("Thai", "กัญญารัตน์", "ศรีสุวรรณ", "บริษัท เจ้าพระยาการค้า", "กรุงเทพมหานคร"),
    Person("Japanese", "美咲", "長谷川", "株式会社あおば製作所", "横浜市", is_last_first=True),
    Person("Korean", "서연", "김", "한강소프트", "서울특별시", is_last_first=True),
    Person("Chinese", "雨桐", "欧阳", "青岛海风贸易有限公司", "上海市", is_last_first=True),
    Person("Greek", "Κωνσταντίνα", "Παπαδοπούλου", "Αιγαίο Ναυτιλιακή", "Θεσσαλονίκη"),
    Person("Cyrillic", "Екатерина", "Воскресенская", "Северный Ветер", "Нижний Новгород"),
    Person("Vietnamese", "Nguyễn Thị", "Phương Thảo", "Công ty Hạ Long Xanh", "Thành phố Huế"),
    Person("Polish and Czech", "Wojciech", "Dvořák-Krzyżanowski", "Žďár & Świętokrzyskie", "Łódź"),
    Person("Amharic", "ሰላማዊት", "ገብረመድህን", "አባይ ቡና", "አዲስ አበባ"),
)

HYPHENATED = Person("", "Anne-Sophie", "Leutheusser-Schnarrenberger", "Hewlett-Packard Enterprise", "Aix-en-Provence")
APOSTROPHE = Person("", "D’Andre", "O’Brien", "Ben & Jerry’s", "Coeur d’Alene")
PARTICLES = Person("", "Ludwig", "van der Meer y García", "de Bijenkorf B.V.", "’s-Hertogenbosch")
LONG = Person(
    "",
    "Maximiliane-Konstantina",
    "Wolfeschlegelsteinhausenbergerdorff",
    "Featherstonehaugh, Cholmondeley & Daughters International Ltd.",
    "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch",
)
SHORT = Person("", "Ø", "Y", "X", "Å")
MOJIBAKE = Person("", "José", "Muñoz Peña", "Crédit Agricole", "Málaga")  # survives it: windows-1252 has each byte
PLAIN = Person("", "Sarah", "Lindqvist", "Larkfield", "Portland")
UNBREAKABLE = "Donaudampfschifffahrtsgesellschaftskapitänswitwenrente"
EMOJI = " 👩🏽‍🚀✨"
SENTENCE = (
    "The unabridged guide to everything that our customers have asked us about in the last twelve years, and what we "
    "told them "
)
