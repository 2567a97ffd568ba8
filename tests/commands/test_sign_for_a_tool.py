"""`nameplate sign --tool`: the link as a mail tool fills it in."""

from __future__ import annotations

import re
from pathlib import Path

from server.urls.mail_tools import MAIL_TOOLS
from tests.support.running import nameplate


def test_open_params_get_the_tools_tags_and_others_keep_their_values(tmp_path: Path) -> None:
    target = "webinar.png?company=Acme"
    link = nameplate("sign", target, "--open", "first_name", "--tool", "klaviyo", data=tmp_path).stdout.strip()
    assert re.fullmatch(
        r"/i/webinar\.png\?company=Acme&first_name=\{\{first_name\|urlencode\}\}&_open=first_name&_sig=k1\.[0-9a-f]{32}",
        link,
    )


def test_a_name_left_in_an_open_param_is_replaced_and_said(tmp_path: Path) -> None:
    target = "webinar.png?first_name=Sarah"
    done = nameplate("sign", target, "--open", "first_name", "--tool", "mailchimp", data=tmp_path)
    assert "?first_name=*|URL:FNAME|*&_open=first_name&_sig=" in done.stdout
    assert "Sarah" not in done.stdout
    assert "first_name=Sarah was replaced by *|URL:FNAME|*" in done.stderr
    assert "guess" not in done.stderr


def test_a_tag_that_was_typed_stays_and_nothing_is_said(tmp_path: Path) -> None:
    target = "webinar.png?first_name=*|MMERGE5|*"
    done = nameplate("sign", target, "--open", "first_name", "--tool", "mailchimp", data=tmp_path)
    assert "?first_name=*|MMERGE5|*&" in done.stdout
    assert "nameplate:" not in done.stderr


def test_the_tag_of_a_field_that_is_not_standard_is_called_a_guess(tmp_path: Path) -> None:
    done = nameplate("sign", "webinar.png", "--open", "first_name,event", "--tool", "mailchimp", data=tmp_path)
    assert "event: *|URL:EVENT|* is a guess; look up how your tool calls this field" in done.stderr
    assert "FNAME" not in done.stderr


def test_without_a_tool_a_name_left_in_an_open_param_is_warned_of(tmp_path: Path) -> None:
    done = nameplate("sign", "webinar.png?first_name=Sarah&company=", "--open", "first_name,company", data=tmp_path)
    assert "?first_name=Sarah&" in done.stdout
    assert "first_name=Sarah is open and no tag" in done.stderr
    assert "company" not in done.stderr
    tagged = nameplate("sign", "webinar.png?first_name=*|FNAME|*", "--open", "first_name", data=tmp_path)
    assert "nameplate:" not in tagged.stderr


def test_explain_shows_a_tag_in_full_however_narrow_the_screen(tmp_path: Path) -> None:
    link = nameplate(
        "sign", "webinar.png", "--open", "first_name,company", "--tool", "klaviyo", data=tmp_path
    ).stdout.strip()
    said = nameplate("explain", link, data=tmp_path, COLUMNS="60").stdout
    assert "\n  arrived: {{person.organization|urlencode}}\n" in said


def test_a_tool_with_nothing_to_fill_in_is_refused_with_the_cure(tmp_path: Path) -> None:
    done = nameplate("sign", "webinar.png", "--tool", "klaviyo", data=tmp_path, check=False)
    assert done.returncode == 1
    assert "--open first_name" in done.stderr


def test_the_help_names_every_tool() -> None:
    text = nameplate("sign", "--help").stdout
    assert [name for name in MAIL_TOOLS if name not in text] == []
