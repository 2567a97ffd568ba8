"""With which status and headers an answer goes out, for whoever explains it without sending it."""

from __future__ import annotations

from collections.abc import Mapping

from server.errors import MalformedLink, UnknownFormat, UnknownTemplate
from server.images import Format
from server.service import Answer, Service
from server.web.error_responses import STATUS, problem_response
from server.web.responses import Caching, image_reply

NO_TEMPLATE = (MalformedLink, UnknownTemplate, UnknownFormat)


class AsSent:
    def __init__(self, service: Service, caching: Caching, *, strict: bool) -> None:
        self._service = service
        self._caching = caching
        self._strict = strict

    def __call__(self, answer: Answer, format: Format) -> tuple[int, Mapping[str, str]]:
        if self._strict and answer.problem is not None:
            refused = problem_response(answer.problem)
            return refused.status_code, dict(refused.headers)
        # Without a template there is no name, and the same errors of a template's own link are answered with 200.
        is_lost = not answer.template and isinstance(answer.problem, NO_TEMPLATE)
        status = STATUS[type(answer.problem)] if is_lost and answer.problem else 200
        reply = image_reply(answer, format, caching=self._caching, now=self._service.now(), status=status)
        return reply.status, {name.decode(): value.decode("latin-1") for name, value in reply.headers}
