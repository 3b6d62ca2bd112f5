#!/usr/bin/env bash
# docs/images/report.png: the demo's report as a browser shows it. Needs chromium (Debian: apt-get install chromium).
set -euo pipefail
cd "$(dirname "$0")/.."

browser=$(command -v chromium || command -v chromium-browser || command -v google-chrome) || {
    echo "screenshot: no chromium found; install it" >&2
    exit 1
}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

.venv/bin/goodstanding demo --out "$work/out" >/dev/null
"$browser" --headless --no-sandbox --disable-gpu --hide-scrollbars --force-device-scale-factor=1 --window-size=1180,1000 \
    --user-data-dir="$work/profile" --screenshot="$work/report.png" "file://$work/out/report.html" 2>/dev/null

size=$(stat -c %s "$work/report.png")
if [[ $size -gt 204800 ]]; then
    echo "screenshot: $size bytes; keep it under 200 KB" >&2
    exit 1
fi
mkdir -p docs/images
mv "$work/report.png" docs/images/report.png
echo "docs/images/report.png: $size bytes"
