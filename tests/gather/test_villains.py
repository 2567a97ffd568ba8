"""A host may do what it likes: there is an answer in time, and never the fallback for long once the host is back."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path

import pytest

from server.gather.gather import Limits
from server.report import Reason
from tests.gather.villain import BEHAVIOURS
from tests.gather.world import PATIENT, QUICK, is_whole, world

# What each behaviour is called by, and whether that is settled.
OUTCOMES: dict[str, tuple[Reason, bool]] = {
    "no-answer": (Reason.TIMEOUT, False),
    "closes": (Reason.UNREACHABLE, False),
    "resets": (Reason.UNREACHABLE, False),
    "error-500": (Reason.BAD_STATUS, False),
    "error-503": (Reason.BAD_STATUS, False),
    "error-429": (Reason.BAD_STATUS, False),
    "error-403": (Reason.BAD_STATUS, False),
    "error-404": (Reason.BAD_STATUS, True),
    "unasked-304": (Reason.BAD_STATUS, False),
    "drip": (Reason.TIMEOUT, False),
    "drip-headers": (Reason.TIMEOUT, False),
    "stall": (Reason.TIMEOUT, False),
    "endless": (Reason.PICTURE_TOO_LARGE, True),
    "endless-chunked": (Reason.PICTURE_TOO_LARGE, True),
    "tiny-chunks": (Reason.UNREACHABLE, False),
    "two-lengths": (Reason.UNREACHABLE, False),  # Content-Length beside chunks, which no answer may have
    "interim-flood": (Reason.UNREACHABLE, False),
    "says-too-long": (Reason.PICTURE_TOO_LARGE, True),
    "wrong-type": (Reason.NOT_A_PICTURE, True),
    "empty": (Reason.NOT_A_PICTURE, True),
    "html": (Reason.NOT_A_PICTURE, True),
    "loop": (Reason.BAD_STATUS, False),
    "redirect-inward": (Reason.ADDRESS_REFUSED, True),
    "redirect-metadata": (Reason.ADDRESS_REFUSED, True),
    "redirect-file": (Reason.NOT_A_URL, True),
    "redirect-port": (Reason.ADDRESS_REFUSED, True),
    "redirect-nowhere": (Reason.BAD_STATUS, False),
    "gzip-bomb": (Reason.PICTURE_TOO_LARGE, True),
    "gzip-broken": (Reason.UNREACHABLE, False),
    "gzip-and-more": (Reason.UNREACHABLE, False),
    "gzip-two-members": (Reason.UNREACHABLE, False),
    "gzip-not": (Reason.UNREACHABLE, False),
    "brotli": (Reason.UNREACHABLE, False),
    "deflate": (Reason.UNREACHABLE, False),
    "truncated": (Reason.UNREACHABLE, False),
    "webp-bomb": (Reason.PICTURE_TOO_LARGE, True),
    "png-bomb": (Reason.PICTURE_TOO_LARGE, True),
    "half-jpeg": (Reason.DAMAGED, True),
    "long-header": (Reason.UNREACHABLE, False),
    "many-headers": (Reason.UNREACHABLE, False),
    "not-http": (Reason.UNREACHABLE, False),
    "bad-chunks": (Reason.UNREACHABLE, False),
}

RETRIED_AFTER = {False: 31.0, True: 301.0}  # seconds after which a failure is forgotten, by whether it was settled


def limits_for(reason: Reason) -> Limits:
    return Limits(fetch=QUICK if reason is Reason.TIMEOUT else PATIENT)


def test_every_behaviour_has_its_outcome() -> None:
    assert {*OUTCOMES, "good", "waits"} == set(BEHAVIOURS)


@pytest.mark.parametrize("behaviour", OUTCOMES)
def test_a_bad_host_costs_its_picture_only_until_it_is_back(behaviour: str, tmp_path: Path) -> None:
    reason, is_settled = OUTCOMES[behaviour]

    async def story() -> None:
        async with world(tmp_path, limits=limits_for(reason)) as at:
            first = await at.get(behaviour)
            assert (first.body, first.reason, first.is_settled) == (None, reason, is_settled)
            asked = at.villain.asked[behaviour]
            assert await at.get(behaviour) == first
            assert at.villain.asked[behaviour] == asked, "a failure is remembered"
            at.villain.is_good = True
            at.clock.time += RETRIED_AFTER[is_settled]
            again = await at.get(behaviour)
            assert is_whole(again)
            assert again.is_settled

    asyncio.run(story())


@pytest.mark.parametrize("behaviour", OUTCOMES)
def test_an_old_picture_stands_in_for_a_host_that_went_bad(behaviour: str, tmp_path: Path) -> None:
    reason, is_settled = OUTCOMES[behaviour]

    async def story() -> None:
        async with world(tmp_path, limits=limits_for(reason)) as at:
            at.villain.is_good = True
            before = await at.get(behaviour)
            assert is_whole(before)
            at.villain.is_good = False
            at.clock.time += 2 * 86400
            await at.get(behaviour)
            after = await at.get(behaviour)
            if is_settled:
                assert (after.body, after.reason, after.is_settled) == (None, reason, True)
            else:
                assert (after.digest, after.body, after.is_settled) == (before.digest, before.body, False)
            at.villain.is_good = True
            at.clock.time += RETRIED_AFTER[is_settled]
            assert (await at.get(behaviour)).digest == before.digest

    asyncio.run(story())


def test_what_happens_to_a_fetch_is_logged_without_url_host_or_address(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)

    async def story() -> None:
        async with world(tmp_path, limits=Limits(fetch=QUICK)) as at:
            at.names.answers = {"secret.example.com": ["10.1.2.3"]}
            for behaviour in ("good", *OUTCOMES):
                await at.get(f"{behaviour}?person=canary")
            await at.get_url("http://secret.example.com/canary.png")
            await at.get_url("http://nowhere.canary.com/x.png")
            await at.get_url("http://127.0.0.77:9/canary.png")

    asyncio.run(story())
    assert "a remote picture was not fetched: timeout after" in caplog.text
    for secret in ("canary", "secret", "127.0.0", "10.1.2.3", "http://", "example"):
        assert secret not in caplog.text
    told = [record for record in caplog.records if record.name == "server.gather.gather"]
    assert len(told) == len(OUTCOMES) + 2  # a port that is not allowed is refused before anything is begun
