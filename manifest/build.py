"""`make manifest`: fill in the places of the Teams app and zip it for the Teams admin centre.

The places come from the environment; without them the zip is a sample that cannot be installed:
TEAMS_APP_ID (the app's own GUID), BOT_APP_ID (or the program's BOT_APP_ID setting), HOST (where
the bot answers), APP_VERSION, WEBSITE_URL, PRIVACY_URL, TERMS_URL.
"""

import json
import os
import sys
import zipfile
from collections.abc import Mapping
from pathlib import Path
from string import Template
from typing import Any

HERE = Path(__file__).parent
TARGET = Path("build") / "empowering-conversations.zip"
ICONS = ("color.png", "outline.png")
LANGUAGES = ("fr.json",)

SAMPLE = {
    "APP_VERSION": "0.1.0",
    "TEAMS_APP_ID": "00000000-0000-4000-8000-000000000001",
    "BOT_APP_ID": "00000000-0000-4000-8000-000000000002",
    "HOST": "bot.example.org",
    "WEBSITE_URL": "https://www.example.org/empowering-conversations",
    "PRIVACY_URL": "https://www.example.org/empowering-conversations/privacy",
    "TERMS_URL": "https://www.example.org/empowering-conversations/terms",
}


def filled(values: Mapping[str, str]) -> dict[str, Any]:
    """The manifest with its places filled; a place without a value is a KeyError."""
    template = Template((HERE / "manifest.json").read_text("utf-8"))
    return json.loads(template.substitute(values, schema="$schema"))  # JSON's own dollar


def build(values: Mapping[str, str], target: Path) -> None:
    """Write the zip: the manifest, its languages and its icons, and nothing else."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        manifest = json.dumps(filled(values), ensure_ascii=False, indent=2)
        package.writestr("manifest.json", manifest)
        for name in (*LANGUAGES, *ICONS):
            package.write(HERE / name, name)


def main() -> int:
    given = {name: os.environ[name] for name in SAMPLE if os.environ.get(name)}
    build({**SAMPLE, **given}, TARGET)
    print(f"{TARGET} is ready.")
    missing = [name for name in SAMPLE if name not in given and name != "APP_VERSION"]
    if missing:
        print(f"A sample: set {', '.join(missing)} to make one that can be installed.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
