"""Holds workbooks, as openpyxl reads them, against the JSON report."""

import datetime
import pathlib
import sys

import openpyxl

from report import Broken, by_severity, by_verdict, counted, expect, legible, nonzero, place, plain, read

SHEETS = ["Summary", "Coverage", "Charts", "Gaps", "Risks", "Statement of applicability", "Evidence", "Doubts"]
VERDICTS = ["Effective", "Unproven", "Partial", "Absent", "Unknown", "Excluded"]
REMARK = "Auditor's remark"
# A page of A4 in landscape at full size has this many characters side by side, and 73 % of 11 points are 8.
PAGE, SCALE = 145, 73
DAYS = {"Coverage": ["First assessed", "Last assessed"], "Gaps": ["Due"], "Risks": ["Accepted until"], "Statement of applicability": ["Due"], "Evidence": ["Collected", "Until"]}
NUMBERS = {
    "Coverage": [*VERDICTS, "Assessed", "Of", "Without a day"],
    "Gaps": ["Open risks", "Line"],
    "Risks": ["Effective direct", "All direct", "Effective supporting", "All supporting"],
    "Statement of applicability": ["Line"],
    "Evidence": ["Days left", "Instances", "Line"],
    "Doubts": ["Line"],
}


def table(sheet):
    """The rows of a sheet by their headings."""
    rows = list(sheet.iter_rows(values_only=True))
    return [dict(zip(rows[0], row)) for row in rows[1:]]


def same(what, cell, text):
    """A cell is an untrusted text, whole or visibly cut."""
    seen, expected = plain(cell or ""), legible(text or "")
    if len(text or "") < 32_000:
        expect(what, seen, expected)
    else:
        start, mark, _ = seen.partition("… [cut here: ")
        expect(f"mark of {what}", bool(mark), True)
        expect(what, expected.startswith(plain(start)) and len(start) > 32_000, True)
        expect(f"length of {what}", len(cell) <= 32_767, True)


def day(text):
    return datetime.datetime.fromisoformat(text) if text else None


def remarks(sheet):
    """The last column is empty, and may be written to if the sheet is protected."""
    heading, *cells = list(sheet.columns)[-1]
    expect(f"last column of {sheet.title}", heading.value, REMARK)
    for cell in cells:
        expect(f"remark in {cell.coordinate}", (cell.value, cell.protection.locked), (None, False))
    if cells:
        expect(f"first column of {sheet.title}", sheet.cell(2, 1).protection.locked, True)


def printed(sheet):
    """What is printed is readable: no page is wider than the paper at a readable scale, and each page has the headings."""
    setup = sheet.page_setup
    expect(f"paper of {sheet.title}", (setup.orientation, setup.paperSize, sheet.print_title_rows), ("landscape", 9, "$1:$1"))
    expect(f"scale of {sheet.title}", SCALE <= (setup.scale or 100) <= 100 and not sheet.sheet_properties.pageSetUpPr.fitToPage, True)
    # Columns of one width are kept as a range.
    ranges = sheet.column_dimensions.values()
    widths = [of.width for of in sorted(ranges, key=lambda of: of.min) for _ in range(of.min, of.max + 1)]
    ends = [mark.id for mark in sheet.col_breaks.brk] + [len(widths)]
    start = 0
    for end in ends:
        expect(f"width of {sheet.title} from {start}", round(sum(widths[start:end])) <= PAGE * 100 // (setup.scale or 100) + len(widths), True)
        start = end
    if len(ends) > 1:
        expect(f"column on each page of {sheet.title}", bool(sheet.print_title_cols), True)


def charts(book, report):
    """The charts show the numbers of the sheet of coverage."""
    found = book["Charts"]._charts
    expect("charts", len(found), 2)
    first = 2
    for chart, rows in zip(found, (report["subjects"], report["families"])):
        last = first + min(len(rows), 40) - 1
        expect("series", [series.val.numRef.f for series in chart.series], [f"Coverage!${c}${first}:${c}${last}" for c in "DEFGH"])
        expect("names", {series.cat.strRef.f if series.cat.strRef else series.cat.numRef.f for series in chart.series}, {f"Coverage!$C${first}:$C${last}"})
        first += len(rows)


def check(book, report):
    expect("sheets", book.sheetnames, SHEETS)
    expect("day of making", book.properties.created.strftime("%Y-%m-%d"), report["facts"]["as_of"])
    charts(book, report)
    for sheet in book:
        if sheet.title == "Charts":
            continue
        printed(sheet)
        if sheet.title not in ("Summary", "Coverage"):
            remarks(sheet)
        expect(f"filter of {sheet.title}", sheet.auto_filter.ref, sheet.dimensions)
        expect(f"frozen in {sheet.title}", sheet.freeze_panes, "A2")
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type not in {"s", "n", "d"} or cell.hyperlink:
                    raise Broken(f"{sheet.title} {cell.coordinate} is {cell.data_type}: {cell.value!r}")
                if cell.is_date:
                    expect("form of days", cell.number_format, "yyyy-mm-dd")
        if sheet.title not in ("Summary", "Coverage", "Doubts"):
            expect(f"colours in {sheet.title}", len(sheet.conditional_formatting) > 0, True)
    tables = {name: table(book[name]) for name in SHEETS}
    for kinds, kind in ((DAYS, datetime.datetime), (NUMBERS, int)):
        for name, columns in kinds.items():
            for column in columns:
                for row in tables[name]:
                    if row[column] is not None and not isinstance(row[column], kind):
                        raise Broken(f"{column} of {name} is {row[column]!r}")

    summary = report["summary"]
    actual = {(row["Group"], row["Item"]): row for row in tables["Summary"]}
    value = lambda group, what: actual[group, what]["Value"]
    group = lambda name: {what: row["Value"] for (of, what), row in actual.items() if of == name}
    for name, what, key in (
        ("Coverage", "Proven", "proven"),
        ("Coverage", "Possible", "possible"),
        ("Coverage", "Assessed", "assessed"),
        ("Risks", "Critical risks treated", "critical_risks_treated"),
        ("Evidence", "May be relied on", "evidence_current"),
    ):
        row, expected = actual[name, what], summary[key]
        expected = expected.get("cells", expected)
        expect(what, (row["Value"], row["Of"]), (expected["numerator"], expected["denominator"]))
        expect(f"per cent of {what}", row["Percent"], expected["numerator"] * 100 // expected["denominator"])
    expect("cells by verdict, as actual", group("Control instances by verdict"), summary["cells"])
    expect("gaps by severity, as actual", group("Gaps by severity"), by_severity(report))
    risks = {row["verdict"]: row["count"] for row in summary["risks"]}
    expect("risks by verdict, as actual", group("Risks by verdict"), risks)
    same("title", value("Facts", "Title"), report["facts"]["title"])
    same("custodian", value("Facts", "Custodian"), report["facts"]["custodian"])
    expect("as of", value("Facts", "As of"), day(report["facts"]["as_of"]))

    # Coverage and progress, row by row and in their sums.
    progress = report["progress"]
    own = [("subject", row, cells) for row, cells in zip(progress["subjects"], report["subjects"])]
    own += [("family", row, cells) for row, cells in zip(progress["families"], report["families"])]
    own += [("person", row, None) for row in progress["people"]]
    coverage = tables["Coverage"]
    expect("rows of coverage", len(coverage), len(own))
    for row, (by, of, cells) in zip(coverage, own):
        expect("coverage", (row["By"], row["Id"]), (by, of.get("id")))
        same("title", row["Title"], of["title"])
        verdicts = [cells["cells"][word.lower()] if cells else None for word in VERDICTS]
        expect(f"verdicts of {row['Id']}", [row[word] for word in VERDICTS], verdicts)
        seen = (row["Assessed"], row["Of"], row["First assessed"], row["Last assessed"], row["Without a day"])
        expect(f"progress of {row['Id']}", seen, (of["cells"]["numerator"], of["cells"]["denominator"], day(of.get("first")), day(of.get("last")), of["undated"]))
    for by in ("subject", "family"):
        for word in VERDICTS:
            expect(f"{word} by {by}", sum(row[word] for row in coverage if row["By"] == by), summary["cells"][word.lower()])

    # The same numbers, counted from the rows.
    gaps = tables["Gaps"]
    expect("gaps by severity", counted(row["Severity"] for row in gaps), nonzero(by_severity(report)))
    expect("overdue", sum(row["Due"] is not None and row["Due"] < day(report["facts"]["as_of"]) for row in gaps), summary["overdue"])
    cells = [row for row in tables["Statement of applicability"] if row["In scope"] == "yes"]
    expect("cells by verdict", counted(row["Verdict"] for row in cells), by_verdict(report))
    expect("controls", len({row["Control"] for row in tables["Statement of applicability"]}), len(report["applicability"]))
    worst = [row for row in tables["Risks"] if row["Worst subject"] in ("yes", None)]
    expect("risks by verdict", counted(row["Verdict"] for row in worst), nonzero(risks))
    evidence = tables["Evidence"]
    current = [row for row in evidence if row["State"] == "current" and row["File check"] not in ("missing", "mismatch")]
    expect("evidence", (len(current), len(evidence)), (summary["evidence_current"]["numerator"], summary["evidence_current"]["denominator"]))
    expect("expired", sum(row["State"] == "expired" for row in evidence), summary["evidence_expired"])
    expect("expiring", sum(row["Expires within the horizon"] == "yes" for row in evidence), summary["evidence_expiring"])

    # And what stands in the rows.
    expect("number of gaps", len(gaps), len(report["gaps"]))
    for row, gap in zip(gaps, report["gaps"]):
        expect("gap", (row["Gap"], row["Kind"], row["Due"]), (gap["id"], gap["kind"], day(gap.get("due"))))
        expect("open risks", row["Open risks"], len(gap["open_risks"]))
        at = place(gap).rsplit(":", 1)[0]
        expect("place", f"{row['File']}:{row['Line']}" if row["File"] else "", at)
        because = " ".join(reason["text"] + (f" ({place(reason)})" if "location" in reason else "") for reason in gap["because"])
        same(f"because of {gap['id']}", row["Because"], because)
    own = [(control, cell) for control in report["applicability"] for cell in control["cells"]]
    expect("number of cells", len(cells), len(own))
    for row, (control, cell) in zip(cells, own):
        expect("cell", (row["Control"], row["Subject"], row["Verdict"]), (control["control"], cell["subject"], cell["verdict"]))
        for column, key in (("Explanation", "explanation"), ("Note", "note")):
            same(f"{column} of {row['Control']}", row[column], cell.get(key))
    doubts = tables["Doubts"]
    expect("doubts", [(row["Code"], row["Id"]) for row in doubts], [(doubt["code"], doubt["id"]) for doubt in report["doubts"]])
    expect("number of doubts", value("Doubts", "Doubts"), len(doubts))
    for row, doubt in zip(doubts, report["doubts"]):
        same(f"doubt {row['Id']}", row["Doubt"], doubt["text"])
    for row, item in zip(evidence, report["evidence"]):
        expect("evidence", (row["Evidence"], row["Until"]), (item["evidence"], day(item["until"])))
        same("title", row["Title"], item["title"])
        same("locator", row["Locator"], item["locator"])


def check_soa(book, statement):
    expect("sheets", book.sheetnames, ["Statement of applicability", "About"])
    sheet = book["Statement of applicability"]
    rows = table(sheet)
    expect("references", [row["Reference"] for row in rows], [row["reference"] for row in statement["references"]])
    expect("column of titles", list(rows[0])[1], "Title" if statement["has_titles"] else "Title (from your copy)")
    for cell in (cell for row in sheet.iter_rows() for cell in row):
        if cell.data_type not in {"s", "n", "d"} or cell.hyperlink:
            raise Broken(f"{cell.coordinate} is {cell.data_type}: {cell.value!r}")
    for row, own in zip(rows, statement["references"]):
        effective = own["effective"]
        seen = (row["Applicability"], row["Status"], row["Effective"], row["Of"], row["Excluded"])
        expect(own["reference"], seen, (own["applicability"], own["status"], effective["numerator"], effective["denominator"], own["excluded"]))
        same("reason", row["Reason"], own["reason"])
        expect("owners", row["Owners"] or "", ", ".join(own["owners"]))
        expect("evidence", len((row["Evidence"] or "").splitlines()), len(own["evidence"]))
    expect("heads on each page", sheet.print_title_rows, "$1:$1")
    remarks(sheet)


def breaks(path, report, change, check=check):
    """Shows that the check finds what is broken."""
    book = openpyxl.load_workbook(path)
    change(book)
    broken = path.with_suffix(".broken.xlsx")
    book.save(broken)
    book = openpyxl.load_workbook(broken)
    try:
        check(book, report)
    except Broken:
        return
    raise Broken("a broken workbook is not noticed")


def put(sheet, cell, value):
    def change(book):
        book[sheet][cell] = value

    return change


for name in sys.argv[1:]:
    report, path = read(name), pathlib.Path(name).with_suffix(".xlsx")
    if path.stem.endswith(".soa"):
        check_soa(openpyxl.load_workbook(path), report)
        if path.stem == "small-firm.soa":
            for cell in ("A3", "C2", "D2", "F2"):
                breaks(path, report, put("Statement of applicability", cell, "=1+1"), check_soa)
            breaks(path, report, put("Statement of applicability", "N2", "done"), check_soa)
        print(f"{path.stem}: {len(report['references'])} references")
        continue
    check(openpyxl.load_workbook(path), report)
    if path.stem == "small-firm":
        breaks(path, report, put("Gaps", "F2", "=1+1"))
        breaks(path, report, put("Gaps", "A2", "low"))
        breaks(path, report, put("Evidence", "G2", "2026-01-01"))
        breaks(path, report, put("Summary", "C3", 0))
        breaks(path, report, lambda book: book["Gaps"].delete_rows(2))
        breaks(path, report, put("Gaps", "Q2", "done"))
        breaks(path, report, put("Coverage", "D2", 1))
        breaks(path, report, put("Coverage", "J2", 1))
        breaks(path, report, lambda book: setattr(book["Gaps"].page_setup, "scale", 40))
        breaks(path, report, lambda book: setattr(book["Gaps"].col_breaks, "brk", ()))
        breaks(path, report, lambda book: book["Charts"]._charts.pop())
        breaks(path, report, lambda book: setattr(book["Risks"], "freeze_panes", None))
    print(f"{path.stem}: {len(report['gaps'])} gaps, {len(report['evidence'])} evidence items")
