#!/bin/sh
# Make .venv hold exactly what is locked: `deploy/setup.sh run` or `deploy/setup.sh dev`. Quick when nothing changed.
set -u
cd "$(dirname "$0")/.." || exit 1
want=$1
lock=deploy/requirements/$want.txt
stamp=.venv/.locked
log=var/setup.log
mkdir -p var

stop() {
    printf 'mesoguide: %s\n' "$1" >&2
    exit 1
}

# The test set holds the run set, so it serves both; changing back and forth would cost seconds each time.
locked() { cksum < "$1"; }
case "$(cat "$stamp" 2>/dev/null)" in
    "$(locked deploy/requirements/dev.txt)") exit 0 ;;
    "$(locked deploy/requirements/run.txt)") [ "$want" = run ] && exit 0 ;;
esac

works() { [ -n "$1" ] && "$1" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 10))' 2>/dev/null; }

find_python() {
    for candidate in "${MESOGUIDE_PYTHON:-}" python3.10 python3 python \
        "${PYENV_ROOT:-$HOME/.pyenv}"/versions/3.10*/bin/python3.10 \
        "$HOME"/.local/share/uv/python/cpython-3.10*/bin/python3.10 /usr/local/bin/python3.10 /opt/python3.10/bin/python3.10; do
        if works "$candidate"; then
            echo "$candidate"
            return
        fi
    done
}

find_uv() {
    for candidate in uv "$HOME/.local/bin/uv" .tools/bin/uv; do
        if "$candidate" --version >/dev/null 2>&1; then
            echo "$candidate"
            return
        fi
    done
    # Into the project's own folder: nothing on the machine changes.
    starter=${python:-python3}
    "$starter" -m venv .tools >>"$log" 2>&1 || return
    .tools/bin/python -m pip install --quiet --disable-pip-version-check uv >>"$log" 2>&1 || return
    echo .tools/bin/uv
}

explain() {
    if grep -qiE 'dns error|failed to fetch|connection (refused|error|reset)|network is unreachable|name resolution|timed out|no route to host|max retries|could not connect|error sending request|no matching distribution' "$log"; then
        stop "The package index can't be reached, so nothing could be installed. Check the network and run this again."
    fi
    stop "$1 The details are in $log."
}

: >"$log"
python=$(find_python)
uv=$(find_uv)
[ -n "$uv" ] || explain "uv couldn't be installed; install it yourself, or Python's venv module (python3-venv on Debian)."
if [ -z "$python" ]; then
    "$uv" python install --quiet 3.10 >>"$log" 2>&1 && python=$("$uv" python find 3.10 2>>"$log")
    [ -n "$python" ] || stop "Python 3.10 is needed and isn't here (Rasa works on no newer one). Install it, for example with 'uv python install 3.10' or 'pyenv install 3.10', or set MESOGUIDE_PYTHON to it, and run this again."
fi

echo "Installing what is locked in $lock ..."
if ! works .venv/bin/python; then
    "$uv" venv --quiet --clear --python "$python" .venv >>"$log" 2>&1 || explain "The virtual environment couldn't be made."
fi
rm -f "$stamp"
"$uv" pip sync --quiet --python .venv/bin/python --require-hashes "$lock" >>"$log" 2>&1 || explain "Installing failed."
locked "$lock" >"$stamp"
