"""Settings: what is read from where, and that every fault is told at once, without a value."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot import settings as module
from bot.settings import ROOT, VARIABLES, Settings, SettingsError, hints, load

TOKEN = "MTAwMDAwMDAwMDAwMDAwMDAwMA.Fictio.nal-token-for-tests-0123456789abcdef"


@pytest.fixture(autouse=True)
def _no_settings_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def dotenv(tmp_path: Path) -> Path:
    return tmp_path / ".env"


def faults(dotenv: Path) -> dict[str, str]:
    """Load, expect a refusal, and return its faults by variable."""
    with pytest.raises(SettingsError) as caught:
        load(dotenv)
    return {fault.variable: f"{fault.problem}: {fault.instead}" for fault in caught.value.faults}


def test_without_anything_the_defaults_hold(dotenv: Path) -> None:
    settings = load(dotenv)
    assert settings.discord_token is None
    assert settings.database_path == ROOT / "data" / "cogwheel.db"
    assert settings.content_dir == ROOT / "data"
    assert (settings.log_level, settings.log_format) == ("INFO", "text")


def test_the_environment_comes_before_the_file(dotenv: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    dotenv.write_text(f"DISCORD_TOKEN='{TOKEN}'\nLOG_LEVEL=debug\nLOG_FORMAT=json\nOTHER_PROGRAM=1\n", "utf-8")
    monkeypatch.setenv("LOG_LEVEL", " warning ")
    settings = load(dotenv)
    assert settings.discord_token is not None
    assert settings.discord_token.get_secret_value() == TOKEN
    assert (settings.log_level, settings.log_format) == ("WARNING", "json")


@pytest.mark.parametrize("blank", ["", "   "])
def test_an_empty_value_counts_as_not_set(dotenv: Path, monkeypatch: pytest.MonkeyPatch, blank: str) -> None:
    for name in VARIABLES:
        monkeypatch.setenv(name, blank)
    assert load(dotenv) == Settings()


def test_a_file_saved_by_a_windows_editor_is_read(dotenv: Path) -> None:
    dotenv.write_bytes(b"\xef\xbb\xbfLOG_FORMAT=json\r\n")
    assert load(dotenv).log_format == "json"


def test_all_faults_are_told_at_once(dotenv: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISCORD_TOKEN", "https://discord.com/developers/applications")
    monkeypatch.setenv("DATABASE_URL", "postgresql://cog:hunter2@localhost/cogwheel")
    monkeypatch.setenv("CONTENT_DIR", "no/such/folder")
    monkeypatch.setenv("LOG_LEVEL", "LOUD")
    dotenv.write_text("LOG_FORMAT=xml\n= nothing\n", "utf-8")
    told = faults(dotenv)
    assert set(told) == {*VARIABLES, ".env line 2"}
    assert told["DISCORD_TOKEN"].startswith("is a link")
    assert "sqlite+aiosqlite:///data/cogwheel.db" in told["DATABASE_URL"]
    assert "text or json" in told["LOG_FORMAT"]
    assert all(": " in sentence and len(sentence) > 20 for sentence in told.values())


@pytest.mark.parametrize(
    ("token", "problem"),
    [
        (f"Bot {TOKEN}", 'starts with the word "Bot"'),
        (f'"{TOKEN}"', "has quotes"),
        (TOKEN.replace("-", " ", 1), "has quotes, brackets or spaces"),
        (f"<{TOKEN}>", "has quotes, brackets"),
        ("discord.gg/abc", "is a link"),
        ("100000000000000000", "is a number"),
        ("6c1e0c5f9a0b4f5d8a7e6d5c4b3a2918", "is no bot token"),
        ("a..b", "is no bot token"),
    ],
)
def test_a_token_that_cannot_be_one_is_named_but_not_shown(
    dotenv: Path, monkeypatch: pytest.MonkeyPatch, token: str, problem: str
) -> None:
    monkeypatch.setenv("DISCORD_TOKEN", token)
    told = faults(dotenv)["DISCORD_TOKEN"]
    assert told.startswith(problem)
    assert token not in told
    assert TOKEN not in told


def test_no_message_and_no_repr_holds_a_secret(dotenv: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://cog:hunter2@localhost/cogwheel")
    monkeypatch.setenv("DISCORD_TOKEN", f"Bot {TOKEN}")
    with pytest.raises(SettingsError) as caught:
        load(dotenv)
    assert "hunter2" not in repr(caught.value) + str(caught.value)
    assert TOKEN not in repr(caught.value) + str(caught.value)
    assert caught.value.__context__ is None  # the library's own error quotes values
    monkeypatch.setenv("DISCORD_TOKEN", TOKEN)
    monkeypatch.delenv("DATABASE_URL")
    settings = load(dotenv)
    assert TOKEN not in repr(settings) + str(settings) + settings.model_dump_json()


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("sqlite:///data/cogwheel.db", "names a database that this version cannot use"),
        ("cogwheel.db", "names a database that this version cannot use"),
        ("sqlite+aiosqlite:///:memory:", "names no file"),
        ("sqlite+aiosqlite:///", "names no file"),
        ("sqlite+aiosqlite:///data/cogwheel.db?mode=ro", "has options"),
        ("sqlite+aiosqlite:///data", "names a folder"),
    ],
)
def test_only_an_sqlite_file_is_accepted(dotenv: Path, monkeypatch: pytest.MonkeyPatch, url: str, problem: str) -> None:
    monkeypatch.setenv("DATABASE_URL", url)
    assert faults(dotenv)["DATABASE_URL"].startswith(problem)


def test_relative_paths_start_at_the_project_wherever_the_bot_is_started(
    dotenv: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    assert load(dotenv).database_path == ROOT / "data" / "cogwheel.db"
    monkeypatch.setenv("DATABASE_URL", f"sqlite+aiosqlite:///{(tmp_path / 'a.db').as_posix()}")
    monkeypatch.setenv("CONTENT_DIR", str(tmp_path))
    settings = load(dotenv)
    assert (settings.database_path, settings.content_dir) == (tmp_path / "a.db", tmp_path)


def test_a_misspelt_name_in_the_file_is_a_fault(dotenv: Path) -> None:
    dotenv.write_text(f"DISCORD_TOKN={TOKEN}\nUNRELATED=1\n", "utf-8")
    assert faults(dotenv) == {"DISCORD_TOKN": "is not a setting: did you mean DISCORD_TOKEN?"}


def test_a_name_like_a_setting_is_no_fault_beside_the_right_one(dotenv: Path) -> None:
    dotenv.write_text(f"DISCORD_TOKEN={TOKEN}\nDISCORD_TOKEN2={TOKEN}\n", "utf-8")
    assert load(dotenv).discord_token is not None


def test_a_misspelt_name_in_the_environment_is_only_a_hint(dotenv: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISCORD_TOKN", TOKEN)
    assert load(dotenv).discord_token is None
    told = [str(hint) for hint in hints({"DISCORD_TOKN": TOKEN, "PATH": "/bin"}, dotenv)]
    assert told == ["DISCORD_TOKN is not a setting: did you mean DISCORD_TOKEN?"]
    assert hints({"DISCORD_TOKN": TOKEN, "DISCORD_TOKEN": TOKEN}, dotenv) == []


def test_a_file_that_an_editor_renamed_is_pointed_out(dotenv: Path) -> None:
    dotenv.with_name(".env.txt").write_text("LOG_LEVEL=INFO", "utf-8")
    assert [str(hint) for hint in hints({}, dotenv)] == [".env.txt is not read: rename it to .env"]


@pytest.mark.parametrize(
    ("content", "problem"), [("LOG_LEVEL=å".encode("utf-16"), "is not UTF-8"), (None, "cannot be read")]
)
def test_a_file_that_cannot_be_read_is_a_fault_beside_the_others(
    dotenv: Path, monkeypatch: pytest.MonkeyPatch, content: bytes | None, problem: str
) -> None:
    if content is None:
        dotenv.mkdir()
    else:
        dotenv.write_bytes(content)
    monkeypatch.setenv("LOG_LEVEL", "LOUD")
    told = faults(dotenv)
    assert set(told) == {".env", "LOG_LEVEL"}
    assert told[".env"].startswith(problem)


def test_settings_cannot_be_changed_once_read() -> None:
    settings = Settings(log_level="DEBUG")
    with pytest.raises(ValueError, match="frozen"):
        settings.log_level = "INFO"


def test_settings_made_by_hand_ignore_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOG_LEVEL", "LOUD")
    assert Settings().log_level == "INFO"


def test_the_example_file_names_every_setting_and_loads(dotenv: Path) -> None:
    example = (ROOT / ".env.example").read_text("utf-8")
    assert [name for name in VARIABLES if f"{name}=" not in example] == []
    dotenv.write_text(example.replace("# DATABASE_URL=", "DATABASE_URL=").replace("# LOG_", "LOG_"), "utf-8")
    assert load(dotenv) == Settings()


def test_the_default_file_is_the_one_beside_run_py() -> None:
    assert module.DOTENV == ROOT / ".env"
    assert (ROOT / "run.py").exists()
