"""A small healthy pack that tests may bend and break."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

PACK = Path(__file__).parent / "road-safety"

ROUTES = """\
[[category]]
slug = "urgent"
emoji = "🚨"
name = { en = "Urgent", sv = "Brådskande" }

[[category]]
slug = "advice"
emoji = "💬"
name = { en = "Advice", sv = "Råd" }

[[country]]
code = "SE"
name = { en = "Sweden", sv = "Sverige" }
emergency = "112"

[[route]]
slug = "se-advice"
country = "SE"
category = "advice"
name = "Road line"
for_what = { en = "Holes in the road", sv = "Hål i vägen" }
home = "https://roads.example/"
url = "https://roads.example/holes"
phone = "0771-00 00 00"
status = "V"

[[route]]
slug = "se-urgent"
country = "SE"
category = "urgent"
name = "Emergency"
for_what = { en = "Danger now", sv = "Fara nu" }
home = "https://emergency.example"
status = "M"
"""

Edit = Callable[[str, str, str], None]


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    """A healthy pack with routes, to be broken."""
    folder = tmp_path / "pack"
    shutil.copytree(PACK, folder)
    (folder / "routes.toml").write_text(ROUTES, encoding="utf-8")
    return folder


@pytest.fixture
def edit(pack: Path) -> Edit:
    """Replace the first occurrence of a text in one file of the pack."""

    def replace(file: str, old: str, new: str) -> None:
        text = (pack / file).read_text(encoding="utf-8")
        assert old in text
        (pack / file).write_text(text.replace(old, new, 1), encoding="utf-8")

    return replace
