"""Everything that can go wrong, as one tree. Errors know nothing of HTTP.

    NameplateError
    ├── RequestError              the request is wrong
    │   ├── MalformedLink         its path or query cannot be read
    │   ├── UnknownTemplate       no such template
    │   ├── UnknownFormat         an ending or scale that is not ours
    │   ├── QueryTooLong          the query is over the limit
    │   ├── RepeatedParam         one param was given two values
    │   ├── UnverifiedLink        the link is not one we made, or not any more
    │   │   ├── Unsigned
    │   │   ├── BadSignature
    │   │   ├── UnknownKey
    │   │   ├── RevokedKey
    │   │   ├── ExpiredLink
    │   │   └── UncheckedAudience
    │   ├── UnfitValue            a value that this command or API refuses to take
    │   └── UnfitPicture          a picture from outside that cannot, or may not, be decoded
    ├── LimitReached              a limit was reached
    │   ├── OverBudget            an open link has had all of a day's new pictures
    │   ├── Overloaded            the queue for a worker is full
    │   ├── TimedOut              the drawing ran past its deadline and its worker was killed
    │   └── WorkerDied            the worker fell (out of memory, mostly) under this input
    └── Broken                    we, or a template, are broken
        ├── BrokenTemplate        a template that cannot be used, and where it is wrong
        ├── DrawingFailed         a template that drew before cannot draw this
        ├── NoWorker              no worker process can be started
        ├── BrokenSetting         a setting that cannot be used
        ├── BrokenKeys            the key ring cannot be read
        ├── BrokenTally           the counts of what was answered cannot be read
        └── MissingLibrary        a system library is missing

Each class has a stable `code` (in headers, API answers, docs/errors.md) and a message that is safe to show:
it never contains a value of the request.
"""

from __future__ import annotations

from server.report import Reason


class NameplateError(Exception):
    """The root. `code` is stable and public; `str(error)` is safe to show."""

    code = "error"


class RequestError(NameplateError):
    code = "bad-request"


class MalformedLink(RequestError):
    code = "malformed-link"


class UnknownTemplate(RequestError):
    code = "unknown-template"


class UnknownFormat(RequestError):
    code = "unknown-format"


class QueryTooLong(RequestError):
    code = "query-too-long"


class RepeatedParam(RequestError):
    code = "repeated-param"

    def __init__(self, param: str) -> None:
        super().__init__(f"the param {param} was given more than once; give it one value")
        self.param = param


class UnverifiedLink(RequestError):
    code = "unverified-link"


class Unsigned(UnverifiedLink):
    code = "unsigned"


class BadSignature(UnverifiedLink):
    code = "bad-signature"


class UnknownKey(UnverifiedLink):
    code = "unknown-key"


class RevokedKey(UnverifiedLink):
    code = "revoked-key"


class ExpiredLink(UnverifiedLink):
    code = "expired-link"


class UncheckedAudience(UnverifiedLink):
    code = "unchecked-audience"


class UnfitValue(RequestError):
    """A value that a command or the API refuses. Image links never raise it: there a value falls back."""

    code = "unfit-value"

    def __init__(self, param: str, message: str) -> None:
        super().__init__(message)
        self.param = param


class UnfitPicture(RequestError):
    """Foreign bytes that do not become a picture of ours. An image link never answers with it: its param falls back."""

    code = "unfit-picture"

    def __init__(self, reason: Reason) -> None:
        super().__init__(f"the picture cannot be used: {reason.value}")
        self.reason = reason


class LimitReached(NameplateError):
    code = "limit"


class OverBudget(LimitReached):
    code = "over-budget"


class Overloaded(LimitReached):
    code = "overloaded"


class TimedOut(LimitReached):
    code = "timed-out"


class WorkerDied(LimitReached):
    code = "worker-died"


class Broken(NameplateError):
    code = "broken"


class BrokenTemplate(Broken):
    """`file` is relative to the template's folder; `line` counts from 1, None when it is not known. `lone`: the
    template is no folder but an SVG file of its name.
    """

    code = "broken-template"

    def __init__(
        self, template: str, message: str, *, file: str = "template.svg", line: int | None = None, lone: bool = False
    ) -> None:
        where = f"{template}.svg" if lone else f"{template}/{file}"
        super().__init__(f"{where}{f':{line}' if line else ''}: {message}")
        self.template = template
        self.message = message
        self.file = file
        self.line = line

    def of_lone_file(self) -> BrokenTemplate:
        return BrokenTemplate(self.template, self.message, file=self.file, line=self.line, lone=True)


class DrawingFailed(Broken):
    code = "drawing-failed"


class NoWorker(Broken):
    code = "no-worker"


class BrokenSetting(Broken):
    code = "broken-setting"


class BrokenKeys(Broken):
    code = "broken-keys"


class BrokenTally(Broken):
    code = "broken-tally"


class MissingLibrary(Broken):
    code = "missing-library"
