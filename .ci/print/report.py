"""What the checks of formats for people share: the JSON report, and how texts are shown."""

import json
import pathlib
import re
import unicodedata
from collections import Counter


class Broken(Exception):
    """A document differs from the JSON report."""


def expect(what, seen, expected):
    if seen != expected:
        raise Broken(f"{what}: {seen!r} instead of {expected!r}")


def read(path):
    return json.loads(pathlib.Path(path).read_text(encoding="utf-8"))


def legible(text):
    """A text as people are shown it, with runs of blanks as one."""
    shown = ""
    for c in text:
        unseen = c in "\u200b\ufeff" or "\u202a" <= c <= "\u202e" or "\u2060" <= c <= "\u206f"
        control = unicodedata.category(c) == "Cc" and c not in "\t\n\r"
        shown += f"\\u{{{ord(c):x}}}" if unseen or control else c
    return plain(shown)


def plain(text):
    return re.sub(r"\s+", " ", text).strip()


def place(row):
    at = row.get("location")
    return f"{at['file']}:{at['line']}:{at['column']}" if at else ""


def by_severity(report):
    return {entry["severity"]: entry["count"] for entry in report["summary"]["gaps"]}


def by_verdict(report):
    return {verdict: count for verdict, count in report["summary"]["cells"].items() if count}


def counted(words):
    return dict(Counter(words))


def nonzero(counts):
    return {key: count for key, count in counts.items() if count}


def ratio(value):
    """A ratio as reports write it."""
    of, all_of = value["numerator"], value["denominator"]
    return f"{of} of {all_of} ({of * 100 // all_of} %)" if all_of else "not applicable"
