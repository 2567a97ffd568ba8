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
    errors.UnfitPicture: 422,
    errors.LimitReached: 503,
    errors.OverBudget: 429,
    errors.Overloaded: 503,
    errors.TimedOut: 504,
    errors.WorkerDied: 503,
    errors.Broken: 500,
    errors.BrokenTemplate: 500,
    errors.DrawingFailed: 500,
    errors.NoWorker: 503,
    errors.BrokenSetting: 500,
    errors.BrokenKeys: 500,
    errors.BrokenTally: 500,
    errors.MissingLibrary: 500,
}

RETRY_AFTER_SECONDS = 2


def problem_response(error: NameplateError) -> JSONResponse:
    """The detail never holds a value of the request, nor, where we are broken, what only an operator should read."""
    status = STATUS[type(error)]
    headers = {"cache-control": "no-store", "nameplate-problem": error.code, "x-robots-tag": "noindex"}
    if status == 503:
        headers["retry-after"] = str(RETRY_AFTER_SECONDS)
    detail = str(error) if status != 500 else "something is wrong on our side; the log says what"
    body = {"type": f"urn:nameplate:error:{error.code}", "title": error.code, "status": status, "detail": detail}
    return JSONResponse(body, status, headers, media_type="application/problem+json")
