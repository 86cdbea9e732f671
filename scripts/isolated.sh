#!/bin/sh
# Runs a command with a home of its own: no test reaches a real kubeconfig, keyring or setting, and the tests assert it
# by SECATEUR_TEST_HOME. The toolchains' own folders stay where they are.
set -eu

CARGO_HOME=${CARGO_HOME:-$HOME/.cargo}
RUSTUP_HOME=${RUSTUP_HOME:-$HOME/.rustup}
export CARGO_HOME RUSTUP_HOME

SECATEUR_TEST_HOME=$(mktemp -d "${TMPDIR:-/tmp}/secateur-test.XXXXXX")
trap 'rm -rf "$SECATEUR_TEST_HOME"' EXIT
trap 'exit 130' INT TERM
export SECATEUR_TEST_HOME
export HOME="$SECATEUR_TEST_HOME"
export KUBECONFIG="$HOME/no-kubeconfig"
for variable in XDG_CONFIG_HOME XDG_DATA_HOME XDG_CACHE_HOME XDG_STATE_HOME XDG_RUNTIME_DIR; do
    mkdir -m 700 "$HOME/$variable"
    export "$variable=$HOME/$variable"
done
# Folders that a killed test leaves behind go with the rest.
mkdir "$HOME/tmp"
export TMPDIR="$HOME/tmp"
# No accessibility bus and no session of the person's desktop.
export NO_AT_BRIDGE=1
unset DBUS_SESSION_BUS_ADDRESS WAYLAND_DISPLAY SECATEUR_STATE_DIR

"$@"
