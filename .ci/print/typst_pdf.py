"""Compiles typst reports and holds the PDFs against the JSON report."""

import io
import pathlib
import re
import sys

import pypdf
import typst

from report import Broken, by_severity, expect, legible, ratio, read

STANDARDS = ["a-2b", "ua-1"]


def compiled(source):
    """The PDF of a source, from the compiler's own fonts and without any file beside it."""
    return typst.compile(source.encode(), pdf_standards=STANDARDS, ignore_system_fonts=True)


def shown():
    """The characters that the library takes for granted."""
    table = pathlib.Path("crates/custody-formats/src/typst/glyphs.rs").read_text(encoding="utf-8")
    ranges = re.findall(r"\('\\u\{(\w+)\}', '\\u\{(\w+)\}'\)", table)
    if len(ranges) < 50:
        raise Broken("the table of glyphs cannot be read")
    return [chr(c) for first, last in ranges for c in range(int(first, 16), int(last, 16) + 1)]


def printed(text):
    """A text as the PDF shows it."""
    have = set(shown())
    return "".join(c if c in have else f"\\u{{{ord(c):x}}}" for c in legible(text))


def dense(text):
    """Where lines and words break is up to the layout."""
    return re.sub(r"\s+", "", text)


def check(pdf, report):
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    pages = len(reader.pages)
    if not 20 < pages < 200:
        raise Broken(f"{pages} pages")
    metadata = reader.trailer["/Root"]["/Metadata"].get_data().decode()
    for claim in ("<pdfaid:part>2<", "<pdfaid:conformance>B<", "<pdfuaid:part>1<"):
        expect(claim, claim in metadata, True)
    root = reader.trailer["/Root"]
    expect("language", root["/Lang"], "en")
    expect("tagged", bool(root["/MarkInfo"]["/Marked"]), True)
    expect("title", dense(reader.metadata.title), dense(printed(f"Gap report: {report['facts']['title']}")))
    expect("day", reader.metadata.creation_date.strftime("%Y-%m-%d"), report["facts"]["as_of"])
    for key in ("/OpenAction", "/AA"):
        expect(key, key in root, False)
    for page in reader.pages:
        expect("paper", sorted(round(float(side)) for side in page.mediabox[2:]), [595, 842])
        for annotation in page.get("/Annots") or []:
            # The table of contents leads to pages; nothing leads outside.
            action = annotation.get_object().get("/A", {})
            expect("action", action.get("/S", "/GoTo"), "/GoTo")
    texts = [page.extract_text() for page in reader.pages]
    text = dense(" ".join(texts))
    for page, of_page in enumerate(texts, 1):
        expect(f"number of page {page}", f"page{page}of{pages}" in dense(of_page), True)
    summary = report["summary"]
    severities = by_severity(report)
    expected = [ratio(summary[key]) for key in ("proven", "possible", "critical_risks_treated", "evidence_current")]
    expected += [f"Severity {severity} ({count})" for severity, count in severities.items() if count]
    expected.append("Gaps by severity " + ", ".join(f"{count} {severity}" for severity, count in severities.items()))
    expected.append("Risks by verdict " + ", ".join(f"{row['count']} {row['verdict']}" for row in summary["risks"]))
    missed = [f"{summary['cells'][verdict]} {verdict}" for verdict in ("unproven", "partial", "absent", "unknown", "excluded") if summary["cells"][verdict]]
    expected.append(f"{summary['cells']['effective']} effective, " + ", ".join(missed))
    expected.append(f"Evidence expired {summary['evidence_expired']} Evidence that expires within the horizon {summary['evidence_expiring']} (")
    expected += [f"{gap['id']} {printed(gap['title'])}" for gap in report["gaps"]]
    expected += [f"{row['control']} {printed(row['title'])}" for row in report["applicability"]]
    expected += [f"{row['risk']} {printed(row['title'])}" for row in report["risks"]]
    expected += report["limits"]
    for actual in expected:
        if dense(actual) not in text:
            raise Broken(f"`{actual}` is not in the PDF")
    # An untrusted long text goes over pages, with their edges in between.
    for actual in [row["because"] for row in report["acceptances"]] + [report["facts"]["custodian"]]:
        if dense(printed(actual)) not in text:
            raise Broken(f"`{actual}` is not in the PDF")
    # One title each on the list of gaps, and one more in the bookmarks.
    expect("gaps", text.count("Closesif"), len(report["gaps"]))

    def marks(entries):
        return [mark for entry in entries for mark in (marks(entry) if isinstance(entry, list) else [entry.title])]

    ids = {gap["id"] for gap in report["gaps"]}
    expect("bookmarks", sum(mark.split(" ")[0] in ids for mark in marks(reader.outline)), len(ids))
    return pages


def refused(source, old, new, why):
    if old not in source:
        raise Broken(f"`{old}` is not there to be broken")
    try:
        compiled(source.replace(old, new, 1))
    except typst.TypstError as error:
        expect(str(error), why in str(error), True)
        return
    raise Broken(f"`{old}` became `{new}`, and the compiler takes it")


everything = "".join(shown()).replace("\\", "\\\\").replace('"', '\\"')
for fonts in ('"Libertinus Serif", "DejaVu Sans Mono"', '"DejaVu Sans Mono", "Libertinus Serif"'):
    for weight in ("regular", "semibold", "bold"):
        compiled(
            '#set document(title: "glyphs", date: datetime(year: 2026, month: 1, day: 1))\n'
            f'#set text(font: ({fonts}), weight: "{weight}")\n#"{everything}"'
        )
print(f"every one of {len(shown())} characters has a glyph")

for name in sys.argv[1:]:
    report = read(name)
    source = pathlib.Path(name).with_suffix(".typ").read_text(encoding="utf-8")
    pdf = compiled(source)
    expect("the same bytes", compiled(source) == pdf, True)
    pages = check(pdf, report)
    brief = compiled(pathlib.Path(name).with_suffix(".brief.typ").read_text(encoding="utf-8"))
    expect("pages of the brief", len(pypdf.PdfReader(io.BytesIO(brief)).pages), 2)
    if name.endswith("/small-firm.json"):
        # The compiler and this check find what is broken.
        refused(source, "Pebblewick", "株", "could not be displayed")
        refused(source, "  set document(\n    title:", "  set document(\n    keywords:", "title")
        report["summary"]["proven"]["numerator"] += 1
        try:
            check(pdf, report)
        except Broken:
            pass
        else:
            raise Broken("another number is not noticed")
    print(f"{pathlib.Path(name).stem}: {pages} pages, PDF/A-2b and PDF/UA-1, twice the same")
