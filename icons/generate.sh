#!/bin/sh
# Draws the set of icons that Tauri bundles from secateur.svg. Needs chromium (or rsvg-convert) and python3; its
# output is committed, so that building Secateur needs neither.
set -eu
cd "$(dirname "$0")"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

draw() { # size, file
    if command -v rsvg-convert >/dev/null 2>&1; then
        rsvg-convert --width "$1" --height "$1" --output "$2" secateur.svg
        return
    fi
    {
        printf '<!doctype html><style>html,body{margin:0}svg{display:block;width:%spx;height:%spx}</style>' "$1" "$1"
        cat secateur.svg
    } >"$work/page.html"
    # A window narrower than chromium allows is cut to size by python below; the drawing begins at its corner.
    chromium --headless --no-sandbox --disable-gpu --hide-scrollbars --force-device-scale-factor=1 \
        --user-data-dir="$work/profile" --default-background-color=00000000 --window-size=1024,1024 \
        --screenshot="$work/shot.png" "file://$work/page.html" >/dev/null 2>&1
    python3 crop.py "$work/shot.png" "$1" "$2"
}

for size in 16 24 32 48 64 128 256 512 1024; do
    draw "$size" "$work/$size.png"
done
cp "$work/32.png" 32x32.png
cp "$work/128.png" 128x128.png
cp "$work/256.png" 128x128@2x.png
cp "$work/512.png" icon.png
python3 bundle.py "$work"
