"""What the tree must not hold: machines' folders, registries' addresses, secrets."""

import re
import subprocess

FORBIDDEN = {
    "a machine's folder": re.compile(rb"(?<![\w.])/(?:work|root|home|Users)/\w"),
    "a registry's address": re.compile(rb"pypi\.org|pythonhosted\.org|registry\.npmjs"),
    "a private key": re.compile(rb"BEGIN (?:RSA |EC )?PRIVATE " + rb"KEY"),
}
BINARY = {".png", ".zip", ".ico", ".woff2"}


def tracked(root):
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=root, capture_output=True, check=True
    ).stdout
    return [root / name for name in listed.decode().split("\0") if name and (root / name).exists()]


def test_no_machine_and_no_registry_is_named(project_root):
    found = [
        f"{path.relative_to(project_root)}: {what}"
        for path in tracked(project_root)
        if path.suffix not in BINARY and path.name != "test_tree.py"
        for what, pattern in FORBIDDEN.items()
        if pattern.search(path.read_bytes())
    ]
    assert found == []


def test_nothing_made_by_running_is_kept(project_root):
    made = re.compile(r"(^|/)(__pycache__|var|build|node_modules|\.venv)/|\.(pyc|db|log)$")
    names = [path.relative_to(project_root).as_posix() for path in tracked(project_root)]
    assert [name for name in names if made.search(name)] == []
