"""Words that decide where a capital goes, in small letters. What follows from them is said in `names` and `titles`."""

from __future__ import annotations


def _words(*lines: str) -> frozenset[str]:
    return frozenset(word for line in lines for word in line.split())


def _spelled(line: str) -> dict[str, str]:
    return {word.lower(): word for word in line.split()}


# --- names of people

# Small between a first and a last name.
PARTICLES = _words(
    "van von der den de ter ten te zu zur zum da do dos das di del della dello dei degli du des",
    "af av bin ibn bint binti of the and und",
)
AFTER_DE = _words("la las los lo")  # alone they begin a name: Maria La Rosa
SMALL_WHEN_TYPED_SMALL = _words("y")  # ortega y gasset; in capitals it may be an initial
ARTICLES = _words("al ar as ash ad")  # al-Rashid
# Where particles have a capital: Robert De Niro's is Italian, Rik Van Looy's is Flemish.
LOCALES_WITHOUT_PARTICLES = _words("it vi nl-be")
# With one of these family names in front, Van and Do are given names.
VIETNAMESE_FAMILIES = _words(
    "nguyen nguyễn tran trần le lê pham phạm hoang hoàng huynh huỳnh phan vu vũ vo võ dang đặng bui bùi do đỗ ho hồ",
    "ngo ngô duong dương ly lý",
)

HONORIFICS = _words(
    "mr mrs ms miss mx dr prof sir dame rev fr sr sra srta don doña mme mlle m herr frau hr fru hon lt sgt cpt capt",
    "col gen maj",
)
# Behind a name.
SUFFIXES = _spelled(
    "Jr Sr II III IV VII VIII IX XII XIII XIV XV XVI "
    "PhD MD DDS DMD DVM JD MBA MSc BSc BA RN NP CPA CFA PMP Esq MP KC QC OBE MBE CBE FRCS"
)
GENERATIONS = _words("jr sr ii iii iv vii viii ix xii xiii xiv xv xvi")
# Spelled so wherever they stand; some have no vowel, yet are no initials.
ALWAYS = _spelled("Ng Mr Mrs Ms Dr St Md Lt Sgt Cpt Hr Mx Fr JUDr MUDr MVDr PhDr RNDr CSc DSc")
INITIALS = _words("aj ej oj")  # with a vowel, and initials all the same

# After Mac; Machado, Macedo and Mackenzie have no prefix.
SCOTTISH = _words(
    "alister allister arthur aulay bride callum carthy cormack dermott donald donnell dougal dougall duff ewan farlane",
    "gillivray gowan gregor innes intosh intyre iver kellar kinnon lachlan laren lean leish lennan leod mahon manus",
    "master millan nab namara naughton neil neill phail phee pherson quarrie queen rae sweeney taggart tavish william",
)
CAPITAL_AFTER = _words("o d l n m t k dell dall nell sant", "о д")  # before an apostrophe; the last two are Cyrillic
LANGUAGES_WITH_APOSTROPHE_AS_LETTER = _words("uz uk br")

BINDING = _words("abd abdul abdel abdal abu umm md mohd st")  # a first name only together with the next word
COUPLE = _words("& + and und et y e og och en")
LANGUAGES_FAMILY_FIRST = _words("hu vi")

# --- English titles

# Articles, conjunctions and short prepositions, unless first or last or after a colon.
SMALL_IN_TITLES = _words(
    "a an the and but or nor so yet for of on in at to by as vs via from with per into onto over than"
)
# Capitals that have vowels, so that no rule finds them; those without are found: SQL, HTML, CRM, PDF.
ACRONYMS = _words(
    "ai api aws b2b b2c bi ceo cfo cio cmo coo cto cia diy eu faq fbi gcp gdpr gpu hipaa hr ip iso kpi llm mba nasa",
    "nato ngo okr osha pr qa roi sap sec seo sla sme sop tba tbd ui uk un unesco url usa usb uae usd ux vat vip voip",
    "ii iii iv vi vii viii ix xi xii xiii xiv xv",
)
SPELLED = _spelled("SaaS PaaS iOS IoT PhD macOS")
NO_ACRONYMS = _words("mr mrs ms dr st nth vs")

# --- places

# Small inside a name: Rio de Janeiro, Frankfurt am Main, Stratford-upon-Avon.
BETWEEN_IN_PLACES = _words(
    "am an auf bei der im in ob unter de del da das di do dos la las le les los sur sous lès en y et of on upon by the",
    "under and und aan den op na nad pod",
)
PLACE_CODES = _words("usa uk uae eu nyc dc")
