from __future__ import annotations

from server.kept import Kept


def test_a_thing_is_made_once() -> None:
    kept: Kept[str, list[int]] = Kept(2)
    assert kept.get("a", lambda: [1]) is kept.get("a", lambda: [2])


def test_the_least_recently_used_goes_first() -> None:
    kept: Kept[str, int] = Kept(2)
    for key in "abac":
        kept.get(key, lambda: 1)
    assert kept.get("a", lambda: 2) == 1
    assert kept.get("b", lambda: 2) == 2


def test_weight_is_bounded_and_what_is_too_heavy_is_not_kept() -> None:
    kept: Kept[int, int] = Kept(10, weigh=lambda thing: thing)
    for weight in (4, 5, 3, 50):
        kept.get(weight, lambda weight=weight: weight)  # type: ignore[misc]  # binds the loop's value
    assert len(kept) == 2
