#!/usr/bin/env bash
# Holds the HTML report against a checker of HTML, a real browser and axe-core, none of which was
# written here, and shows that each of them finds a broken page.
set -euo pipefail
cd "$(dirname "$0")/.."
target="$(mkdir -p "${CARGO_TARGET_DIR:-target}" && cd "${CARGO_TARGET_DIR:-target}" && pwd)"
folder="$target/ci-tools/html"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
mkdir -p "$folder"

install() {
    if ! command -v "$1" >/dev/null; then
        apt-get update -q >/dev/null
        DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "$2" >/dev/null
    fi
}
install java default-jre-headless
install chromium chromium
cp .ci/html/package.json .ci/html/package-lock.json "$folder/"
if ! [ -e "$folder/installed" ] || ! cmp -s .ci/html/package-lock.json "$folder/installed"; then
    npm ci --prefix "$folder" --silent --ignore-scripts --no-audit --no-fund
    cp .ci/html/package-lock.json "$folder/installed"
fi
check() {
    java -jar "$folder/node_modules/vnu-jar/build/dist/vnu.jar" --errors-only "$@"
}
look() {
    node .ci/html/look.mjs "$folder" "$(command -v chromium)" "$@"
}

pages=()
for assessment in examples/*.yaml tests/html/hostile.yaml; do
    name="$work/$(basename "$assessment" .yaml)"
    for format in html json; do
        cargo run --quiet -- gaps "$assessment" --format "$format" --output "$name.$format"
    done
    pages+=("$name.html")
    # The short form fits on two printed pages; nothing lies beside it to compare it with.
    brief="$work/$(basename "$assessment" .yaml)-brief.html"
    cargo run --quiet -- gaps "$assessment" --brief --format html --output "$brief"
    chromium --headless --no-sandbox --disable-gpu --print-to-pdf="$work/brief.pdf" "file://$brief" 2>/dev/null
    if ! grep -a -q '/Count 2\b' "$work/brief.pdf"; then
        echo "$brief does not print to two pages" >&2
        exit 1
    fi
    pages+=("$brief")
done

cargo run --quiet -- trend examples/exchange.yaml --as-of 2026-06-30 --as-of 2026-09-30 --as-of 2026-12-31 \
    --as-of 2027-03-31 --format html --output "$work/trend.html"
pages+=("$work/trend.html")
# Many side by side, with one that cannot be read.
mkdir "$work/many"
cp examples/*.yaml tests/html/hostile.yaml tests/cmd/faulty.yaml "$work/many/"
python3 .ci/portfolio/generate.py 10 "$work/many"
overview() {
    local code=0
    cargo run --quiet -- portfolio "$work/many" --as-of 2026-09-30 --output "$1" >/dev/null 2>"$work/actual" || code=$?
    if [ "$code" -ne 2 ]; then
        cat "$work/actual" >&2
        exit 1
    fi
}
overview "$work/portfolio"
pages+=("$work/portfolio/as_of=2026-09-30/index.html")

echo "by a checker of HTML"
check "${pages[@]}"

echo "in a browser"
look "${pages[@]}"

echo "broken pages"
# Each is the page of the small firm with one thing wrong.
page="$work/small-firm.html"
sed 's|<h3>By clause</h3>|<h3><p>By clause</h3>|' "$page" >"$work/broken-markup.html"
if check "$work/broken-markup.html" 2>/dev/null; then
    echo "the checker of HTML takes a broken page" >&2
    exit 1
fi
sed 's|<html lang="en">|<html>|' "$page" >"$work/broken-language.html"
sed 's|</h1>|</h1><img alt="" src="https://example.org/x.png">|' "$page" >"$work/broken-fetch.html"
sed 's|</h1>|</h1><script>alert(1)</script>|' "$page" >"$work/broken-script.html"
sed 's|</h1>|</h1><svg width="900" height="9"><rect width="900" height="9"></rect></svg>|' "$page" >"$work/broken-width.html"
sed 's|id="risk-8.2.3-a"|id="moved"|' "$page" >"$work/broken-link.html"
sed 's|</h1>|</h1><p><font color="#cccccc">pale</font></p>|' "$page" >"$work/broken-contrast.html"
for name in language fetch script width link contrast; do
    if cmp -s "$page" "$work/broken-$name.html"; then
        echo "broken-$name.html is not broken" >&2
        exit 1
    fi
done
# The overview, with a link that leads nowhere, another name, and another number.
for change in 's|href="reports/quillmere|href="reports/moved|' \
    's|<br><code>firm-00003-2026-q3</code>|<br><code>firm-3</code>|' \
    's|>265 of |>266 of |'; do
    overview "$work/broken"
    broken="$work/broken/as_of=2026-09-30/index.html"
    sed -i "$change" "$broken"
    if cmp -s "$work/portfolio/as_of=2026-09-30/index.html" "$broken"; then
        echo "\`$change\` changes nothing in the overview" >&2
        exit 1
    fi
    look --broken "$broken"
done
look --broken "$work"/broken-{language,fetch,script,width,link,contrast}.html

echo "ten times the exchange"
cargo bench --quiet --profile dev -p custody-benches --bench pipeline -- --write-scaled 10 "$work/scaled.yaml"
cargo run --quiet -- gaps "$work/scaled.yaml" --format html --output "$work/scaled.html"
look --load "$work/scaled.html"
