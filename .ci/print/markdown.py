"""Holds Markdown reports, as GitHub's parser reads them, against the JSON report."""

import pathlib
import re
import sys
from html.parser import HTMLParser

import cmarkgfm
from cmarkgfm.cmark import Options

from report import Broken, by_severity, by_verdict, counted, expect, legible, nonzero, place, plain, ratio, read

# What a report may be made of: no link, no image, no check box, nothing alive.
TAGS = {"h1", "h2", "h3", "h4", "p", "ul", "li", "table", "thead", "tbody", "tr", "th", "td", "code", "strong", "em"}


class Page(HTMLParser):
    def __init__(self):
        super().__init__()
        self.tables, self.headings, self.section, self.cell, self.heading = [], [], "", None, None
        self.text = ""

    def handle_starttag(self, tag, attributes):
        if tag not in TAGS:
            raise Broken(f"<{tag}> is in the page")
        for name, _ in attributes:
            if (tag, name) not in {("th", "align"), ("td", "align")}:
                raise Broken(f"<{tag} {name}> is in the page")
        if tag == "table":
            self.tables.append((self.section, []))
        elif tag == "tr":
            self.tables[-1][1].append([])
        elif tag in {"th", "td"}:
            self.cell = ""
        elif tag in {"h1", "h2", "h3", "h4"}:
            self.heading = ""

    def handle_endtag(self, tag):
        if tag not in TAGS:
            raise Broken(f"</{tag}> is in the page")
        if tag in {"th", "td"}:
            self.tables[-1][1][-1].append(plain(self.cell))
            self.cell = None
        elif tag in {"h1", "h2", "h3", "h4"}:
            self.headings.append((tag, plain(self.heading)))
            self.section, self.heading = plain(self.heading), None

    def handle_data(self, data):
        self.text += data
        if self.cell is not None:
            self.cell += data
        if self.heading is not None:
            self.heading += data

    def handle_comment(self, data):
        if data != " ":
            raise Broken(f"a comment `{data}` is in the page")

    def handle_decl(self, decl):
        raise Broken(decl)

    unknown_decl = handle_pi = handle_decl


def page(text):
    for number, line in enumerate(text.split("\n"), 1):
        if line != line.rstrip():
            raise Broken(f"line {number} ends in a blank")
    # The parser drops cells that are too many in silence, so they are counted in the source, too.
    cells = None
    for number, line in enumerate(text.split("\n"), 1):
        if line.startswith("| "):
            bars = len(re.findall(r"(?<!\\)(?:\\\\)*\|", line))
            cells = cells or bars
            expect(f"bars of line {number}", bars, cells)
        else:
            cells = None
    parsed = Page()
    # All of GitHub's extensions but the filter of tags: raw HTML is let through, so that it is seen.
    extensions = ["table", "strikethrough", "autolink", "tasklist"]
    parsed.feed(cmarkgfm.markdown_to_html_with_extensions(text, Options.CMARK_OPT_UNSAFE, extensions))
    return parsed


def whole(text, report):
    parsed = page(text)
    progress = [rows[1:] for section, rows in parsed.tables if section == "Progress of the assessment"]
    expected = [
        [[legible(entry["title"]), ratio(entry["cells"]), str(entry["undated"])] for entry in report["progress"][key]]
        for key in ("families", "subjects", "people")
    ]
    seen = [[[row[1], row[2], row[-1]] for row in rows] for rows in progress]
    expect("progress", seen, expected)
    others = [(section, rows) for section, rows in parsed.tables if section != "Progress of the assessment"]
    tables = dict(others)
    expect("tables under one heading", len(tables), len(others))
    rows_of = lambda section: tables.get(section, [[]])[1:]
    soa = [(row, cell) for row in report["applicability"] for cell in row["cells"] or [None]]
    for section, rows in (
        ("Coverage by clause", report["clauses"]),
        ("Coverage by wallet", report["subjects"]),
        ("Risks", report["risks"]),
        ("Statement of applicability", soa),
        ("Accepted risks", report["acceptances"]),
        ("Not covered by the catalog", report["not_covered"]),
        ("Expired", [row for row in report["evidence"] if row["state"] == "expired"]),
        ("Expires within the horizon", [row for row in report["evidence"] if row["expiring"]]),
        ("Not yet valid", [row for row in report["evidence"] if row["state"] == "not-yet-valid"]),
    ):
        expect(f"rows of {section}", len(rows_of(section)), len(rows))
    expect("cells by verdict", counted(row[4] for row in rows_of("Statement of applicability") if row[3]), by_verdict(report))
    for column, verdict in enumerate(("effective", "unproven", "partial", "absent", "unknown", "excluded"), 4):
        total = sum(int(row[column]) for row in rows_of("Coverage by clause"))
        expect(f"{verdict} cells by clause", total, report["summary"]["cells"][verdict])
    for row, (control, cell) in zip(rows_of("Statement of applicability"), soa):
        expect("control", row[0], control["control"])
        expect("title", row[1], legible(control["title"]))
        if cell:
            texts = [legible(cell[key]) for key in ("explanation", "note") if cell.get(key)]
            if "; ".join(texts) not in row[6]:
                raise Broken(f"{texts} is not what stands at {row[0]}: {row[6]}")
            expect("place", row[9], place(cell))
    severity, gaps = None, []
    for level, heading in parsed.headings:
        if actual := re.fullmatch(r"Severity (\w+) \((\d+)\)", heading):
            severity = actual.group(1)
            expect(f"gaps said to be {severity}", int(actual.group(2)), by_severity(report)[severity])
        elif level == "h4":
            gaps.append((severity, heading.split(" ")[0]))
    expect("gaps", gaps, [(gap["severity"], gap["id"]) for gap in report["gaps"]])
    for row, risk in zip(rows_of("Risks"), report["risks"]):
        expect("risk", row[:2], [risk["verdict"], risk["risk"]])
    numbers = dict(rows_of("Summary"))
    expect("evidence", numbers["Reliable evidence items"], ratio(report["summary"]["evidence_current"]))
    expect("title", parsed.headings[0][1], legible(f"Gap report: {report['facts']['title']}"))


def brief(text, report):
    if len(text) > 30_000 or text.count("\n") > 60:
        raise Broken(f"{text.count(chr(10))} lines and {len(text)} characters are not short")
    parsed = page(text)
    (_, numbers), (heading, gaps) = parsed.tables
    summary = report["summary"]
    ratios = [ratio(summary[key]) for key in ("proven", "possible", "evidence_current")]
    gaps_open = f"{len(report['gaps'])} gaps are open, {by_severity(report)['critical']} of them critical"
    for actual in (f"proven for {ratios[0]}", gaps_open):
        expect(actual, actual in parsed.text, True)
    doubts = [f"{entry['count']} {entry['code']}" for entry in summary["doubts"]]
    doubted = f"{len(report['doubts'])}: {', '.join(doubts)}" if doubts else "0"
    proven, possible, evidence = ratios
    critical = summary["critical_risks"]
    critical = (
        f"{critical['treated']} treated, {critical['prevented_and_detected']} partly treated with prevention and "
        f"detection, {critical['by_something']} partly treated otherwise, {critical['by_nothing']} not shown to be treated"
    )
    actions = ", ".join(f"{entry['count']} to {entry['action']}" for entry in summary["actions"])
    excluded = str(summary["cells"]["excluded"])
    expect("gaps by action", heading.endswith(actions), True)
    unknown = ratio({"numerator": summary["cells"]["unknown"], "denominator": summary["proven"]["denominator"]})
    expected = [proven, excluded, unknown, possible, critical, evidence, "not checked", doubted]
    expect("numbers", [row[1] for row in numbers[1:]], expected)
    severities = {word: int(count) for count, word in re.findall(r"(\d+) (\w+)", heading.partition(";")[0])}
    expect("gaps by severity", severities, by_severity(report))
    expected = [
        [gap["severity"], gap["kind"], gap["id"], legible(gap["title"]), place(gap)] for gap in report["gaps"][:10]
    ]
    expect("the most severe gaps", [row[:4] + row[5:] for row in gaps[1:]], expected)
    if len(report["gaps"]) > 10 and f"… and {len(report['gaps']) - 10} more." not in parsed.text:
        raise Broken("the other gaps are not counted")
    expiring = [row for row in report["evidence"] if row["expiring"]]
    for row in expiring[:5]:
        if f"{row['until']}: {row['evidence']}" not in parsed.text:
            raise Broken(f"{row['evidence']} expires in silence")
    worst = [risk for risk in report["risks"] if risk["verdict"] not in ("treated", "out-of-scope")]
    worst.sort(key=lambda risk: -["low", "medium", "high", "critical"].index(risk["severity"]))
    expect("worst risks", f"of {len(worst)} open" in parsed.text, True)
    for risk in worst[:5]:
        if risk["risk"] not in parsed.text:
            raise Broken(f"{risk['risk']} is one of the worst")
    unknown = summary["cells"]["unknown"]
    for actual in (f"direct control in the catalog: {len(report['not_covered'])},", f"that are unknown: {unknown};", "--format markdown"):
        if actual not in parsed.text:
            raise Broken(f"`{actual}` is not actual")


def breaks(check, text, report, old, new):
    """Shows that a check finds what is broken."""
    if old not in text:
        raise Broken(f"`{old}` is not there to be broken")
    try:
        check(text.replace(old, new, 1), report)
    except Broken:
        return
    raise Broken(f"`{old}` became `{new}`, and the check did not notice")


for name in sys.argv[1:]:
    report = read(name)
    texts = {form: pathlib.Path(name).with_suffix(end).read_text(encoding="utf-8") for form, end in ((whole, ".md"), (brief, ".brief.md"))}
    for check, text in texts.items():
        check(text, report)
    if name.endswith("/hostile.json"):
        breaks(brief, texts[brief], report, "&lt;script&gt;", "<script>")
        breaks(brief, texts[brief], report, "| critical |", "| high |")
        breaks(brief, texts[brief], report, " of 194", " of 195")
        breaks(brief, texts[brief], report, "| not checked |", "| checked |")
        breaks(whole, texts[whole], report, "&lt;img src=x onerror=alert(1)&gt;", "<img src=x onerror=alert(1)>")
        breaks(whole, texts[whole], report, "!\\[i\\](https\\:", "![i](https:")
        breaks(whole, texts[whole], report, "\\| \\| \\|", "| | |")
        breaks(whole, texts[whole], report, "https\\://", "https://")
        breaks(whole, texts[whole], report, "| unproven |", "| effective |")
        breaks(whole, texts[whole], report, "\n#### ", "\n##### ")
        breaks(whole, texts[whole], report, " |\n", " | \n")
    print(f"{pathlib.Path(name).stem}: whole and short, {len(report['gaps'])} gaps")
