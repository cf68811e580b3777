# What the commands of this folder share. Sourced, not run; needs bash.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
build="$root/build/release"
packages="$root/packaging/packages.txt"

# Qt and the tests want a UTF-8 locale; C.UTF-8 is part of every Debian.
case "${LC_ALL:-${LC_CTYPE:-${LANG:-}}}" in
*[Uu][Tt][Ff]*) ;;
*) export LC_ALL=C.UTF-8 ;;
esac

say() { printf '%s\n' "$*" >&2; }
fail() {
    say "$(basename "$0"): $*"
    exit 1
}

# The packages of these groups that are not installed, one a line: name, tab, why.
missing_packages() {
    local group name why status seen=" "
    for wanted in "$@"; do
        while read -r group name why; do
            [ "$group" = "$wanted" ] || continue
            case "$seen" in *" $name "*) continue ;; esac
            seen="$seen$name "
            status=$(dpkg-query -W -f '${db:Status-Status}' "$name" 2>/dev/null || true)
            [ "$status" = installed ] || printf '%s\t%s\n' "$name" "$why"
        done <"$packages"
    done
}

# Installs with apt; the first argument is how to become root (may be empty). Its output goes to the log.
apt_install() {
    local as_root=$1 log=$2
    shift 2
    local apt=(env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o Dpkg::Use-Pty=0 -o Acquire::Retries=3
        -o DPkg::Lock::Timeout=300)
    # shellcheck disable=SC2086 # the word may be absent
    if $as_root "${apt[@]}" install --no-install-recommends "$@" >"$log" 2>&1; then
        return 0
    fi
    say "The package lists may be missing or old: fetching them and trying again."
    # shellcheck disable=SC2086
    $as_root "${apt[@]}" update >>"$log" 2>&1 || true
    # shellcheck disable=SC2086
    $as_root "${apt[@]}" install --no-install-recommends "$@" >>"$log" 2>&1
}

# Makes sure that the packages of these groups are there, and says what it installs and why.
require_packages() {
    command -v dpkg-query >/dev/null && command -v apt-get >/dev/null ||
        fail "this is not a Debian system. Install what packaging/packages.txt lists, then build with: cmake --preset release && cmake --build --preset release"
    local missing names=() name why as_root="" log
    missing=$(missing_packages "$@")
    [ -n "$missing" ] || return 0
    say "Missing Debian packages:"
    while IFS=$'\t' read -r name why; do
        names+=("$name")
        say "$(printf '  %-27s %s' "$name" "$why")"
    done <<<"$missing"
    if [ "$(id -u)" != 0 ]; then
        command -v sudo >/dev/null ||
            fail "installing them needs root, and there is no sudo. Run this once as root: apt-get install --no-install-recommends ${names[*]}"
        as_root=sudo
        say "Installing them with sudo, which may ask for your password."
    else
        say "Installing them."
    fi
    mkdir -p "$root/build"
    log="$root/build/packages.log"
    if ! apt_install "$as_root" "$log" "${names[@]}"; then
        say "--- the end of $log:"
        tail -n 15 "$log" >&2
        fail "the packages could not be installed (see above). Check the network and the package sources in /etc/apt, then run it again"
    fi
}

# How many compilers at once: one a processor, fewer when memory is short (one takes up to 1.2 GB).
jobs_for_build() {
    local processors memory
    processors=$(nproc)
    memory=$(awk '/^MemAvailable:/ { print int($2 / 1200000) }' /proc/meminfo 2>/dev/null || echo "$processors")
    [ "${memory:-0}" -ge 1 ] || memory=1
    echo $((memory < processors ? memory : processors))
}

# configure ON|OFF: with or without the tests. A build that has the tests keeps them.
configure() {
    local tests=$1 log
    mkdir -p "$build"
    log="$build/configure.log"
    if [ "$tests" = OFF ] && grep -qs '^BEATWARDEN_TESTS:BOOL=ON' "$build/CMakeCache.txt"; then
        tests=ON
    fi
    if ! (cd "$root" && cmake --preset release "-DBEATWARDEN_TESTS=$tests") >"$log" 2>&1; then
        cat "$log" >&2
        fail "the build could not be configured (see above). If the folder was moved or copied, remove build/ and run it again"
    fi
}

# compile [TARGET…]: everything without a target.
compile() {
    local targets=() target
    for target in "$@"; do targets+=(--target "$target"); done
    cmake --build "$build" --parallel "${BEATWARDEN_JOBS:-$(jobs_for_build)}" ${targets[@]+"${targets[@]}"} >&2 ||
        fail "the build failed (see above)"
}
