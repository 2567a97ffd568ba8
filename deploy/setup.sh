#!/bin/sh
# Makes the virtual environment $1 and installs what is needed into it: every dependency by hash, Nameplate itself as
# editable, and libcairo by the system's package manager where we may use it. Safe to run again.
set -eu
venv=${1:-.venv}

say() { printf '%s\n' "$*" >&2; }
fail() { say "setup: $*"; exit 1; }

# Run a package manager as root: directly, or by a sudo that asks nothing.
as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"
    elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then sudo -n "$@"
    else return 1
    fi
}

install_package() { # $1 Debian's name, $2 Fedora's, $3 Alpine's, $4 Homebrew's
    if command -v apt-get >/dev/null 2>&1; then
        as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$1" >/dev/null 2>&1 ||
            { as_root apt-get update -qq && as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$1" >/dev/null; }
    elif command -v dnf >/dev/null 2>&1; then as_root dnf install -y -q "$2"
    elif command -v apk >/dev/null 2>&1; then as_root apk add -q "$3"
    elif command -v brew >/dev/null 2>&1; then brew install -q "$4"
    else return 1
    fi
}

python=""
for candidate in "${PYTHON3:-}" python3 python3.14 python3.13 python3.12 python3.11; do
    [ -n "$candidate" ] && command -v "$candidate" >/dev/null 2>&1 || continue
    if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then python=$candidate; break; fi
done
[ -n "$python" ] || fail "Nameplate needs Python 3.11 or newer; install it, or name one with PYTHON3=/path/to/python3"

if ! "$venv/bin/python" -c 'import pip' 2>/dev/null; then
    say "setup: making $venv with $("$python" --version)"
    rm -rf "$venv"
    "$python" -m venv "$venv" >/dev/null 2>&1 ||
        { install_package python3-venv python3 python3 python && rm -rf "$venv" && "$python" -m venv "$venv"; } ||
        fail "the virtual environment cannot be made; on Debian: apt install python3-venv"
fi

say "setup: installing the dependencies, each checked against its hash"
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check --only-binary :all: --require-hashes -r requirements-dev.txt
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .

has_cairo() { "$venv/bin/python" -c 'import cairocffi' >/dev/null 2>&1; }
if ! has_cairo; then
    say "setup: installing the system library libcairo"
    install_package libcairo2 cairo cairo cairo || true
    has_cairo || fail "libcairo is missing and could not be installed. Install it with \`apt install libcairo2\` (Debian, Ubuntu), \`dnf install cairo\` (Fedora), \`apk add cairo\` (Alpine) or \`brew install cairo\` (macOS)."
fi
say "setup: done"
