"""Whether a text is, or holds, a merge tag that no mail tool filled in.

A raw tag in a picture is the worst failure there is: every recipient of a mailing sees it. So whatever is
written between the double brackets of a dialect counts, whole or broken off. Single brackets and signs also
stand in real names ([solidcore], $uicideboy$, -ism-), so there the tag must be the whole value and its inside
read like a field's name.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from urllib.parse import unquote, unquote_plus

LAYERS = 2  # of encoding that are looked through: a tool's and a mail gateway's

# What the names of fields are made of, and brands in brackets ([adult swim], [McDonald], ~booking.com~) are
# not: a word for a field, or an underscore.
_FIELD_WORD = (
    r"(?i:prenom|vorname|contact|subscriber|recipient|customer|company|organi[sz]ation)"
    r"|(?:[Nn]ame|[Nn]ome|[Mm]ail)(?![a-z])|(?:NAME|NOME|MAIL)(?![A-Z])"
    r"|\b(?i:phone|city|country|address|title|date|account|person|lead|member|event|order)\b"
    r"|[A-Za-z0-9]_[A-Za-z0-9]"
)
_FIELD = rf"(?=[\w .:|,='-]*?(?:{_FIELD_WORD}))[A-Za-z_][\w .:|,='\"-]{{0,78}}"


@dataclass(frozen=True, slots=True)
class Dialect:
    """How one family of tools writes a tag. `whole`: only a value that is nothing but the tag counts."""

    tools: str
    pattern: re.Pattern[str]
    examples: tuple[str, ...]
    whole: bool = False

    def found_in(self, text: str) -> bool:
        return bool(self.pattern.fullmatch(text) if self.whole else self.pattern.search(text))


def _anywhere(tools: str, pattern: str, *examples: str) -> Dialect:
    return Dialect(tools, re.compile(pattern), examples)


def _whole(tools: str, pattern: str, *examples: str) -> Dialect:
    return Dialect(tools, re.compile(pattern), examples, whole=True)


DIALECTS = (
    _anywhere(
        "Mailchimp, Mandrill",
        r"\*\||\|\*",
        "*|FNAME|*",
        "*|URL:FNAME|*",
        "*|IF:FNAME|**|URL:FNAME|**|ELSE:|*there*|END:IF|*",
        "*|MMERGE5|*",
    ),
    _anywhere(
        "Klaviyo, HubSpot, Brevo, SendGrid, Customer.io, Braze, Marketo, Iterable, Kit, Drip, AWeber, "
        "Shopify, WhatsApp and most others",
        r"\{\{|\}\}",
        "{{ first_name }}",
        "{{ person|lookup:'Company'|default:'' }}",
        "{{ contact.FIRSTNAME }}",
        "{{{first_name}}}",
        '{{insert first_name "default=there"}}',
        "{{${first_name}}}",
        "{{1}}",
        "{{lead.First Name:default=there}}",
        '{{data:firstname:""}}',
        "{{#if first_name}}{{first_name}}{{#endif}}",
        "{{firstName|there}}",
        "{{ customer.first_name | default: '' | url_param_escape }}",
        "{{/urlEncode}}",
        "{{ personalization_token('contact.firstname','there') }}",
    ),
    _anywhere(
        "Django, Liquid and Jinja blocks; Marketo's new tokens",
        r"\{%|%\}",
        "{% if first_name %}{% endif %}",
        "{%=lead.firstName%}",
        '{%=lead.firstName ?: "there"%}',
    ),
    _anywhere(
        "Salesforce Marketing Cloud",
        r"%%=|=%%|%%\[|\]%%|%%[A-Za-z_][\w .\-]*%%|\A%%[A-Za-z_]",
        "%%FirstName%%",
        "%%First Name%%",
        "%%=URLEncode(@f,1,1)=%%",
        "%%Addr%%",
        '%%[SET @f=AttributeValue("FirstName")]%%',
    ),
    _anywhere(
        "ActiveCampaign, Mailgun",
        r"(?<![\w%])%[A-Za-z_][\w.\-]{1,60}%(?![\w%])"
        r"|%/?(?:IF|ELSEIF|ELSE)\b[^%]{0,80}%"
        rf"|\A%(?=[\w.]*(?:{_FIELD_WORD}))[A-Za-z_][\w.]*\Z",
        "%FIRSTNAME%",
        "%ACCT_NAME%",
        "%ADDRESS%",
        "%DATE%",
        "%recipient.first_name%",
        "%IF FIRSTNAME%",
    ),
    _anywhere(
        "Constant Contact, Omnisend, GetResponse",
        r"\[\[|\]\]",
        "[[FIRSTNAME]]",
        '[[FIRSTNAME OR "there"]]',
        "[[firstname]]",
        "[[contact.first_name | default: 'there']]",
    ),
    _anywhere("SendGrid's old tags", r"\[%|%\]", "[%first_name%]", "[%first_name | Default%]"),
    _anywhere(
        "Campaign Monitor, Sendy",
        r"\[[A-Za-z][\w .]*,\s*fallback\s*=",
        "[firstname,fallback=]",
        "[Name,fallback=there]",
        "[company, fallback=you]",
    ),
    _anywhere(
        "Adobe Campaign, ERB, ASP",
        r"<%|%>",
        "<%= recipient.firstName %>",
        "<%= encodeURIComponent(recipient.firstName) %>",
    ),
    _anywhere("Braze, Velocity, template strings", r"\$!?\{", "${first_name}", "$!{lead.FirstName}"),
    _anywhere(
        "MailerLite, Salesforce",
        r"\{[$!][A-Za-z_]",
        "{$name}",
        "{$name|escape:'url'}",
        "{$name|default('there')}",
        "{!Contact.FirstName}",
        "{!URLENCODE(Contact.FirstName)}",
    ),
    _anywhere("Zoho", r"\$\[|\]\$", "$[FNAME|there|]$", "$[COMPANYNAME||]$"),
    _anywhere("Mautic", r"\{[a-z]+field=", "{contactfield=firstname}", "{contactfield=firstname|true}"),
    _anywhere("Loops", r"\{[A-Z_]{3,}:", "{DATA_VARIABLE:first_name}"),
    _anywhere(
        "Word's merge fields in plain text",
        rf"<<\s*[A-Za-z][\w ]*>>|\A<<\s*{_FIELD}>?\Z",
        "<<First Name>>",
        "<<Company>>",
    ),
    _whole("Word", rf"«\s*{_FIELD}\s*»?", "«First_Name»", "« Company »"),
    # Any word in single braces: no person is written so, and of companies only one or two.
    _whole("Loops, home-made tags", r"\{\s*[A-Za-z0-9_][^{}]{0,80}\}?", "{firstName}", "{company}", "{code}"),
    _whole(
        "MailPoet, MailWizz, Sendy",
        rf"\[{_FIELD}\]?",
        "[FNAME]",
        "[COMPANY]",
        "[FNAME:filter:urlencode]",
        "[subscriber:firstname]",
        "[subscriber:firstname | default:reader]",
        "[firstname]",
    ),
    _whole("Keap", rf"~{_FIELD}~?", "~Contact.FirstName~", "~Company~"),
    _whole("Dotdigital", r"@[A-Z][A-Z0-9_]+@", "@FIRSTNAME@", "@COMPANY@"),
    _whole(
        "SendGrid's oldest tags",
        rf"-{{1,2}}(?=\w*?(?:{_FIELD_WORD}))[A-Za-z]\w*-{{1,2}}",
        "-first_name-",
        "--firstname--",
        "-company-",
    ),
    _whole(
        "Responsys, Emarsys",
        r"\$(?:[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+|[a-z]+(?:[_.][A-Za-z]+)+|[A-Z]*NAME|COMPANY"
        r"|(?:First|Last) Name|Company)\$",
        "$FIRST_NAME$",
        "$contact.first_name$",
        "$FIRSTNAME$",
        "$First Name$",
    ),
    _whole(
        "Velocity in Marketo",
        r"(?:\$esc\.\w+\()?\$!?(?:lead|company|contact|person|user|recipient)\.[A-Za-z]\w*\)?",
        "$lead.FirstName",
        "$!lead.FirstName",
        "$esc.url($lead.FirstName)",
    ),
    _whole("home-made tags", rf"#{_FIELD}#", "#first_name#", "#FNAME#", "#CompanyName#"),
    _whole(
        "Mailchimp's test sends and home-made tags",
        rf"__(?=\w*?(?:{_FIELD_WORD}))\w+__",
        "__test_email__",
        "__first_name__",
        "__FNAME__",
    ),
)


# Every dialect needs one of these, and so does every encoding of one: most values are judged by this alone.
_SIGN = re.compile(r"[][{}%*|<>$«»~@#_&-]")


def is_unmerged(text: str) -> bool:
    """Whether `text`, as it is or under up to two layers of percent- or HTML-encoding, has a raw merge tag."""
    if not _SIGN.search(text):
        return False
    return any(dialect.found_in(layer) for layer in _layers(text) for dialect in DIALECTS)


def _layers(text: str) -> set[str]:
    """`text` and what is under its encodings. A tag like %ADDRESS% is one only before decoding, so all layers count."""
    layers = {text.strip()}
    if "%" in text or "&" in text:
        for _ in range(LAYERS):
            layers |= {decode(layer) for layer in layers for decode in (unquote, unquote_plus, _unescape)}
    return layers


def _unescape(text: str) -> str:
    try:
        return html.unescape(text)
    except ValueError:  # a character reference of more digits than int() takes
        return text
