"""Keep the catalogues in step with the code: ``python -m tests.translate``.

Adds new sentences to every ``data/locales/*/LC_MESSAGES/cogwheel.po`` without a translation, drops
those the code no longer says, compiles, and prints what is left to translate.
"""

from __future__ import annotations

from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from bot.ui import words

ROOT = Path(__file__).resolve().parent.parent
KEYWORDS: dict[str, object] = {"_": None, "N_": None, "n_": (1, 2)}


def template() -> Catalog:
    """Return every sentence that the code marks."""
    catalogue = Catalog(project="Cogwheel", fuzzy=False)
    for folder in ("bot", "cogs"):
        for file, _line, message, _comments, _context in extract_from_dir(
            ROOT / folder,
            method_map=[("**.py", "python")],
            keywords=KEYWORDS,  # type: ignore[arg-type]
        ):
            catalogue.add(message, locations=[(f"{folder}/{file}", 0)])
    return catalogue


def main() -> None:
    """Update and compile every catalogue."""
    source = template()
    for locale in words.LOCALES:
        if locale == "en":
            continue
        folder = ROOT / "data" / "locales" / locale / "LC_MESSAGES"
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / "cogwheel.po"
        if path.exists():
            with path.open("rb") as file:
                catalogue = read_po(file, locale=locale)
        else:
            catalogue = Catalog(locale=locale, project="Cogwheel", fuzzy=False)
        catalogue.update(source, no_fuzzy_matching=True)
        catalogue.obsolete.clear()
        with path.open("wb") as file:
            write_po(file, catalogue, sort_output=True, include_lineno=False, width=110, omit_header=False)
        with path.open("rb") as file:
            catalogue = read_po(file, locale=locale)
        with (folder / "cogwheel.mo").open("wb") as file:
            write_mo(file, catalogue)
        left = [m.id for m in catalogue if m.id and not m.string]
        print(f"{locale}: {len(catalogue)} sentences, {len(left)} to translate")


if __name__ == "__main__":
    main()
