"""The gallery as a person sees it: in a real browser, every picture loads, and a form that is typed into changes its
picture and its links."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.browser import Page, browser
from tests.support.chromium import CHROMIUM
from tests.support.running import RunningServer, running

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium")

ALL_LOADED = "[...document.images].every((image) => image.complete && image.naturalWidth > 0)"
EAGER = "document.querySelectorAll('img[loading]').forEach((image) => image.loading = 'eager')"

# WCAG 2.2's contrast of each text with what is behind it; the pages have opaque grounds only.
LOW_CONTRAST = """(() => {
  const light = (part) => (part /= 255) <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  const luminance = ([r, g, b]) => 0.2126 * light(r) + 0.7152 * light(g) + 0.0722 * light(b);
  const parts = (color) => color.match(/[\\d.]+/g).map(Number);
  const ground = (element) => {
    for (; element; element = element.parentElement) {
      const found = parts(getComputedStyle(element).backgroundColor);
      if (found.length === 3 || found[3] === 1) return found;
    }
    return [255, 255, 255];
  };
  const low = [];
  const words = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node; (node = words.nextNode()); ) {
    const element = node.parentElement;
    if (!node.textContent.trim() || !element.checkVisibility()) continue;
    const [a, b] = [luminance(parts(getComputedStyle(element).color)), luminance(ground(element))];
    const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (contrast < 4.5) low.push([node.textContent.trim(), contrast]);
  }
  return low;
})()"""

# What has the focus, and whether that can be seen; a radio button shows it on the words beside it.
FOCUSED = """(() => {
  const it = document.activeElement;
  const isOutlined = (element, part) => getComputedStyle(element, part).outlineStyle !== "none";
  const isShown = [it, it.nextElementSibling ?? it].some((e) => isOutlined(e) || isOutlined(e, "::after"));
  return [it.name || it.id || it.dataset.copy || it.getAttribute("href") || it.tagName, isShown];
})()"""

# The answer to the next question of the form is held back until the test lets it go.
FIRST_ANSWER_COMES_LAST = """{
  const send = window.fetch;
  const free = new Promise((done) => { window.letGo = done; });
  window.asked = 0;
  window.fetch = async (address, how) => {
    const isFirst = how.method === "POST" && ++window.asked === 1;
    if (isFirst) {
      await free;
      setTimeout(() => { window.cameLast = true; }, 500);
    }
    return send(address, how);
  };
  null
}"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    with running(tmp_path_factory.mktemp("data")) as server:
        yield server


@pytest.fixture
def page(tmp_path: Path) -> Iterator[Page]:
    with browser(tmp_path) as page:
        yield page
        assert page.complaints == []  # neither a breach of the policy nor an error of the script


@pytest.mark.parametrize("path", ["/", "/t/webinar", "/t/email-header"])
@pytest.mark.parametrize("is_dark", [False, True])
def test_every_picture_loads_the_words_can_be_read_and_nothing_is_wider_than_a_phone(
    server: RunningServer, page: Page, path: str, is_dark: bool
) -> None:
    page.look_like(width=390, height=844, is_dark=is_dark)
    page.open(server.url + path)
    page.run(EAGER)
    page.until(ALL_LOADED)
    assert page.run("document.images.length") >= 6
    assert page.run("document.documentElement.scrollWidth") <= 390
    assert page.run(LOW_CONTRAST) == []


# What is signed, and what is pasted behind it.
EXPLAINED = {
    "good": ("hello.png?name=Sarah", ""),
    "unmerged": ("hello.png?name={{first_name|urlencode}}", ""),
    "bad": ("hello.png?name=Sarah", "0"),
    "long": (f"hello.png?name={'W' * 900}", f"&x={'y' * 600}"),
    "unknown": ("", "/i/helo.png"),
}


@pytest.mark.parametrize(("signed", "behind"), EXPLAINED.values(), ids=EXPLAINED)
@pytest.mark.parametrize(("width", "is_dark"), [(390, False), (390, True), (1440, False), (1440, True)])
def test_an_explanation_can_be_read_and_is_no_wider_than_its_window(
    server: RunningServer, page: Page, signed: str, behind: str, width: int, *, is_dark: bool
) -> None:
    page.look_like(width=width, height=900, is_dark=is_dark)
    page.open(f"{server.url}/explain")
    page.type("[name=pasted]", (server.sign(signed, ["name"]) if signed else "") + behind)
    page.run("document.querySelector('.ask button').click()")
    page.until("document.readyState === 'complete' && document.querySelector('.verdict') !== null")
    page.run("document.querySelectorAll('details').forEach((it) => it.open = true)")
    assert page.run("location.href") == f"{server.url}/explain"
    assert page.run("document.documentElement.scrollWidth") <= width
    assert page.run(LOW_CONTRAST) == []
    assert page.run(ALL_LOADED)


def test_the_link_that_was_signed_can_be_copied(server: RunningServer, page: Page) -> None:
    link = server.sign("/i/hello.png?name=A%2BB")
    page.open(f"{server.url}/explain")
    page.type("[name=pasted]", link.replace("%2B", "+"))
    page.run("document.querySelector('.ask button').click()")
    page.until("document.querySelector('#text-fix') !== null && !document.querySelector('[data-copy]').hidden")
    page.run("navigator.clipboard.writeText = async (text) => { window.copied = text; }")
    page.run("document.querySelector('[data-copy]').click()")
    page.until(f"window.copied === {json.dumps(link)}")


def test_a_typed_name_is_in_the_picture_and_in_the_links(server: RunningServer, page: Page) -> None:
    page.look_like(width=1440, height=900)
    page.open(f"{server.url}/t/hello")
    before = page.run("document.querySelector('#picture').src")
    page.type("[name=name]", "Zoë & Co")
    page.until("document.querySelector('#picture').src.includes('name=Zo%C3%AB%20%26%20Co')")
    assert page.run("document.querySelector('#picture').src") != before
    assert page.run("document.querySelector('#picture').naturalWidth") == 1200
    sample = text_of(page, "sample")
    assert "name=Zo%C3%AB%20%26%20Co&" in sample
    assert "nameplate-problem" not in server.get(sample.removeprefix(server.url)).headers
    page.until("document.querySelector('#facts').textContent.includes('KB')")
    assert page.run("document.querySelector('#trouble').textContent") == ""


def test_another_tool_and_a_locked_param_change_the_link_to_paste(server: RunningServer, page: Page) -> None:
    page.open(f"{server.url}/t/webinar")
    assert "first_name=*|URL:FNAME|*&company=*|URL:COMPANY|*&" in text_of(page, "tagged")
    page.run("document.querySelector('[value=klaviyo]').click()")
    page.until("document.querySelector('#text-tagged').textContent.includes('first_name={{first_name|urlencode}}&')")
    page.run("document.querySelector('[name=_open][value=company]').click()")
    page.until("document.querySelector('#text-tagged').textContent.includes('company=Larkfield&')")
    assert "&_open=first_name&" in text_of(page, "tagged")


# What can be read beside a field of the form, apart from what the template itself says of it.
SAID = """(name) => [...document.querySelectorAll(`#help-${name} > span`)]
  .filter((it) => it.checkVisibility()).map((it) => it.textContent.trim()).join()"""


def test_beside_each_field_stands_whether_it_is_the_same_for_everybody(server: RunningServer, page: Page) -> None:
    page.open(f"{server.url}/t/webinar")
    assert page.run(f"['first_name', 'event', 'logo_url'].map({SAID})") == [
        "A sample: everybody gets their own.",
        "Same for everybody.",
        "Same for everybody.",
    ]
    for name in ("first_name", "company"):
        page.run(f"document.querySelector('[name=_open][value={name}]').click()")
    assert page.run(f"['first_name', 'event', 'logo_url'].map({SAID})") == ["", "", ""]  # a link with no recipients


@pytest.mark.parametrize("width", [390, 1440])
def test_what_the_docs_call_paste_it_can_be_seen(server: RunningServer, page: Page, width: int) -> None:
    page.look_like(width=width, height=900)
    page.open(f"{server.url}/t/webinar")
    for selector, words in (("#paste-title", "Paste it"), (".tools legend", "Your mail tool")):
        assert page.run(f"document.querySelector('{selector}').textContent") == words
        assert page.run(f"document.querySelector('{selector}').getBoundingClientRect().height") > 10


def test_a_reason_appears_beside_its_field_and_goes_again(server: RunningServer, page: Page) -> None:
    page.open(f"{server.url}/t/listing")
    page.type("[name=beds]", "1200")
    page.until("document.querySelector('#why-beds').textContent.startsWith('Not within 0 and 999')")
    page.type("[name=beds]", "3")
    page.until("document.querySelector('#why-beds').textContent === ''")


def test_the_button_copies_what_stands_there(server: RunningServer, page: Page) -> None:
    page.open(f"{server.url}/t/hello")
    page.run("navigator.clipboard.writeText = async (text) => { window.copied = text; }")
    page.run("document.querySelector('[data-copy=text-mail]').click()")
    page.until("document.querySelector('[data-copy=text-mail]').textContent === 'Copied'")
    assert page.run("window.copied") == text_of(page, "mail")
    assert page.run("document.querySelector('#said').textContent") == "Copied: HTML for a mail"


def test_an_older_answer_never_replaces_a_later_one(server: RunningServer, page: Page) -> None:
    page.open(f"{server.url}/t/hello")
    page.until("document.querySelector('#facts').textContent.includes('KB')")
    page.run(FIRST_ANSWER_COMES_LAST)
    page.type("[name=name]", "Older")
    page.until("window.asked === 1")
    page.type("[name=name]", "Later")
    page.until("document.querySelector('#picture').src.includes('name=Later&')")
    page.run("window.letGo()")
    page.until("window.cameLast === true")
    assert "name=Later&" in text_of(page, "sample")
    assert "name=Later&" in page.run("document.querySelector('#picture').src")


def test_without_scripts_the_form_is_sent_and_the_same_page_comes_back(server: RunningServer, page: Page) -> None:
    page.look_like(width=1440, height=900, with_script=False)
    page.open(f"{server.url}/t/hello")
    assert page.run("document.querySelector('#submit').hidden") is False
    page.type("[name=name]", "Zoë")
    page.run("document.querySelector('#submit').click()")
    page.until("location.search.includes('name=Zo%C3%AB') && document.readyState === 'complete'")
    assert "name=Zo%C3%AB&" in text_of(page, "sample")


def test_the_keyboard_reaches_every_control_and_shows_where_it_is(server: RunningServer, page: Page) -> None:
    page.open(f"{server.url}/t/hello")
    seen: dict[str, bool] = {}
    while len(seen) < 60:
        page.press("Tab")
        name, is_shown = page.run(FOCUSED)
        if name == "BODY":
            break
        seen[name] = is_shown
    assert {"#main", "name", "_open", "_format", "_scale", "_tool", "text-tagged", "text-mail", "../"} <= set(seen)
    assert [name for name, is_shown in seen.items() if not is_shown] == []


def text_of(page: Page, snippet: str) -> str:
    text: str = page.run(f"document.querySelector('#text-{snippet}').textContent")
    return text
