#!/usr/bin/env bash
# install.sh USE... - installs the Debian packages that a use of triebench needs and that are missing.
#
# USE is as in scripts/packages.sh. Says first what it will install and why. Silent where nothing is missing.
# Exit status: 0 all are there; 2 they cannot be installed, with the command that a person can type.
set -euo pipefail

packages=$(dirname "$0")/packages.sh

say() {
    echo "triebench: $*" >&2
}

# The prefix that makes a command run as root: empty for root itself. Fails if there is none that asks for no password.
root_prefix() {
    if [[ $(id -u) -eq 0 ]]; then
        return 0
    fi
    command -v sudo >/dev/null && sudo -n true 2>/dev/null && echo sudo
}

# Whether apt knows a version of every package; on a fresh machine it knows none before its first update.
known() {
    local name
    for name in "$@"; do
        apt-cache show --no-all-versions "$name" >/dev/null 2>&1 || return 1
    done
}

announce() {
    local lacking=$1 name why
    shift
    say "needed for '$*' and not installed yet:"
    "$packages" list "$@" | while IFS=$'\t' read -r name why; do
        if grep -qxF -e "$name" <<<"$lacking"; then
            printf '    %-22s %s\n' "$name" "$why" >&2
        fi
    done
}

install() {
    local -a apt=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=120)
    if ! known "$@"; then
        "${apt[@]}" update </dev/null || return 1
    fi
    "${apt[@]}" install -y --no-install-recommends "$@" </dev/null && return 0
    # Lists that are out of date name versions that the mirror no longer has.
    say "apt-get failed; trying once more with fresh lists"
    "${apt[@]}" update </dev/null && "${apt[@]}" install -y --no-install-recommends "$@" </dev/null
}

lacking=$("$packages" missing "$@") || exit 2
[[ -n $lacking ]] || exit 0
mapfile -t names <<<"$lacking"

announce "$lacking" "$@"
command="apt-get update && apt-get install -y --no-install-recommends ${names[*]}"
if ! prefix=$(root_prefix); then
    say "this needs root and there is no sudo without a password; run as root:"
    say "    $command"
    exit 2
fi
as_root=()
[[ -z $prefix ]] || as_root=("$prefix")

say "installing them now with apt-get"
if ! install "${names[@]}" >&2; then
    say "could not install them; the command was:"
    say "    ${prefix:+$prefix }$command"
    exit 2
fi
