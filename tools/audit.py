"""List the licence of every installed package, and the packages with known vulnerabilities.

    python tools/audit.py

Licences are read from the packages themselves. pip-audit asks a service on the network for vulnerabilities; where it
cannot be reached, one line says so and nothing is claimed. Exit code 1 means that some were found.
"""

import json
import subprocess
import sys
from collections import defaultdict
from collections.abc import Mapping, Sequence
from importlib.metadata import distributions
from typing import Any

# Seconds for all packages together; the service takes half a minute for some two hundred.
_PATIENCE = 300
_LONGEST = 60
_CLASS = "License :: "


def main() -> int:
    """Print both lists."""
    for licence, names in sorted(licences().items()):
        print(f"{licence}: {', '.join(sorted(names, key=str.casefold))}")
    print()
    code, lines = vulnerabilities()
    print("\n".join(lines))
    return code


def licences() -> dict[str, set[str]]:
    """Return the names of all installed packages by their licence."""
    found: dict[str, set[str]] = defaultdict(set)
    for package in distributions():
        about = package.metadata
        fields = {name: about[name] or "" for name in ("License-Expression", "License")}
        classes = about.get_all("Classifier") or []
        found[licence(fields, classes)].add(str(about["Name"]))
    return dict(found)


def licence(fields: Mapping[str, str], classes: Sequence[str]) -> str:
    """Return a package's licence in one line: its expression, else its classifiers, else its short licence field."""
    if said := fields.get("License-Expression", "").strip():
        return said
    classed = [line.rpartition(" :: ")[2] for line in classes if line.startswith(_CLASS)]
    classed = [name for name in classed if name != "OSI Approved"]
    if classed:
        return ", ".join(classed)
    said = " ".join(fields.get("License", "").split())
    if said and len(said) <= _LONGEST:
        return said
    return "see its licence file" if said else "not said"


def vulnerabilities() -> tuple[int, list[str]]:
    """Return the exit code, and one line per known vulnerability of an installed package."""
    command = [sys.executable, "-m", "pip_audit", "--local", "--skip-editable", "--format", "json"]
    command += ["--progress-spinner", "off"]
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=_PATIENCE, check=False
        )
    except subprocess.TimeoutExpired:
        return 0, [unreached(f"no answer within {_PATIENCE} s")]
    return told(done.stdout, done.stderr)


def told(out: str, errors: str) -> tuple[int, list[str]]:
    """Return the exit code and the lines that follow from pip-audit's output."""
    try:
        packages: list[Any] = json.loads(out)["dependencies"]
    except (ValueError, KeyError, TypeError):
        said = [line for line in errors.splitlines() if line.strip()]
        return 0, [unreached(said[-1].strip() if said else "it said nothing")]
    lines = [
        f"{package['name']} {package['version']}: {found['id']}, "
        f"mended in {', '.join(found['fix_versions']) or 'no version yet'}"
        for package in packages
        for found in package.get("vulns", ())
    ]
    passed_over = [package for package in packages if "skip_reason" in package]
    if len(passed_over) == len(packages):
        reasons = [str(package["skip_reason"]) for package in passed_over] or [
            "it looked at nothing"
        ]
        return 0, [unreached(reasons[0])]
    asked = len(packages) - len(passed_over)
    code = int(bool(lines))
    lines = lines or [f"No known vulnerabilities in {asked} packages."]
    if passed_over:
        names = ", ".join(str(package["name"]) for package in passed_over)
        lines.append(f"Not looked up, since the service does not know them: {names}")
    return code, lines


def unreached(reason: str) -> str:
    """Return the line that says why no audit was made."""
    return f"Vulnerabilities were not looked up ({reason[:200]}); try again with the network on."


if __name__ == "__main__":
    sys.exit(main())
