"""Types and traits of other packages in the public interface of a crate.

    foreign.py ALLOWED DOCUMENTATION...

DOCUMENTATION is the JSON that rustdoc writes. Prints each type and trait that ALLOWED does not list, and
each entry of ALLOWED that no crate uses any more, and exits with 1 if there is one.
"""

import json
import sys


def foreign(documentation):
    paths, crates = documentation["paths"], documentation["external_crates"]
    own = {"std", "core", "alloc", "custody_controls", "custody_formats"}
    found = {}

    def walk(value, name):
        if isinstance(value, list):
            for part in value:
                walk(part, name)
        elif isinstance(value, dict):
            if {"id", "path", "args"} <= value.keys():
                path = paths.get(str(value["id"]))
                if path and path["crate_id"] != 0 and crates[str(path["crate_id"])]["name"] not in own:
                    found.setdefault("::".join(path["path"]), name)
            for part in value.values():
                walk(part, name)

    for item in documentation["index"].values():
        inner = item["inner"]
        implementation = inner.get("impl", {})
        if item["crate_id"] == 0 and not implementation.get("is_synthetic") and not implementation.get("blanket_impl"):
            walk(inner, item["name"] or next(iter(inner)))
    return found


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        allowed = {line.split()[0] for line in file if line.strip() and not line.startswith("#")}
    used, faults = set(), []
    for name in sys.argv[2:]:
        with open(name, encoding="utf-8") as file:
            documentation = json.load(file)
        if len(documentation["index"]) < 2:
            faults.append(f"{name}: expected a documented crate, found {len(documentation['index'])} items")
        for path, where in sorted(foreign(documentation).items()):
            used.add(path)
            if path not in allowed:
                faults.append(f"{name}: `{path}` is in the interface, first in `{where}`, and is not allowed")
    faults += [f"{sys.argv[1]}: `{path}` is no longer used" for path in sorted(allowed - used)]
    print("\n".join(faults) or f"{len(used)} types and traits of other packages, all of them allowed")
    sys.exit(bool(faults))


main()
