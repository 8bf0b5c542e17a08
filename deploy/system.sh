#!/bin/sh
# For the tests: Chromium and PostgreSQL's server programs from Debian's packages, where that is possible.
# MESOGUIDE_NO_APT=1 leaves the machine alone; tests that need them are then skipped, or fail in CI.
set -u
missing=
command -v chromium >/dev/null 2>&1 || missing="$missing chromium"
ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || command -v initdb >/dev/null 2>&1 || missing="$missing postgresql"
[ -n "$missing" ] || exit 0
if [ "${MESOGUIDE_NO_APT:-}" = 1 ] || [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null 2>&1; then
    echo "Not installed, so some tests are skipped:$missing"
    exit 0
fi
echo "Installing for the tests:$missing (MESOGUIDE_NO_APT=1 prevents it) ..."
export DEBIAN_FRONTEND=noninteractive
mkdir -p var
# A fresh machine has no package lists, and a just started one may still hold the lock.
if ! { apt-get -o DPkg::Lock::Timeout=120 -qq update && apt-get -o DPkg::Lock::Timeout=120 -qq install -y --no-install-recommends $missing; } >var/system.log 2>&1; then
    echo "Installing$missing failed; the details are in var/system.log. Tests that need them are skipped."
fi
