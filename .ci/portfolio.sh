#!/usr/bin/env bash
# Many assessments at once, compared by independent tools: DuckDB adds the rows up to the manifest and to each
# report, a validator reads the manifest, `sha256sum` every file, and `diff` compares the bytes of
# another number of threads and another order. Each of them is shown to find what is wrong.
set -euo pipefail
cd "$(dirname "$0")/.."
root="$PWD"
target="$(mkdir -p "${CARGO_TARGET_DIR:-target}" && cd "${CARGO_TARGET_DIR:-target}" && pwd)"
duckdb="$target/ci-tools/duckdb-2.0.0"
checker="$target/ci-tools/check-jsonschema-0.39.0"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT

venv() {
    if ! [ -x "$1/bin/python" ] || ! "$1/bin/python" -c "import $2" 2>/dev/null; then
        python3 -m venv "$1"
        "$1/bin/pip" install --quiet --disable-pip-version-check "$3"
    fi
}
venv "$duckdb" duckdb duckdb==2.0.0
venv "$checker" check_jsonschema check-jsonschema==0.39.0
cargo build --quiet
custody="$target/debug/custody"
validate() {
    "$checker/bin/check-jsonschema" --schemafile "$root/schemas/portfolio.schema.json" "$@"
}

mkdir -p "$work/in"
cp examples/*.yaml "$work/in/"
python3 .ci/portfolio/generate.py 20 "$work/in"
cd "$work"
run() {
    "$custody" portfolio in --as-of "$1" --output "$2" "${@:3}" >/dev/null 2>actual || {
        cat actual >&2
        exit 1
    }
}
for day in 2026-09-30 2026-12-31; do
    run "$day" out --jobs 2 --reports json
    run "$day" single --jobs 1 --reports json
done

echo "threads and order"
same() {
    diff -r "$1" "$2" >actual
}
same out single
# A folder lists its entries in the order in which they were made, or in one of its own.
mkdir turned
find in -name '*.yaml' -printf '%f\n' | sort -r | while read -r file; do cp "in/$file" turned/; done
rm -r in
mv turned in
run 2026-09-30 other --jobs 2 --reports json
same out/as_of=2026-09-30 other/as_of=2026-09-30
sed -i 's/third quarter 2026/3rd quarter 2026/' in/exchange.yaml
run 2026-09-30 changed --jobs 2 --reports json
if same out/as_of=2026-09-30 changed/as_of=2026-09-30; then
    echo "another title changes nothing" >&2
    exit 1
fi
sed -i 's/3rd quarter 2026/third quarter 2026/' in/exchange.yaml

echo "digests"
cat >sums.py <<'PYTHON'
import json
import os
import sys

day = sys.argv[1]
with open(f"{day}/manifest.json") as file:
    manifest = json.load(file)
outputs = [manifest["overview"]] + [output for member in manifest["assessments"] for output in member["outputs"]]
for output in outputs:
    print(f"{output['sha256']}  {day}/{output['path']}")
there = {os.path.join(root, name) for root, _, names in os.walk(day) for name in names}
named = {f"{day}/{output['path']}" for output in outputs} | {f"{day}/manifest.json"}
if there != named:
    sys.exit(f"not in the manifest, or not there: {sorted(there ^ named)[:3]}")
for member in manifest["assessments"]:
    for read in member["inputs"]:
        print(f"{read['sha256']}  {read['name']}")
PYTHON
sums() {
    python3 sums.py "$1" >"$1.sums" && sha256sum --quiet --check "$1.sums"
}
for day in out/as_of=*/; do
    sums "${day%/}"
done
wc -l out/*.sums | tail -1

echo "rows, by DuckDB"
cat >totals.py <<'PYTHON'
"""Adds the rows of all days and custodians up, and compares with each manifest and each report."""

import glob
import json
import os
import sys

import duckdb

root = sys.argv[1]
failures = []


def expect(what, actual, expected):
    if actual != expected:
        failures.append(f"{what}: {actual} instead of {expected}")


def read(table):
    return f"read_ndjson('{root}/*/{table}/*/*.ndjson', hive_partitioning = true, hive_types_autocast = false)"


def words(table, key, where="true"):
    answer = duckdb.sql(f"SELECT as_of::VARCHAR, assessment, {key}, count(*) FROM {read(table)} WHERE {where} GROUP BY ALL").fetchall()
    actual = {}
    for day, assessment, word, number in answer:
        actual.setdefault((day, assessment), {})[word] = number
    return actual


cells, gaps = words("cells", "verdict"), words("gaps", "severity")
risks = words("risks", "verdict", "worst = 1")
counted = {
    (day, assessment): numbers
    for day, assessment, *numbers in duckdb.sql(
        f"SELECT as_of::VARCHAR, assessment, sum(proven)::INT, sum(possible)::INT, sum(counted)::INT FROM {read('cells')} GROUP BY ALL"
    ).fetchall()
}
some = lambda counts: {word: number for word, number in counts.items() if number}
by = lambda rows, word: some({row[word]: row["count"] for row in rows})
numbers = lambda summary: [summary["proven"]["numerator"], summary["possible"]["numerator"], summary["proven"]["denominator"]]
manifests = 0
for path in sorted(glob.glob(f"{root}/*/manifest.json")):
    manifests += 1
    folder = os.path.dirname(path)
    with open(path) as file:
        manifest = json.load(file)
    day, totals = manifest["as_of"], manifest["totals"]
    ours = [member["assessment"] for member in manifest["assessments"]]
    expect(f"assessments of {day}", sorted(ours), sorted(a for d, a in counted if d == day))
    expect(f"count of {day}", totals["assessments"], len(ours))
    add = lambda table: some({word: sum(table.get((day, a), {}).get(word, 0) for a in ours) for key in table.values() for word in key})
    expect(f"cells of {day}", add(cells), some(totals["cells"]))
    expect(f"gaps of {day}", add(gaps), by(totals["gaps"], "severity"))
    expect(f"risks of {day}", add(risks), by(totals["risks"], "verdict"))
    expect(f"bounds of {day}", [sum(part) for part in zip(*(counted.get((day, a), [0, 0, 0]) for a in ours))], numbers(totals))
    for table, total in (("cells", "cell_rows"), ("risks", "risk_rows"), ("gaps", "gap_rows")):
        rows = duckdb.sql(f"SELECT count(*) FROM {read(table)} WHERE as_of = '{day}'").fetchall()[0][0]
        expect(f"rows of {table} of {day}", rows, totals[total])
    chapters = duckdb.sql(
        f"SELECT array_to_string(string_split(clause::VARCHAR, '.')[1:3], '.') AS chapter, sum(proven)::INT, sum(possible)::INT, sum(counted)::INT"
        f" FROM {read('cells')} WHERE as_of = '{day}' GROUP BY ALL"
    ).fetchall()
    expect(f"clauses of {day}", sorted([c, *n] for c, *n in chapters), sorted([row["clause"], *numbers(row)] for row in manifest["clauses"]))
    tiers = duckdb.sql(f"SELECT tier, count(DISTINCT (assessment, subject)), sum(proven)::INT, sum(counted)::INT FROM {read('cells')} WHERE as_of = '{day}' GROUP BY ALL").fetchall()
    cells_of = lambda row: sum(number for word, number in row["cells"].items() if word != "excluded")
    expect(f"tiers of {day}", sorted(map(str, tiers)), sorted(str((row.get("tier"), row["subjects"], row["cells"]["effective"], cells_of(row))) for row in manifest["tiers"]))
    for member in manifest["assessments"]:
        key = (day, member["assessment"])
        [report] = [output["path"] for output in member["outputs"] if output["kind"] == "report"]
        with open(f"{folder}/{report}") as file:
            report = json.load(file)
        expect(f"summary of {key}", member["summary"], report["summary"])
        expect(f"inputs of {key}", member["inputs"], report["facts"]["files"])
        expect(f"cells of {key}", cells.get(key), some(report["summary"]["cells"]))
        expect(f"gaps of {key}", gaps.get(key, {}), by(report["summary"]["gaps"], "severity"))
        expect(f"risks of {key}", risks.get(key), by(report["summary"]["risks"], "verdict"))
assert manifests == 2, "two days are expected"
# The trend over days, from paths alone.
days = duckdb.sql(f"SELECT as_of, sum(proven) FROM {read('cells')} GROUP BY as_of ORDER BY as_of").fetchall()
expect("days", len(days), 2)
names = duckdb.sql(f"SELECT count(DISTINCT custodian), count(DISTINCT custodian_key) FROM {read('cells')}").fetchall()[0]
expect("custodians", names, (23, 23))
if failures:
    print("\n".join(failures[:5]))
    sys.exit("the rows do not add up")
print(f"{len(counted)} assessments of {manifests} days add up")
PYTHON
add_up() {
    "$duckdb/bin/python" totals.py "$1"
}
add_up out

echo "the manifest, by its schema"
validate out/*/manifest.json

echo "broken portfolios"
broken=0
refuse() {
    local check="$1" file="$2" change="$3" expected="$4"
    cp -a "$file" whole
    sed -i "$change" "$file"
    if cmp -s whole "$file"; then
        echo "\`$change\` changes nothing in $file" >&2
        exit 1
    fi
    if $check >actual 2>&1; then
        echo "$file is broken by \`$change\`, and $check does not notice" >&2
        exit 1
    fi
    if ! grep -q "$expected" actual; then
        cat actual >&2
        exit 1
    fi
    mv whole "$file"
    broken=$((broken + 1))
}
day=out/as_of=2026-09-30
cell="$(ls $day/cells/*/firm-00007*.ndjson)"
gap="$(ls $day/gaps/*/quillmere*.ndjson)"
refuse "add_up out" "$cell" '0,/"proven":1/s//"proven":0/' 'do not add up'
refuse "add_up out" "$cell" '1d' 'do not add up'
refuse "add_up out" "$gap" '$d' 'do not add up'
refuse "add_up out" "$day/manifest.json" '0,/"effective": /s//"effective": 9/' 'do not add up'
refuse "add_up out" "$day/reports/quillmere-2026-q3.json" '0,/"effective": 2/s//"effective": 3/' 'do not add up'
refuse "sums $day" "$day/index.html" 's/assessments of/assessment of/' 'computed checksum did NOT match'
refuse "sums $day" "$cell" '$d' 'computed checksum did NOT match'
refuse "sums $day" "$day/manifest.json" 's|"path": "index.html"|"path": "manifest.json"|' 'not in the manifest'
for change in 's/"as_of": "2026-09-30"/"as_of": "30.09.2026"/' 's/"totals"/"sums"/' 's/"kind": "report"/"kind": "odd"/' 's|portfolio/2"|portfolio/1"|'; do
    refuse "validate $day/manifest.json" "$day/manifest.json" "$change" 'Schema validation errors were encountered'
done
add_up out >/dev/null && sums "$day"
echo "$broken broken portfolios are noticed"
