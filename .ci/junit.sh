#!/usr/bin/env bash
# Reads JUnit XML back with an independent reader, and compares each suite and each test
# with the report as JSON.
set -euo pipefail
cd "$(dirname "$0")/.."
target="${CARGO_TARGET_DIR:-target}"
venv="$target/ci-tools/junitparser-5.0.3"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT

if ! [ -x "$venv/bin/python" ] || ! "$venv/bin/python" -c 'import junitparser' 2>/dev/null; then
    python3 -m venv "$venv"
    "$venv/bin/pip" install --quiet --disable-pip-version-check junitparser==5.0.3
fi
cargo build --quiet
custody="$target/debug/custody"

# A copy in which untrusted texts are markup and control characters.
python3 - "$work/hostile.yaml" <<'PYTHON'
import re
import sys

with open("examples/exchange.yaml") as file:
    text = file.read()
hostile = r'"]]> </failure> <!-- \e[31m \u202e \uFFFE \x01 & \" '"'"' 👩‍👩‍👧‍👦 =1+1 ' + "x" * 9_000 + '"'
lines = text.split("\n")
count = 0
for number, line in enumerate(lines[:-1]):
    found = re.match(r"( *)(because|missing|note|rationale): [^\"'|>]", line)
    # A text that goes on over the next line is left as it is.
    if found and len(lines[number + 1]) - len(lines[number + 1].lstrip()) <= len(found[1]):
        lines[number] = f"{found[1]}{found[2]}: {hostile}"
        count += 1
changed = "\n".join(lines)
assert count > 50, "the example has changed"
with open(sys.argv[1], "w") as file:
    file.write(changed)
PYTHON
for file in examples/*.yaml "$work/hostile.yaml"; do
    name="$(basename "$file" .yaml)"
    "$custody" gaps "$file" --format json --output "$work/$name.json"
    "$custody" gaps "$file" --format junit --output "$work/$name.xml"
done

cat >"$work/compare.py" <<'PYTHON'
"""Compares a JUnit file with a report."""

import json
import sys

from junitparser import Failure, JUnitXml, Skipped

xml = JUnitXml.fromfile(sys.argv[1])
with open(sys.argv[2]) as file:
    report = json.load(file)


def expect(what, actual, expected):
    if actual != expected:
        sys.exit(f"the reports differ: {what}: {str(actual)[:300]} instead of {str(expected)[:300]}")


def counts(element):
    return element.tests, element.failures, element.skipped, element.errors


def expected(cells):
    whole = sum(cells.values())
    return whole, whole - cells["effective"] - cells["excluded"], cells["excluded"], 0


expect("totals", counts(xml), expected(report["summary"]["cells"]))
suites = list(xml)
expect("suites", [suite.name for suite in suites],
     [f"{clause['clause']} {clause['title']}" for clause in report["clauses"]])
gaps = {gap["id"]: gap for gap in report["gaps"]}
cells = {}
for row in report["applicability"]:
    for cell in row["cells"]:
        cells[f"{row['control']}@{cell['subject']}"] = (row, cell)
seen = 0
for suite, clause in zip(suites, report["clauses"]):
    expect(suite.name, counts(suite), expected(clause["cells"]))
    # And what the reader counts by itself.
    stated = counts(suite)
    suite.update_statistics()
    expect(f"tests of {suite.name}", counts(suite), stated)
    expect("day", suite.timestamp, f"{report['facts']['as_of']}T00:00:00")
    for case in suite:
        seen += 1
        row, cell = cells[case.name]
        expect(case.name, case.classname, f"{report['facts']['catalog']}.{row['clause']}")
        verdict = cell["verdict"]
        if verdict == "effective":
            expect(case.name, case.result, [])
            continue
        [result] = case.result
        if verdict == "excluded":
            expect(case.name, (type(result), bool(result.message)), (Skipped, True))
            continue
        expect(case.name, (type(result), result.type), (Failure, verdict))
        gap = gaps[case.name]
        lines = result.text.strip().splitlines()
        expect(f"reasons of {case.name}", sum(line.startswith("because ") for line in lines), len(gap["because"]))
        expect(f"ways out of {case.name}", sum(line.startswith("closes if ") for line in lines), len(gap["closes_if"]))
expect("tests", seen, len(cells))
print(f"{seen} tests in {len(suites)} suites are the cells of the report")
PYTHON

compare() {
    "$venv/bin/python" "$work/compare.py" "$1" "$2"
}
for report in "$work"/*.json; do
    compare "${report%.json}.xml" "$report"
done

# What is broken is noticed: by the reader, or by the comparison.
broken=0
refuse() {
    local change="$1" reason="$2"
    sed "$change" "$work/exchange.xml" >"$work/broken.xml"
    if cmp -s "$work/broken.xml" "$work/exchange.xml"; then
        echo "\`$change\` changes nothing" >&2
        exit 1
    fi
    if compare "$work/broken.xml" "$work/exchange.json" >"$work/actual" 2>&1; then
        echo "a file broken by \`$change\` is taken" >&2
        exit 1
    fi
    if ! grep -q "$reason" "$work/actual"; then
        cat "$work/actual" >&2
        exit 1
    fi
    broken=$((broken + 1))
}
refuse '0,/<failure type="unproven"/s//<failure type="partial"/' 'the reports differ'
refuse '0,/ failures="[0-9]*"/s// failures="0"/' 'the reports differ'
refuse '0,/@alt-hot" time="0"/s//@alt-cold" time="0"/' "KeyError\|the reports differ"
refuse '0,/<skipped message="[^"]*"\/>/s//<skipped\/>/' 'the reports differ'
refuse '0,/closes if /s///' 'the reports differ'
refuse '0,/<\/failure>/s//<\/fail>/' 'ParseError\|XMLSyntaxError'
refuse '0,/ name="/s// name="a \& b /' 'ParseError\|XMLSyntaxError'
refuse '0,/because /s//because \x01/' 'ParseError\|XMLSyntaxError'
echo "$broken broken files are refused"
