"""What to do about a problem of the whole link, by its code: one sentence each. What it is, its message says."""

from __future__ import annotations

CURES: dict[str, str] = {
    "malformed-link": "Compare it with what nameplate sign prints.",
    "unknown-template": "nameplate check lists the templates; the name stands between /i/ and the ending.",
    "unknown-format": "Let the path end in .png, .jpg or .webp, with @2x or @3x before it if at all.",
    "query-too-long": "Shorten the values, or leave out of the link what the template's defaults can say.",
    "repeated-param": "Give it once; a value with a bare & in it needs URL-encoding (%26).",
    "unsigned": "Make the link with nameplate sign or in the gallery; on your own machine --dev answers unsigned ones.",
    "bad-signature": "Sign it again as it should be, or undo what changed it.",
    "unknown-key": "Sign and serve with the same keys: the same --data, or the same setting keys.",
    "revoked-key": "Sign it again: the newest key signs.",
    "expired-link": "Sign a new link with a later --expires, or with none.",
    "unchecked-audience": "Sign it without _aud.",
    "over-budget": "Raise open_link_budget for a mailing as large as that; if somebody plays with it, revoke its key.",
    "overloaded": "It passes by itself; more cores or renderers, or a CDN in front, keep it away.",
    "timed-out": "Simplify the template: a large blur or thousands of shapes take their time.",
    "worker-died": "Take smaller pictures in the template, or raise render_memory_mb.",
    "broken-template": "Mend it: nameplate check NAME says where.",
    "drawing-failed": "This is a fault of ours: please report it with the template.",
    "no-worker": "Raise the limits of memory or processes; the log says which one it was.",
    "broken-keys": "Restore keys.json from a backup: without it no link that is out can be verified.",
}

DEFAULT_CURE = "docs/errors.md has what to do about it."


def cure_of(code: str) -> str:
    return CURES.get(code, DEFAULT_CURE)
