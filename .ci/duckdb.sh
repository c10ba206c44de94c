#!/usr/bin/env bash
# Runs the queries over the rows of the examples, of two days each, as NDJSON and as CSV, and holds
# what they answer against the reports themselves.
set -euo pipefail
cd "$(dirname "$0")/.."
target="${CARGO_TARGET_DIR:-target}"
venv="$target/ci-tools/duckdb-2.0.0"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT

if ! [ -x "$venv/bin/python" ] || ! "$venv/bin/python" -c 'import duckdb' 2>/dev/null; then
    python3 -m venv "$venv"
    "$venv/bin/pip" install --quiet --disable-pip-version-check duckdb==2.0.0
fi
cargo build --quiet
custody="$target/debug/custody"

mkdir -p "$work"/{cells,risks,gaps,reports}
for example in examples/*.yaml; do
    for day in 2026-09-30 2026-12-31; do
        name="$(basename "$example" .yaml)-$day"
        "$custody" gaps "$example" --as-of "$day" --format json --output "$work/reports/$name.json"
        for table in cells risks gaps; do
            for form in ndjson csv; do
                "$custody" gaps "$example" --as-of "$day" --format "$form-$table" --output "$work/$table/$name.$form"
            done
        done
    done
done

cat >"$work/compare.py" <<'PYTHON'
"""Runs each query over a form of the rows and compares what it answers with the reports."""

import datetime
import glob
import json
import os
import sys

import duckdb

form = sys.argv[1]
queries = {}
for path in sorted(glob.glob(os.path.join(sys.argv[2], "*.sql"))):
    with open(path) as file:
        text = file.read()
    if form == "csv":
        text = text.replace("read_ndjson", "read_csv").replace(".ndjson", ".csv")
    queries[os.path.basename(path)] = text

reports = {}
for path in sorted(glob.glob("reports/*.json")):
    with open(path) as file:
        report = json.load(file)
    facts = report["facts"]
    reports[facts["assessment"], datetime.date.fromisoformat(facts["as_of"])] = report
assert len(reports) >= 6, "too few reports"

failures = []


def expect(what, actual, expected):
    if actual != expected:
        failures.append(f"{what}: {actual} instead of {expected}")


def run(name):
    answer = duckdb.sql(queries.pop(name))
    rows = [dict(zip(answer.columns, row)) for row in answer.fetchall()]
    assert rows, f"{name} answers nothing"
    return rows


def of(rows, key):
    return [row for row in rows if (row["assessment"], row["as_of"]) == key]


def cells(report):
    tiers = {row["subject"]: row.get("tier", "organization") for row in report["subjects"]}
    for row in report["applicability"]:
        for cell in row["cells"]:
            yield row, cell, tiers[cell["subject"]]


def ratios(counted):
    """Proven, possible and all that count, of (key, verdict) pairs, by key."""
    sums = {}
    for key, verdict in counted:
        proven, possible, whole = sums.get(key, (0, 0, 0))
        sums[key] = (
            proven + (verdict == "effective"),
            possible + (verdict in ("effective", "unproven", "unknown")),
            whole + (verdict != "excluded"),
        )
    return sums


totals = run("totals.sql")
expect("reports in totals.sql", {(row["assessment"], row["as_of"]) for row in totals}, set(reports))
for key, report in reports.items():
    summary = report["summary"]
    expected = {("cells", word): number for word, number in summary["cells"].items() if number}
    for word in ("proven", "possible"):
        expected["cells", word] = summary[word]["numerator"]
        expected["cells", "counted"] = summary[word]["denominator"]
    expected |= {("gaps", row["severity"]): row["count"] for row in summary["gaps"] if row["count"]}
    expected |= {("risks", row["verdict"]): row["count"] for row in summary["risks"] if row["count"]}
    actual = {(row["measure"], row["word"]): row["number"] for row in of(totals, key)}
    expect(f"totals of {key}", actual, expected)

coverage = run("coverage.sql")
for key, report in reports.items():
    rows = of(coverage, key)
    actual = {(str(row["clause"]), row["tier"]): (row["proven"], row["possible"], row["counted"]) for row in rows}
    expected = ratios(((row["clause"], tier), cell["verdict"]) for row, cell, tier in cells(report))
    expect(f"coverage of {key}", actual, expected)
    for clause in report["clauses"]:
        # The report's own sum over tiers.
        summed = [sum(part) for part in zip(*(actual.get((clause["clause"], tier), (0, 0, 0))
                  for tier in ("organization", "hot", "warm", "cold")))]
        expect(f"clause {clause['clause']} of {key}", summed,
             [clause["proven"]["numerator"], clause["possible"]["numerator"], clause["proven"]["denominator"]])
    for row in rows:
        percent = row["proven"] * 100 // row["counted"] if row["counted"] else None
        expect(f"per cent of {row['clause']}", row["proven_percent"], percent)
    order = [[int(group) for group in str(row["clause"]).split(".")] for row in rows]
    expect(f"order of clauses of {key}", order, sorted(order))

oldest = run("oldest-evidence.sql")
ages = [row["evidence_age_days"] for row in oldest]
expect("order of ages", ages, sorted(ages, reverse=True))
for key, report in reports.items():
    days = {row["evidence"]: datetime.date.fromisoformat(row["collected"]) for row in report["evidence"]}
    actual = {(row["control"], row["subject"]): row["evidence_age_days"] for row in of(oldest, key)}
    expected = {
        (row["control"], cell["subject"]): (key[1] - max(days[item] for item in cell["evidence"])).days
        for row, cell, _ in cells(report)
        if cell["evidence"] and cell.get("status") in ("implemented", "alternative", "inherited")
    }
    expect(f"ages of {key}", actual, expected)

weakest = run("weakest-controls.sql")
shares = [row["proven"] / row["counted"] for row in weakest]
expect("order of weakness", shares, sorted(shares))
last = max(day for _, day in reports)
pairs = [
    (row["control"], cell["verdict"])
    for (_, day), report in reports.items()
    if day == last
    for row, cell, _ in cells(report)
]
expected = {control: sums for control, sums in ratios(pairs).items() if sums[2]}
actual = {row["control"]: (row["proven"], row["possible"], row["counted"]) for row in weakest}
expect("weakest controls", actual, expected)

trend = run("trend.sql")
before = {}
for row in trend:
    key = (row["assessment"], row["as_of"])
    summary = reports[key]["summary"]
    proven, possible = summary["proven"]["numerator"], summary["possible"]["numerator"]
    expect(f"trend of {key}", (row["proven"], row["possible"], row["counted"]),
         (proven, possible, summary["proven"]["denominator"]))
    earlier = before.get(key[0])
    expect(f"change of {key}", (row["proven_change"], row["possible_change"]),
         (proven - earlier[0], possible - earlier[1]) if earlier else (None, None))
    before[key[0]] = (proven, possible)
expect("days of trend.sql", len(trend), len(reports))

expect("queries that nothing is held against", sorted(queries), [])
if failures:
    print("\n".join(failures[:5]))
    sys.exit("the rows do not answer what the reports say")
print(f"{form}: {len(totals)} totals of {len(reports)} reports are those of the reports")
PYTHON

python="$(cd "$venv/bin" && pwd)/python"
queries="$PWD/queries"
compare() {
    (cd "$work" && "$python" compare.py "$1" "$queries")
}
compare ndjson
compare csv

# The comparison is one: it fails where a row is changed or missing.
broken=0
refuse() {
    local file="$1" change="$2"
    cp "$work/$file" "$work/whole"
    sed -i "$change" "$work/$file"
    if cmp -s "$work/whole" "$work/$file"; then
        echo "\`$change\` changes nothing in $file" >&2
        exit 1
    fi
    if compare ndjson >"$work/actual" 2>&1; then
        echo "$file is broken by \`$change\`, and the check does not notice" >&2
        exit 1
    fi
    if ! grep -q 'the rows do not answer what the reports say' "$work/actual"; then
        cat "$work/actual" >&2
        exit 1
    fi
    mv "$work/whole" "$work/$file"
    broken=$((broken + 1))
}
refuse cells/exchange-2026-09-30.ndjson '0,/"proven":1/s//"proven":0/'
refuse cells/small-firm-2026-12-31.ndjson '1d'
refuse cells/cold-custody-2026-12-31.ndjson '0,/"evidence_age_days":[0-9]*/s//"evidence_age_days":7/'
refuse gaps/exchange-2026-09-30.ndjson '$d'
refuse gaps/small-firm-2026-09-30.ndjson '0,/"severity":"low"/s//"severity":"critical"/'
refuse risks/exchange-2026-12-31.ndjson '0,/"worst":1/s//"worst":0/'
compare ndjson >/dev/null
echo "$broken broken tables are noticed"

# The table of a crosswalk agrees with its JSON.
cat >"$work/crosswalk.py" <<'PYTHON'
import json
import sys

import duckdb

with open(sys.argv[1] + ".json") as file:
    crosswalk = json.load(file)
expected = sorted(
    (row["reference"], row["verdict"], control.get("control"), control["effective"]["numerator"],
     control["effective"]["denominator"])
    for row in crosswalk["references"]
    for control in row["controls"] or [{"effective": {"numerator": 0, "denominator": 0}}]
)
# As anybody reads it: `5.1` and `5.10` remain two references, each with an apostrophe before it.
query = "select ltrim(reference, chr(39)), verdict, control, effective, counted from read_csv(?)"
rows = duckdb.execute(query, [sys.argv[1] + ".csv"]).fetchall()
actual = sorted((*row[:3], int(row[3]), int(row[4])) for row in rows)
if actual != expected:
    sys.exit("the table differs from the crosswalk")
print(f"{len(actual)} rows of a crosswalk are read")
PYTHON
for format in json csv; do
    "$custody" crosswalk examples/exchange.yaml --to iso-27002-2022 --format "$format" --output "$work/crosswalk.$format"
done
"$python" "$work/crosswalk.py" "$work/crosswalk"
sed -i '2s/partly-proven/proven/' "$work/crosswalk.csv"
if "$python" "$work/crosswalk.py" "$work/crosswalk" >"$work/actual" 2>&1; then
    echo "a broken table of a crosswalk is taken" >&2
    exit 1
fi
grep -q 'the table differs from' "$work/actual"
