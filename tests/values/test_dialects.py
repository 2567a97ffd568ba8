"""Every merge tag that platforms document is seen however it travelled: raw, percent-encoded once and twice, escaped
for HTML, cut off at a #, with something invisible inside, and through the reading of a query."""

from __future__ import annotations

import html
from collections.abc import Callable
from urllib.parse import quote, quote_plus

import pytest

from server.urls.query import read_value
from server.values.merge_tags import is_unmerged
from server.values.text import clean

# Platform: first name, company, with its own encoding or default where it has one.
PLATFORMS: dict[str, tuple[str, ...]] = {
    "Mailchimp": ("*|FNAME|*", "*|COMPANY|*", "*|URL:FNAME|*", "*|IF:FNAME|*Hi*|ELSE:|*there*|END:IF|*"),
    "Klaviyo": ("{{ first_name }}", "{{ person|lookup:'Company' }}", "{{ first_name|default:''|urlencode }}"),
    "HubSpot": ("{{ contact.firstname }}", "{{ personalization_token('contact.firstname', 'there') }}"),
    "Brevo": ("{{ contact.PRENOM }}", "{{ contact.COMPANY|default:'you' }}", "[PRENOM]", "%FIRSTNAME%"),
    "ActiveCampaign": ("%FIRSTNAME%", "%ACCT_NAME%", "%ADDRESS%", "%DEAL_TITLE%", "%IF FIRSTNAME%"),
    "SendGrid": ("{{{first_name}}}", '{{insert first_name "default=there"}}', "[%first_name%]", "-first_name-"),
    "Customer.io": ("{{customer.first_name}}", "{{customer.company | url_encode}}", "{% if customer.company %}"),
    "Braze": ("{{${first_name}}}", "{{custom_attribute.${company} | default: 'you'}}", "${first_name}"),
    "Salesforce Marketing Cloud": ("%%FirstName%%", "%%Company%%", "%%=URLEncode(@f,1,1)=%%", "%%[SET @f=1]%%"),
    "Marketo": ("{{lead.First Name}}", "{{company.Company Name}}", "$lead.FirstName", "$esc.url($lead.FirstName)"),
    "Marketo, new": ("{%=lead.firstName%}", '{%=lead.firstName ?: "there"%}'),
    "Kit, Drip, AWeber": ("{{ subscriber.first_name }}", "{{ subscriber.company | url_encode }}", "{!firstname_fix}"),
    "MailerLite": ("{$name}", "{$company}", "{$name|escape:'url'}", "{$name|default('there')}"),
    "Campaign Monitor, Sendy": ("[firstname,fallback=]", "[company, fallback=you]", "[Name,fallback=there]"),
    "Constant Contact": ("[[FIRSTNAME]]", '[[FIRSTNAME OR "there"]]', "[[COMPANYNAME]]"),
    "Iterable": ("{{firstName}}", "{{#urlEncode}}{{firstName}}{{/urlEncode}}", "{{defaultIfEmpty firstName 'you'}}"),
    "Omnisend, GetResponse": ("[[contact.first_name]]", "[[firstname]]"),
    "Mailjet": ('{{data:firstname:""}}', '{{var:company:""}}', '[[data:firstname:"x"]]'),
    "Mailgun": ("%recipient.first_name%", "%recipient.company%"),
    "Loops": ("{firstName}", "{DATA_VARIABLE:company}"),
    "Apollo, Outreach": ("{{#if first_name}}{{first_name}}{{#endif}}", "{{account.name}}"),
    "lemlist": ("{{firstName|there}}", "{{companyName}}"),
    "WhatsApp": ("{{1}}", "{{2}}"),
    "Intercom, Shopify": ('{{ first_name | fallback: "there" }}', "{{ customer.first_name | url_param_escape }}"),
    "Keap": ("~Contact.FirstName~", "~Contact.Company~"),
    "Mautic": ("{contactfield=firstname}", "{contactfield=firstname|true}"),
    "Adobe Campaign": ("<%= recipient.firstName %>", "<%= encodeURIComponent(recipient.firstName) %>"),
    "Salesforce": ("{!Contact.FirstName}", "{!URLENCODE(Contact.FirstName)}"),
    "Zoho": ("$[FNAME|there|]$", "$[COMPANYNAME||]$"),
    "MailWizz, MailPoet": ("[FNAME]", "[FNAME:filter:urlencode]", "[subscriber:firstname | default:reader]"),
    "Dotdigital": ("@FIRSTNAME@", "@COMPANY@"),
    "Responsys, Emarsys": ("$FIRST_NAME$", "$First Name$"),
    "Word": ("«First_Name»", "<<First Name>>"),
}
TAGS = [pytest.param(tag, id=f"{platform}: {tag}") for platform, tags in PLATFORMS.items() for tag in tags]

ENCODINGS: dict[str, Callable[[str], str]] = {
    "raw": lambda tag: tag,
    "percent": lambda tag: quote(tag, safe=""),
    "percent with plus": quote_plus,
    "percent twice": lambda tag: quote(quote(tag, safe=""), safe=""),
    "HTML": html.escape,
    "HTML twice": lambda tag: html.escape(html.escape(tag)),
    "HTML by number": lambda tag: "".join(c if c.isalnum() else f"&#{ord(c)};" for c in tag),
    "percent of HTML": lambda tag: quote(html.escape(tag), safe=""),
    "cut at the first #": lambda tag: tag.partition("#")[0],
}


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("tag", TAGS)
def test_a_tag_is_seen_before_and_after_its_query_was_read(tag: str, encoding: str) -> None:
    arrives = ENCODINGS[encoding](tag)
    value = read_value(arrives.encode())
    assert is_unmerged(arrives)
    assert value.unmerged or is_unmerged(value.text)


@pytest.mark.parametrize("tag", TAGS)
def test_a_tag_with_something_invisible_inside_is_seen_once_it_is_clean(tag: str) -> None:
    assert is_unmerged(clean("\u200b".join(tag)))
