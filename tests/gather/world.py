"""A gatherer with a clock of its own, beside a villain: what most tests of gather stand on."""

from __future__ import annotations

import contextlib
import hashlib
import io
import warnings
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from PIL import Image

from server.errors import UnfitPicture
from server.gather.fetch import FetchLimits
from server.gather.gather import Gatherer, Limits
from server.gather.rules import Leniency
from server.gather.wanted import Gathered, Wanted
from server.images import Normalised
from server.report import Reason
from tests.gather.villain import OWN_ADDRESS, Villain

PATIENCE = 20.0  # how long a test waits for what must come; none waits that long when it is right
MAX_PIXELS = 25_000_000
PATIENT = FetchLimits(connect_seconds=PATIENCE, total_seconds=PATIENCE)
QUICK = FetchLimits(connect_seconds=1.0, total_seconds=1.0)  # where it is to run out
START = 1_800_000_000.0


@dataclass
class Clock:
    time: float = START

    def __call__(self) -> float:
        return self.time


@dataclass
class Normaliser:
    """Stands in for the worker: decodes with Pillow, judges by pixels first. Counts what it was given."""

    bodies: list[bytes] = field(default_factory=list)
    raises: Exception | None = None

    async def __call__(self, body: bytes) -> Normalised:
        self.bodies.append(body)
        if self.raises is not None:
            raise self.raises
        out = io.BytesIO()
        try:
            with warnings.catch_warnings(action="ignore"), Image.open(io.BytesIO(body)) as image:
                if image.width * image.height > MAX_PIXELS:
                    raise UnfitPicture(Reason.PICTURE_TOO_LARGE)
                image.convert("RGBA").save(out, "PNG")
                return Normalised(out.getvalue(), image.width, image.height)
        except Image.DecompressionBombError as error:
            raise UnfitPicture(Reason.PICTURE_TOO_LARGE) from error
        except (OSError, SyntaxError) as error:
            raise UnfitPicture(Reason.DAMAGED) from error


@dataclass
class Names:
    """A name server that says what the test tells it, and counts how often it is asked."""

    answers: dict[str, list[str]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def __call__(self, host: str) -> Sequence[str]:
        self.asked.append(host)
        if host not in self.answers:
            raise OSError("no such name")
        return self.answers[host]


@dataclass
class World:
    villain: Villain
    gatherer: Gatherer
    clock: Clock
    normalise: Normaliser
    names: Names

    async def get(self, path: str, *, seconds: float = PATIENCE) -> Gathered:
        return await self.get_url(self.villain.url(path), seconds=seconds)

    async def get_url(self, url: str, hosts: tuple[str, ...] = (), *, seconds: float = PATIENCE) -> Gathered:
        found = await self.gatherer.gather({"logo": Wanted(url, hosts)}, seconds=seconds)
        return found["logo"]


@contextlib.asynccontextmanager
async def world(
    folder: Path,
    *,
    limits: Limits | None = None,
    hosts: tuple[str, ...] = (),
    ports: frozenset[int] = frozenset(),
    addresses: frozenset[str] = frozenset(),
    clock: Clock | None = None,
) -> AsyncIterator[World]:
    villain = Villain()
    try:
        await villain.start()
    except OSError:
        pytest.skip(f"this machine does not answer at {OWN_ADDRESS}")
    clock, normalise, names = clock or Clock(), Normaliser(), Names()
    gatherer = Gatherer(
        normalise,
        folder,
        limits=replace(limits or Limits(fetch=PATIENT, patience_seconds=PATIENCE), disk_seconds=PATIENCE),
        hosts=hosts,
        leniency=Leniency(ports | {villain.port}, addresses | {OWN_ADDRESS}),
        lookup=names,
        now=clock,
    )
    try:
        yield World(villain, gatherer, clock, normalise, names)
    finally:
        await gatherer.close()
        await villain.stop()


def is_whole(gathered: Gathered) -> bool:
    """A picture under its own digest, and no reason."""
    body = gathered.body
    return body is not None and gathered.digest == hashlib.sha256(body).hexdigest() and gathered.reason is None
