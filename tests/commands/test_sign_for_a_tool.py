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


def test_a_tool_with_nothing_to_fill_in_is_refused_with_the_cure(tmp_path: Path) -> None:
    done = nameplate("sign", "webinar.png", "--tool", "klaviyo", data=tmp_path, check=False)
    assert done.returncode == 1
    assert "--open first_name" in done.stderr


def test_the_help_names_every_tool() -> None:
    text = nameplate("sign", "--help").stdout
    assert [name for name in MAIL_TOOLS if name not in text] == []
