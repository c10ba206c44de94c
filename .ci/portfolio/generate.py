"""Writes many assessments, each of the size of the exchange: another id, another custodian, another
period, and claims that differ. The same number gives the same bytes on every machine.

    python3 .ci/portfolio/generate.py 2000 FOLDER
"""

import hashlib
import pathlib
import re
import sys

TEXT = (pathlib.Path(__file__).parents[2] / "examples/exchange.yaml").read_text()
HEAD, CLAIMS = TEXT.split("\nclaims:\n")
CLAIMS, REST = re.split(r"\n(?=[a-z_]+:)", CLAIMS, maxsplit=1)
# A claim begins with its control, two spaces from the left.
CLAIMS = re.split(r"(?m)^(?=  [0-9])", CLAIMS)
WORDS = "Alder Birch Cedar Dogwood Elm Fir Gorse Hazel Iris Juniper Kelp Larch Maple Nettle Oak Poplar".split()
PLACES = "Bank Custody Exchange Trust Vaults".split()
COUNTRIES = "AT CH DE FR IE LI LU NL SG".split()


def draw(*what, among):
    digest = hashlib.sha256("/".join(map(str, what)).encode()).digest()
    return int.from_bytes(digest[:8], "big") % among


def assessment(number):
    pick = lambda words, what: words[draw(number, what, among=len(words))]
    name = f"{pick(WORDS, 'word')} {pick(WORDS, 'second')} {pick(PLACES, 'place')} {number:05}"
    head = HEAD.replace("assessment: quillmere-2026-q3", f"assessment: firm-{number:05}-2026-q3")
    head = head.replace("Quillmere Exchange, third", f"{name}, third")
    head = head.replace("name: Quillmere Exchange AG, jurisdiction: DE", f"name: {name}, jurisdiction: {pick(COUNTRIES, 'country')}")
    # A firm has its own habits: of a hundred claims that are in place elsewhere, so many are not here.
    poor, blank = draw(number, "poor", among=50), draw(number, "blank", among=10)
    claims = []
    for claim in CLAIMS:
        control = claim.split(":")[0].strip()
        chance = draw(number, control, among=100)
        if chance < poor:
            implemented, partial = "\n    status: implemented\n", "\n    status: partial\n    missing: Not shown for all systems.\n"
            if implemented in claim:
                # What was shown is shown of the part.
                claim = claim.replace(implemented, partial, 1).replace("\n    evidence: ", "\n    part_evidence: ", 1)
        elif chance < poor + blank and claim.count("\n") == 3:
            claim = f"  {control}:\n"
        claims.append(claim)
    return f"{head}\nclaims:\n{''.join(claims)}\n{REST}"


def main():
    count, folder = int(sys.argv[1]), pathlib.Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(1, count + 1):
        (folder / f"firm-{number:05}.yaml").write_text(assessment(number))


main()
