"""The single table from error to HTTP status, and the one shape of an error body: problem+json (RFC 9457)."""

from __future__ import annotations

from starlette.responses import JSONResponse

from server import errors
from server.errors import NameplateError

STATUS: dict[type[NameplateError], int] = {
    errors.NameplateError: 500,
    errors.RequestError: 400,
    errors.MalformedLink: 404,
    errors.UnknownTemplate: 404,
    errors.UnknownFormat: 404,
    errors.QueryTooLong: 414,
    errors.RepeatedParam: 400,
    errors.UnverifiedLink: 403,
    errors.Unsigned: 403,
    errors.BadSignature: 403,
    errors.UnknownKey: 403,
    errors.RevokedKey: 403,
    errors.ExpiredLink: 410,
    errors.UncheckedAudience: 403,
    errors.UnfitValue: 422,
    errors.LimitReached: 503,
    errors.Overloaded: 503,
    errors.TimedOut: 504,
    errors.WorkerDied: 503,
    errors.Broken: 500,
    errors.BrokenTemplate: 500,
    errors.DrawingFailed: 500,
    errors.NoWorker: 503,
    errors.BrokenSetting: 500,
    errors.BrokenKeys: 500,
    errors.MissingLibrary: 500,
}

RETRY_AFTER_SECONDS = 2


def problem_response(error: NameplateError) -> JSONResponse:
    """`type` is the error's place in docs/errors.md; the detail never holds a value of the request."""
    status = STATUS[type(error)]
    headers = {"cache-control": "no-store", "nameplate-problem": error.code, "x-robots-tag": "noindex"}
    if status == 503:
        headers["retry-after"] = str(RETRY_AFTER_SECONDS)
    body = {"type": f"/docs/errors#{error.code}", "title": error.code, "status": status, "detail": str(error)}
    return JSONResponse(body, status, headers, media_type="application/problem+json")
