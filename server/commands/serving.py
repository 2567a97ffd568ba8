"""`nameplate serve`: one web process here, or several under uvicorn's supervisor."""

from __future__ import annotations

import contextlib
import errno
import os
import socket
import sys
import threading
import time
import urllib.request

import uvicorn
from starlette.types import ASGIApp
from uvicorn.supervisors import Multiprocess

from server.app import create_app, open_keys, set_up_log
from server.catalog.template import USUAL, Template
from server.commands.sources import read_catalog
from server.errors import BrokenSetting, NameplateError
from server.settings import PREFIX, Settings
from server.urls.signing import sign_values

READY_TRIES, READY_PAUSE_SECONDS = 600, 0.1
KEEP_ALIVE_SECONDS = 10
MAX_HEADER_BYTES = 16_384


def serve(settings: Settings) -> None:
    """Runs until it is stopped. Prints where it listens and one link that is ready to open."""
    set_up_log(settings)
    _refuse_taken_port(settings)
    open_keys(settings).current()
    if settings.workers > 1:
        _serve_several(settings)
        return
    server = _AnnouncingServer(_config(create_app(settings), settings), settings)
    server.run()
    if not server.started:
        sys.exit(3)


def _serve_several(settings: Settings) -> None:
    """The settings go to the web processes by the environment: each is started afresh and reads them again. Defaults
    stay unsaid, or the gallery and the metrics would look as if an operator had asked for them."""
    for name, value in settings.model_dump(exclude={"keys"}, exclude_unset=True).items():
        text = os.pathsep.join(map(str, value)) if isinstance(value, tuple) else str(value)
        os.environ[PREFIX + name.upper()] = text
    config = _config("server.app:app_from_environment", settings)
    sockets = [config.bind_socket()]
    threading.Thread(target=_announce_when_ready, args=(settings,), daemon=True).start()
    Multiprocess(config, sockets=sockets).run()


class _AnnouncingServer(uvicorn.Server):
    """Says that it is ready when it is, not before."""

    def __init__(self, config: uvicorn.Config, settings: Settings) -> None:
        super().__init__(config)
        self._settings = settings

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            announce(self._settings)


def announce(settings: Settings) -> None:
    here = f"http://{_host_shown(settings.host)}:{settings.port}"
    base = settings.public_url or here
    lines = [f"Nameplate is ready at {here}/" + (f", for the world at {base}/" if base != here else "")]
    with contextlib.suppress(NameplateError):  # a link is a courtesy: without one, serve all the same
        if link := ready_link(settings):
            lines.append(f"A picture to open:    {base}{link}")
    if settings.dev:
        lines.append("DEVELOPMENT MODE: unsigned links are answered. Do not run this where others can reach it.")
    print("\n".join(lines), flush=True)  # noqa: T201  # what the user waits for


def _announce_when_ready(settings: Settings) -> None:
    """For several web processes, which start by themselves: waits until one answers."""
    address = f"http://{_host_shown(settings.host)}:{settings.port}/healthz"
    for _ in range(READY_TRIES):
        with contextlib.suppress(OSError), urllib.request.urlopen(address, timeout=2):  # our own address
            announce(settings)
            return
        time.sleep(READY_PAUSE_SECONDS)


def _refuse_taken_port(settings: Settings) -> None:
    """Raises BrokenSetting with the cure; the server itself would only log what the system said."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            cure = "take another with --port" if error.errno == errno.EADDRINUSE else "see --host and --port"
            place = f"{settings.host} port {settings.port}"
            raise BrokenSetting(f"cannot listen on {place} ({error.strerror}); {cure}") from error


def ready_link(settings: Settings) -> str | None:
    """A signed link to the first example of the friendliest template there is."""
    templates = sorted(read_catalog(settings), key=lambda template: (template.name != "webinar", template.name))
    if not templates:
        return None
    template = templates[0]
    values = _values_to_show(template)
    return sign_values(template.name, values, key=open_keys(settings).current().signing)


def _values_to_show(template: Template) -> dict[str, str]:
    usual = next((example for example in template.examples if example.name == USUAL), None)
    example = usual or next(iter(template.examples), None)
    return dict(example.values) if example else {}


def _config(app: ASGIApp | str, settings: Settings) -> uvicorn.Config:
    """uvicorn's own access log writes whole query strings, recipients' names among them: it stays off."""
    return uvicorn.Config(
        app,
        factory=isinstance(app, str),
        host=settings.host,
        port=settings.port,
        workers=settings.workers,
        access_log=False,
        log_config=None,
        server_header=False,
        lifespan="on",
        timeout_graceful_shutdown=settings.stop_seconds,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        h11_max_incomplete_event_size=MAX_HEADER_BYTES,
    )


def _host_shown(host: str) -> str:
    return {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)  # noqa: S104  # compared, not bound
