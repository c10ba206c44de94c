"""The hostile assessment with its long text, for the checks of formats."""

import pathlib

text = pathlib.Path("tests/print/hostile.yaml").read_text(encoding="utf-8")
assert '"LONG"' in text
print(text.replace('"LONG"', f'"{"long | <b> #panic() " * 500}"'))
