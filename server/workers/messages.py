"""What the web process and its workers say to each other, as bytes.

Questions are pickled, because only the trusted side writes them. Answers never are: a worker has touched
foreign bytes, so all it can send is one status byte with JSON or the plain bytes of a picture, and all of it
is checked.
"""

from __future__ import annotations

import json
import pickle
import struct
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, is_dataclass
from enum import Enum
from typing import Any, Literal

from server.catalog.spec import RenderSpec
from server.catalog.template import Template
from server.errors import BrokenTemplate, DrawingFailed, NameplateError, UnfitPicture
from server.report import Reason

QUESTION_HEADER = struct.Struct(">I")  # bytes that follow
ANSWER_HEADER = struct.Struct(">IQc")  # bytes that follow, number of the question, status

MAX_MESSAGE_LENGTH = 1000  # characters of an error's text that we are ready to show


class Status(Enum):
    READY = b"r"  # once, when the worker may be asked; JSON
    DONE = b"d"  # the bytes the job gave
    ERROR = b"e"  # the error as JSON
    FULL = b"m"  # out of memory: the worker ends after saying so


@dataclass(frozen=True, slots=True)
class Question:
    """One thing to do. The worker keeps templates by digest: `template` comes only with the first
    question that needs it, and `forget` names the one to drop for it. `seconds` is the time it has.
    `pictures` are the remote pictures of a drawing, by digest; `data` is a picture to normalise."""

    number: int
    job: Literal["draw", "check", "normalise"]
    seconds: float
    spec: RenderSpec | None = None
    pictures: Mapping[str, bytes] = field(default_factory=dict)
    data: bytes = b""
    max_pixels: int = 0
    digest: str | None = None
    template: bytes | None = None
    forget: str | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    number: int
    status: Status
    body: bytes


def pack_question(question: Question) -> bytes:
    body = pickle.dumps(question, protocol=pickle.HIGHEST_PROTOCOL)
    return QUESTION_HEADER.pack(len(body)) + body


def unpack_question(body: bytes) -> Question:
    question = pickle.loads(body)  # noqa: S301 - written by our own web process, the trusted side
    if not isinstance(question, Question):
        raise TypeError("not a question")
    return question


def pack_template(template: Template) -> bytes:
    return pickle.dumps(template, protocol=pickle.HIGHEST_PROTOCOL)


def unpack_template(body: bytes) -> Template:
    template = pickle.loads(body)  # noqa: S301 - as above
    if not isinstance(template, Template):
        raise TypeError("not a template")
    return template


def pack_answer(number: int, status: Status, body: bytes) -> bytes:
    return ANSWER_HEADER.pack(len(body), number, status.value) + body


def error_to_json(error: Exception) -> bytes:
    """Our own errors as they are; of any other only the class, since its text may quote a value."""
    match error:
        case BrokenTemplate():
            said = {
                "code": error.code,
                "template": error.template,
                "message": error.message,
                "file": error.file,
                "line": error.line,
            }
        case DrawingFailed():
            said = {"code": error.code, "message": str(error)}
        case UnfitPicture():
            said = {"code": error.code, "reason": error.reason.value}
        case _:
            said = {"code": DrawingFailed.code, "message": f"the drawing failed ({type(error).__name__})"}
    return json.dumps(said).encode()


def error_from_json(body: bytes) -> NameplateError:
    """The error a worker spoke of. Raises ValueError, KeyError or TypeError for anything else."""
    said = json.loads(body)
    if said["code"] == BrokenTemplate.code:
        line = None if said["line"] is None else int(said["line"])
        template, message, file = (_text(said[name]) for name in ("template", "message", "file"))
        return BrokenTemplate(template, message, file=file, line=line)
    if said["code"] == UnfitPicture.code:
        return UnfitPicture(Reason(said["reason"]))
    return DrawingFailed(_text(said["message"]))


def findings_to_json(findings: Any) -> bytes:
    """What a check found: an iterable of dataclasses or dicts, as a JSON list of objects."""
    return json.dumps(
        [asdict(found) if is_dataclass(found) and not isinstance(found, type) else dict(found) for found in findings]
    ).encode()


def findings_from_json(body: bytes) -> list[dict[str, Any]]:
    findings = json.loads(body)
    if not isinstance(findings, list) or not all(isinstance(found, dict) for found in findings):
        raise ValueError("not a list of findings")
    return findings


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("not a text")
    return value[:MAX_MESSAGE_LENGTH]
