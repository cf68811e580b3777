# What the comparisons share. Sourced, not run; needs bash.
source "$(dirname "${BASH_SOURCE[0]}")/../../packaging/lib.sh"

drivers="$root/tests/bench/drivers"
cache="${XDG_CACHE_HOME:-$HOME/.cache}/beatwarden/bench-peers"

# Our program, Debian's packages, and the peers of the npm registry.
prepare_peers() {
    require_packages bench
    command -v npm >/dev/null || require_packages bench-npm
    [ -x "$build/bin/beatwarden" ] || {
        configure OFF
        compile beatwarden beatwarden-worker
    }
    mkdir -p "$cache"
    cp "$drivers/package.json" "$cache/"
    (cd "$cache" && npm install --silent --no-audit --no-fund --no-package-lock >&2) ||
        fail "npm could not install what tests/bench/drivers/package.json names (see above)"
}
