#!/usr/bin/env bash
# Reads the calendars of forecasts with two independent readers, and compares every event
# with the forecast as JSON; and holds the JSON against its published schema.
set -euo pipefail
cd "$(dirname "$0")/.."
target="${CARGO_TARGET_DIR:-target}"
venv="$target/ci-tools/icalendar-7.3.0-vobject-0.9.9"
schemas="$target/ci-tools/check-jsonschema-0.39.0"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT

if ! [ -x "$venv/bin/python" ] || ! "$venv/bin/python" -c 'import icalendar, vobject' 2>/dev/null; then
    python3 -m venv "$venv"
    "$venv/bin/pip" install --quiet --disable-pip-version-check icalendar==7.3.0 vobject==0.9.9
fi
if ! [ -x "$schemas/bin/check-jsonschema" ]; then
    python3 -m venv "$schemas"
    "$schemas/bin/pip" install --quiet --disable-pip-version-check check-jsonschema==0.39.0
fi
cargo build --quiet
custody="$target/debug/custody"

# A copy in which untrusted texts are lines of a calendar, and long.
python3 - "$work/hostile.yaml" <<'PYTHON'
import re
import sys

with open("examples/exchange.yaml") as file:
    text = file.read()
hostile = (r'"x\r\nEND:VEVENT\nBEGIN:VEVENT\nUID:other;\\,\\n \" \e[31m \u202e \uFFFE \x01 \u2028 老虎 👩‍👩‍👧‍👦 '
           + "ü" * 2_000 + '"')
count = 0
lines = text.split("\n")
for number, line in enumerate(lines[:-1]):
    found = re.match(r"( *)(title): [^\"'|>]", line)
    if found and len(lines[number + 1]) - len(lines[number + 1].lstrip()) <= len(found[1]):
        lines[number] = f"{found[1]}{found[2]}: {hostile}"
        count += 1
assert count > 50, "the example has changed"
with open(sys.argv[1], "w") as file:
    file.write("\n".join(lines))
PYTHON

for file in examples/*.yaml "$work/hostile.yaml"; do
    name="$(basename "$file" .yaml)"
    for format in json ics; do
        "$custody" forecast "$file" --until 2028-09-30 --format "$format" --output "$work/$name.$format"
    done
done
# A forecast in which nothing ends is a calendar all the same.
"$custody" forecast examples/small-firm.yaml --until 2026-09-30 --format json --output "$work/one-day.json"
"$custody" forecast examples/small-firm.yaml --until 2026-09-30 --format ics --output "$work/one-day.ics"

echo "the JSON has the shape of its schema"
"$schemas/bin/check-jsonschema" --schemafile schemas/forecast.schema.json "$work"/*.json
for change in '.pop("steps")' '["renewals"][0].pop("falls")' '["proven"].update(until="soon")' \
    '["steps"][1]["causes"][0].update(kind="odd")'; do
    python3 -c "import json, sys; f = json.load(open(sys.argv[1])); f$change; json.dump(f, open(sys.argv[2], 'w'))" \
        "$work/small-firm.json" "$work/broken"
    if "$schemas/bin/check-jsonschema" --schemafile schemas/forecast.schema.json "$work/broken" >"$work/actual" 2>&1 ||
        ! grep -q 'Schema validation errors were encountered' "$work/actual"; then
        echo "a forecast broken by \`$change\` is taken" >&2
        exit 1
    fi
done

cat >"$work/compare.py" <<'PYTHON'
"""Compares a calendar, as two readers understand it, with a forecast."""

import datetime
import json
import sys
import warnings

import icalendar
import vobject

with open(sys.argv[1], "rb") as file:
    octets = file.read()
with open(sys.argv[2]) as file:
    forecast = json.load(file)
ended = ("evidence-ends", "acceptance-ends", "assessment-ends", "due-passes")


def expect(what, actual, expected):
    if actual != expected:
        sys.exit(f"the calendar differs: {what}: {str(actual)[:300]} instead of {str(expected)[:300]}")


def day(text):
    return datetime.date.fromisoformat(text)


# RFC 5545, section 3.1: lines end with CR LF and are no longer than 75 octets, and each is a text.
expect("last line", octets[-2:], b"\r\n")
lines = octets[:-2].split(b"\r\n")
for line in lines:
    expect("length of a line", len(line) <= 75, True)
    expect("control characters", [c for c in line.decode() if ord(c) < 32], [])

assessment = forecast["facts"]["assessment"]
expected = {}
for renewal in forecast["renewals"]:
    expect("kind", renewal["kind"] in ended, True)
    uid = f"{assessment}/{renewal['kind']}/{renewal['entry'].replace('@', '/')}@custody-controls"
    expect("one event for each entry", uid in expected, False)
    expected[uid] = renewal
end = f"{assessment}/forecast-ends@custody-controls"
stamp = datetime.datetime.combine(day(forecast["facts"]["as_of"]), datetime.time(), datetime.timezone.utc)


def effects(description):
    """The entries of the description, by heading."""
    found = {}
    for line in description.split("\n"):
        heading, _, items = line.partition("): ")
        name, bracket, count = heading.rpartition(" (")
        if bracket and count.isdigit():
            items = items.split(", ")
            expect(f"count of {name}", int(count), len(items))
            found[name] = items
    return found


HEADINGS = {"evidence-ends": "No longer proven from the next day", "due-passes": "Overdue from the next day",
            "acceptance-ends": "Open and no longer accepted from the next day",
            "assessment-ends": "Unproven or no longer excluded from the next day"}


def check(reader, events):
    """Each event: uid, first day, last day, stamp, summary, description, triggers."""
    expect(f"{reader}: UIDs", sorted(event[0] for event in events), sorted([*expected, end]))
    for uid, first, after, stamped, summary, description, triggers in events:
        expect(f"{reader}: stamp of {uid}", stamped, stamp)
        expect(f"{reader}: length of {uid}", after - first, datetime.timedelta(days=1))
        as_of = day(forecast["facts"]["as_of"])
        horizon = min(day(forecast["facts"]["horizon_end"]) - as_of, first - as_of)
        expect(f"{reader}: alarm of {uid}", triggers, [-horizon])
        if uid == end:
            expect(f"{reader}: last day", first, day(forecast["until"]))
            continue
        renewal = expected[uid]
        expect(f"{reader}: day of {uid}", first, day(renewal["day"]))
        expect(f"{reader}: entry in the summary of {uid}", renewal["entry"] in summary, True)
        if renewal["title"].isascii() and renewal["title"].isprintable():
            expect(f"{reader}: title in the summary of {uid}", summary.endswith(": " + renewal["title"]), True)
        actual = effects(description)
        expect(f"{reader}: what {uid} lets fall", actual.get(HEADINGS[renewal["kind"]], []), renewal["falls"])
        expect(f"{reader}: what {uid} weakens", actual.get("Still proven, by other evidence", []), renewal["weakens"])
        expect(f"{reader}: risks of {uid}", actual.get("Risks that get worse", []), renewal["risks"])


calendar = icalendar.Calendar.from_ical(octets)
expect("parts of the calendar", {part.name for part in calendar.subcomponents}, {"VEVENT"})
for part in calendar.walk():
    expect(f"faults of a {part.name}", part.errors, [])
    expect(f"what a {part.name} needs", [key for key in part.required if key not in part], [])
check("icalendar", [
    (str(event["UID"]), event["DTSTART"].dt, event["DTEND"].dt, event["DTSTAMP"].dt, str(event["SUMMARY"]),
     str(event["DESCRIPTION"]), [alarm["TRIGGER"].dt for alarm in event.walk("VALARM")])
    for event in calendar.walk("VEVENT")
])

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    calendar = vobject.readOne(octets.decode())
calendar.validate(raiseException=True)
check("vobject", [
    (event.uid.value, event.dtstart.value, event.dtend.value, event.dtstamp.value, event.summary.value,
     event.description.value, [alarm.trigger.value for alarm in event.valarm_list])
    for event in calendar.vevent_list
])
fall = sum(len(renewal["falls"]) for renewal in forecast["renewals"])
print(f"{len(expected) + 1} events, {fall} entries that fall: two readers agree with the forecast")
PYTHON

compare() {
    "$venv/bin/python" "$work/compare.py" "$1" "$2"
}
for calendar in "$work"/*.ics; do
    compare "$calendar" "${calendar%.ics}.json"
done

# What is broken is noticed: by a reader, or by the comparison.
broken=0
refuse() {
    local change="$1" reason="$2"
    sed "$change" "$work/exchange.ics" >"$work/broken.ics"
    if cmp -s "$work/broken.ics" "$work/exchange.ics"; then
        echo "\`$change\` changes nothing" >&2
        exit 1
    fi
    if compare "$work/broken.ics" "$work/exchange.json" >"$work/actual" 2>&1; then
        echo "a calendar broken by \`$change\` is taken" >&2
        exit 1
    fi
    if ! grep -q "$reason" "$work/actual"; then
        cat "$work/actual" >&2
        exit 1
    fi
    broken=$((broken + 1))
}
refuse '0,/DTSTART;VALUE=DATE:2026/s//DTSTART;VALUE=DATE:2025/' 'the calendar differs'
refuse '0,/evidence-ends/s//evidence-end/' 'the calendar differs: icalendar: UIDs'
refuse '0,/TRIGGER:-P90D/s//TRIGGER:-P9D/' 'the calendar differs: icalendar: alarm'
refuse '0,/DTSTAMP:20260930/s//DTSTAMP:20260929/' 'the calendar differs: icalendar: stamp'
refuse '0,/No longer proven from the next day (1)/s//No longer proven from the next day (2)/' 'the calendar differs: count'
refuse '0,/\\,/s//,/; 0,/Overdue from the next/s//Some time after/' 'the calendar differs'
refuse '0,/^UID:/s//UID :/' 'the calendar differs\|Error'
refuse '0,/END:VALARM/s//END:VALARMS/' 'Error\|the calendar differs'
refuse '0,/DTSTAMP:.*/s///' 'Error\|the calendar differs'
refuse 's/\r$//' 'the calendar differs: last line'
refuse '0,/SUMMARY:/s//SUMMARY:It is actual again and again and again that this line is much too long /' 'the calendar differs: length'
echo "$broken broken calendars are refused"
