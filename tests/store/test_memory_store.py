"""The memory tier stays within its bytes and forgets what was unused the longest."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from server.images import Format, Picture
from server.store.memory import Marks, MemoryStore

ROOM_FOR_TWO = 2 * 12_000


def picture(body: bytes) -> Picture:
    return Picture(Format.PNG, 2, 1, body)


def test_the_longest_unused_picture_goes_first() -> None:
    store = MemoryStore(ROOM_FOR_TWO)
    store.put("a", picture(bytes(9_000)))
    store.put("b", picture(bytes(9_000)))
    store.get("a")
    store.put("c", picture(bytes(9_000)))
    assert [key for key in "abc" if store.get(key)] == ["a", "c"]


def test_a_replaced_picture_is_counted_once() -> None:
    store = MemoryStore(ROOM_FOR_TWO)
    store.put("a", picture(bytes(9_000)))
    used = store.used_bytes
    for _ in range(5):
        store.put("a", picture(bytes(9_000)))
    assert (store.used_bytes, len(store)) == (used, 1)


def test_a_picture_larger_than_the_store_drives_nothing_out() -> None:
    store = MemoryStore(ROOM_FOR_TWO)
    store.put("a", picture(b"small"))
    store.put("b", picture(bytes(ROOM_FOR_TWO)))
    assert store.get("a") == picture(b"small")
    assert store.get("b") is None


@given(puts=st.lists(st.tuples(st.sampled_from("abcdef"), st.integers(0, 30_000)), max_size=40))
def test_used_bytes_never_pass_the_limit_and_always_add_up(puts: list[tuple[str, int]]) -> None:
    store = MemoryStore(ROOM_FOR_TWO)
    for key, size in puts:
        store.put(key, picture(bytes(size)))
        assert store.used_bytes <= ROOM_FOR_TWO
        kept = [found for name in "abcdef" if (found := store.get(name))]
        assert len(kept) == len(store)
        assert store.used_bytes >= sum(len(found.body) for found in kept)
    assert store.used_bytes > 0 or len(store) == 0


def test_many_small_pictures_do_not_pass_as_free() -> None:
    store = MemoryStore(1_000_000)
    for number in range(5_000):
        store.put(f"{number}", picture(b"x"))
    assert len(store) < 1_000


def test_a_mark_ends_at_its_moment() -> None:
    marks = Marks()
    marks.add("a", until=100.0)
    assert marks.has("a", now=99.9)
    assert not marks.has("a", now=100.0)
    assert not marks.has("b", now=0.0)


def test_an_earlier_end_never_shortens_a_mark() -> None:
    marks = Marks()
    marks.add("a", until=100.0)
    marks.add("a", until=50.0)
    assert marks.has("a", now=99.0)


def test_of_too_many_marks_the_first_are_forgotten() -> None:
    marks = Marks(most=3)
    for key in "abcad":
        marks.add(key, until=100.0)
    assert [key for key in "abcd" if marks.has(key, now=0.0)] == ["a", "c", "d"]
