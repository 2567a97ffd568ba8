"""A Containerfile as the stages it builds, a .dockerignore as the files it lets in: the forms of them that ours use."""

from __future__ import annotations

import json
import os
import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path, PurePosixPath

# The variable that an official Python image sets for whatever is built on it.
BASE_PATH = "/usr/local/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


@dataclass(frozen=True, slots=True)
class Step:
    """An instruction: its word, its flags (`--from=build`), and the rest of it, on one line."""

    word: str
    flags: Mapping[str, str]
    rest: str

    @property
    def command(self) -> list[str]:
        """What a step in the form of a JSON list runs; a shell for any other."""
        return list(json.loads(self.rest)) if self.rest.startswith("[") else ["/bin/sh", "-c", self.rest]


@dataclass(frozen=True, slots=True)
class Stage:
    base: str
    name: str
    steps: tuple[Step, ...]

    def last(self, word: str) -> Step:
        return [step for step in self.steps if step.word == word][-1]

    def words(self) -> list[str]:
        return [step.word for step in self.steps]

    @property
    def environment(self) -> dict[str, str]:
        """What is set when the container runs."""
        found = {"PATH": BASE_PATH}
        for step in self.steps:
            if step.word == "ENV":
                found |= pairs(step.rest, found)
        return found


def read_containerfile(text: str) -> tuple[Stage, ...]:
    """The stages from first to last; every `${ARG}` in a FROM is put in."""
    arguments: dict[str, str] = {}
    stages: list[tuple[str, str, list[Step]]] = []
    for step in _steps(text):
        if step.word == "FROM":
            base, _, name = substituted(step.rest, arguments).partition(" AS ")
            stages.append((base, name, []))
        elif not stages:
            assert step.word == "ARG", f"{step.word} stands before the first FROM"
            arguments |= pairs(step.rest, {})
        else:
            stages[-1][2].append(step)
    return tuple(Stage(base, name, tuple(steps)) for base, name, steps in stages)


def _steps(text: str) -> Iterator[Step]:
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    for logical in re.sub(r"\\\n\s*", "", "\n".join(lines)).splitlines():
        if not logical.strip():
            continue
        word, _, rest = logical.strip().partition(" ")
        flags: dict[str, str] = {}
        while found := re.match(r"--([a-z-]+)=(\S+)\s*", rest):
            flags[found[1]] = found[2]
            rest = rest[found.end() :]
        yield Step(word, flags, rest.strip())


def pairs(rest: str, known: Mapping[str, str]) -> dict[str, str]:
    """`A=1 B="two words"` as a mapping."""
    split = (part.partition("=") for part in shlex.split(rest))
    return {name: substituted(value, known) for name, _, value in split}


def substituted(text: str, known: Mapping[str, str]) -> str:
    return re.sub(r"\$\{?(\w+)\}?", lambda found: known[found[1]], text)


def let_in(rules: str, root: Path) -> list[str]:
    """The files below `root` that a build may see, as paths from there; the last rule that fits a file decides."""
    lines = [line.strip() for line in rules.splitlines() if line.strip() and not line.startswith("#")]
    found: list[str] = []
    for folder, folders, files in os.walk(root):
        here = Path(folder).relative_to(root)
        folders[:] = [name for name in folders if not _ignored((here / name).as_posix(), lines)]
        found += [file for file in ((here / name).as_posix() for name in files) if not _ignored(file, lines)]
    return sorted(found)


def _ignored(file: str, rules: list[str]) -> bool:
    ignored = False
    for rule in rules:
        if _fits(file, rule.removeprefix("!")):
            ignored = not rule.startswith("!")
    return ignored


def _fits(file: str, pattern: str) -> bool:
    """A pattern names a file or a folder around it; `**/` stands for any depth, the root included."""
    path = PurePosixPath(file)
    outer = [path.as_posix(), *(parent.as_posix() for parent in path.parents if parent.name)]
    if pattern.startswith("**/"):
        return any(fnmatch(PurePosixPath(one).name, pattern[3:]) for one in outer)
    return any(one.count("/") == pattern.count("/") and fnmatch(one, pattern) for one in outer)
