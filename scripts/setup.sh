#!/bin/sh
# Brings this machine to where Secateur can be built, run or tested: setup.sh NAME...
#
#   display        says so when a window could not be shown
#   system-run     what WebKitGTK needs to be compiled against, and fonts
#   system-test    and what the tests need: a virtual display, the WebDriver, a browser
#   tools-run      Rust and Node in the versions that are needed
#   tools-test     and Go, for the control plane of the tests
#   page           the page's npm packages
#
# Each does nothing when nothing is missing, so a second run costs a second.
set -eu
cd "$(dirname "$0")/.."

rust_needed=1.95
node_needed=20.19
go_needed=1.26

run_packages='build-essential pkg-config libwebkit2gtk-4.1-dev libgtk-3-dev librsvg2-dev
    fonts-noto-core fonts-noto-mono fonts-dejavu-core'
test_packages='xvfb xauth webkit2gtk-driver dbus dbus-x11 gnome-keyring valgrind iproute2'

say() { printf '%s\n' "$*" >&2; }
die() {
    say "$@"
    exit 1
}
has() { command -v "$1" >/dev/null 2>&1; }

# Whether version $1 is at least $2.
at_least() { [ "$(printf '%s\n%s\n' "$2" "$1" | sort -V | head -n 1)" = "$2" ]; }

need() { # name, needed, found, where from
    if [ -z "$3" ]; then
        die "$1 is missing: $2 or newer is needed. $4"
    elif ! at_least "$3" "$2"; then
        die "$1 $3 is too old: $2 or newer is needed. $4"
    fi
}

not_installed() {
    for package in "$@"; do
        status=$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null || true)
        [ "$status" = installed ] || printf '%s ' "$package"
    done
}

apt_install() {
    missing=$(not_installed "$@")
    [ -n "$missing" ] || return 0
    as_root=''
    if [ "$(id -u)" -ne 0 ]; then
        has sudo || die "These packages are missing, and there is no sudo to install them with: $missing"
        as_root=sudo
    fi
    say "Installing: $missing"
    $as_root apt-get update -qq
    # The variable is set by env, since sudo drops what it is not told to keep.
    # shellcheck disable=SC2086 # a list of words
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >&2
}

system_run() {
    if has apt-get; then
        # shellcheck disable=SC2086 # a list of words
        apt_install $run_packages
    elif [ "$(uname)" = Linux ] && ! { has pkg-config && pkg-config --exists webkit2gtk-4.1 gtk+-3.0 librsvg-2.0; }; then
        say 'Secateur needs WebKitGTK 4.1, GTK 3 and librsvg with their development files, a C compiler and pkg-config:'
        say '  Fedora  dnf install webkit2gtk4.1-devel gtk3-devel librsvg2-devel gcc pkgconf'
        die '  Arch    pacman -S webkit2gtk-4.1 gtk3 librsvg base-devel'
    fi
}

system_test() {
    system_run
    browser=''
    for name in chromium chromium-browser google-chrome; do
        if has "$name"; then browser=$name; fi
    done
    if has apt-get; then
        # shellcheck disable=SC2086 # a list of words
        apt_install $test_packages ${browser:-chromium}
        return
    fi
    for program in Xvfb xvfb-run dbus-run-session gnome-keyring-daemon WebKitWebDriver valgrind; do
        has "$program" || die "The tests need $program: a virtual display, D-Bus, a keyring, WebKitGTK's WebDriver and Valgrind."
    done
    [ -n "$browser" ] || die 'The tests of the page need Chromium.'
}

tools_run() {
    need Rust "$rust_needed" "$(rustc --version 2>/dev/null | cut -d' ' -f2)" 'rustup.rs installs it.'
    need Node "$node_needed" "$(node --version 2>/dev/null | tr -d v)" 'nodejs.org has it.'
    has npm || die 'npm is missing: it comes with Node.'
}

tools_test() {
    tools_run
    need Go "$go_needed" "$(go env GOVERSION 2>/dev/null | sed 's/^go//; s/[^0-9.].*//')" 'go.dev has it.'
    has clippy-driver || die "Clippy is missing: rustup component add clippy."
}

page() {
    stamp=ui/node_modules/.secateur-stamp
    wanted=$({ cat ui/package-lock.json && node --version; } | cksum)
    [ "$(cat "$stamp" 2>/dev/null)" = "$wanted" ] && return 0
    say "Installing the page's npm packages"
    npm --prefix ui ci --no-audit --no-fund --loglevel=error >&2
    printf '%s\n' "$wanted" >"$stamp"
}

display() {
    [ "$(uname)" = Linux ] || return 0
    [ -z "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ] || return 0
    say 'There is no display to show the window on: neither DISPLAY nor WAYLAND_DISPLAY is set.'
    say 'On a desktop, start this in a terminal of it. Without one, a virtual display does (Debian: package xvfb):'
    die '  dbus-run-session -- xvfb-run -a make run'
}

for name in "$@"; do
    case $name in
        display | page) $name ;;
        system-run) system_run ;;
        system-test) system_test ;;
        tools-run) tools_run ;;
        tools-test) tools_test ;;
        *) die "setup.sh knows no setup called $name" ;;
    esac
done
