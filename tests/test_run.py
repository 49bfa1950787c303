"""run.py: the set-up before any package is there, and the table of commands."""

from __future__ import annotations

import ast
import importlib.util
import io
import os
import re
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from types import SimpleNamespace

import pytest

import run
from bot import __version__, cli

ROOT = Path(run.__file__).resolve().parent
PACKAGES = Path("Lib/site-packages") if os.name == "nt" else Path("lib/python3.11/site-packages")
WANTED = {"alpha": "1.0", "beta_gamma": "2.5"}

Says = Callable[[Sequence[str]], tuple[int, str]]


def install(folder: Path, name: str, version: str) -> None:
    """Put a package's metadata where an installer would."""
    info = folder / f"{name}-{version}.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n", "utf-8")


class Machine:
    """Stands in for the processes of a set-up: makes the folder as venv does, fills it as pip does, or fails."""

    def __init__(self, environment: run.Environment) -> None:
        self.environment = environment
        self.calls: list[str] = []
        self.fails: dict[str, str] = {}
        self.interrupted = ""
        self.installs = dict(WANTED)
        self.environ: dict[str, str] = {}

    def start(self, command: Sequence[str], *, stdout: io.BufferedWriter, env: dict[str, str], **_: object) -> Machine:
        self.calls.append("venv" if "venv" in command else "pip")
        self.environ = env
        self.stdout = stdout
        self.returncode: int | None = None
        return self

    def poll(self) -> int:
        kind = self.calls[-1]
        if kind == self.interrupted:
            raise KeyboardInterrupt
        if kind in self.fails:
            self.stdout.write(self.fails[kind].encode())
            self.returncode = 1
            return 1
        packages = self.environment.folder / PACKAGES
        if kind == "venv":
            self.environment.python.parent.mkdir(parents=True)
            self.environment.python.touch()
            packages.mkdir(parents=True)
        else:
            for old in packages.glob("*.dist-info"):
                old.joinpath("METADATA").unlink()
                old.rmdir()
            for name, version in self.installs.items():
                install(packages, name, version)
        self.returncode = 0
        return 0

    def terminate(self) -> None:
        self.calls.append("terminate")

    def wait(self) -> int:
        return 1


@pytest.fixture
def environment(tmp_path: Path) -> run.Environment:
    return run.Environment(tmp_path)


@pytest.fixture
def machine(environment: run.Environment, monkeypatch: pytest.MonkeyPatch) -> Machine:
    machine = Machine(environment)
    monkeypatch.setattr(subprocess, "Popen", machine.start)
    return machine


def set_up(environment: run.Environment) -> None:
    environment.set_up(environment.folder.parent / "requirements.txt", WANTED)


# The requirements files


def test_a_requirements_file_is_read_with_its_includes_and_only_for_this_machine(tmp_path: Path) -> None:
    (tmp_path / "base.txt").write_text("# why\n\nalpha==1.0   # why: one\n", "utf-8")
    (tmp_path / "more.txt").write_text(
        '-r base.txt\nbeta_gamma[x,y]==2.5\nnew==3 ; python_version >= "3.13"\nwin==4;sys_platform == "win32" # why\n',
        "utf-8",
    )
    expected = dict(WANTED)
    if sys.version_info >= (3, 13):
        expected["new"] = "3"
    if sys.platform == "win32":
        expected["win"] = "4"
    assert run.pins(tmp_path / "more.txt") == expected


@pytest.mark.parametrize("line", ["alpha>=1.0", "alpha", "alpha==1.0 ; os_name == 'nt'", "git+https://example.org/a"])
def test_a_line_that_is_no_exact_pin_is_refused(tmp_path: Path, line: str) -> None:
    (tmp_path / "r.txt").write_text(line, "utf-8")
    with pytest.raises(run.SetUpError, match="name==version"):
        run.pins(tmp_path / "r.txt")


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_the_files_pin_everything_that_the_packages_they_name_need(name: str) -> None:
    from importlib.metadata import PackageNotFoundError, requires

    from packaging.requirements import Requirement
    from packaging.utils import canonicalize_name

    pinned = {canonicalize_name(each) for each in run.pins(ROOT / name)}
    missing = set()
    for package in pinned:
        try:
            needs = [Requirement(each) for each in requires(package) or ()]
        except PackageNotFoundError:
            pytest.fail(f"{package} is pinned and not installed; run: pip install -r {name}")
        missing |= {
            canonicalize_name(need.name) for need in needs if need.marker is None or need.marker.evaluate({"extra": ""})
        } - pinned
    assert missing == set()


def test_only_exact_versions_satisfy(tmp_path: Path) -> None:
    install(tmp_path, "alpha", "1.0")
    install(tmp_path, "Beta.Gamma", "2.5")
    assert run.satisfied(WANTED, tmp_path)
    assert not run.satisfied({"alpha": "1.0.1"}, tmp_path)
    assert not run.satisfied({**WANTED, "delta": "1"}, tmp_path)


def test_the_packages_of_this_python_are_looked_up_where_none_is_named() -> None:
    assert run.satisfied({"pytest": pytest.__version__})
    assert not run.satisfied({"no-such-package-anywhere": "1"})


# Setting up


def test_a_first_set_up_makes_the_environment_and_installs(
    environment: run.Environment, machine: Machine, capsys: pytest.CaptureFixture[str]
) -> None:
    set_up(environment)
    assert machine.calls == ["venv", "pip"]
    assert environment.complete(WANTED)
    told = capsys.readouterr().err
    assert "Setting up (once, about a minute): 0 of 2 packages fetched" in told
    assert "Set up in" in told


def test_a_finished_set_up_is_not_repeated(environment: run.Environment, machine: Machine) -> None:
    set_up(environment)
    set_up(environment)
    assert machine.calls == ["venv", "pip"]


def test_changed_requirements_upgrade_what_is_there(environment: run.Environment, machine: Machine) -> None:
    machine.installs = {"alpha": "0.9"}
    environment.set_up(Path("r.txt"), {"alpha": "0.9"})
    machine.installs = dict(WANTED)
    set_up(environment)
    assert machine.calls == ["venv", "pip", "pip"]
    assert environment.complete(WANTED)


@pytest.mark.parametrize("step", ["venv", "pip"])
def test_an_interrupted_set_up_is_begun_anew(environment: run.Environment, machine: Machine, step: str) -> None:
    machine.interrupted = step
    with pytest.raises(KeyboardInterrupt):
        set_up(environment)
    assert machine.calls[-1] == "terminate"
    install(environment.folder / PACKAGES, "alpha", "1.0")  # what a killed pip leaves: metadata, perhaps no code
    install(environment.folder / PACKAGES, "beta_gamma", "2.5")
    environment.python.parent.mkdir(parents=True, exist_ok=True)
    environment.python.touch()
    assert not environment.complete(WANTED)
    left = environment.folder / "left-over"
    left.touch()
    machine.interrupted = ""
    machine.calls.clear()
    set_up(environment)
    assert machine.calls == ["venv", "pip"]
    assert environment.complete(WANTED)
    assert not left.exists()


def test_an_environment_made_by_hand_is_added_to(environment: run.Environment, machine: Machine) -> None:
    environment.python.parent.mkdir(parents=True)
    environment.python.touch()
    install(environment.folder / PACKAGES, "own_choice", "7")
    set_up(environment)
    assert machine.calls == ["pip"]


def test_an_environment_whose_python_went_away_is_made_anew(environment: run.Environment, machine: Machine) -> None:
    set_up(environment)
    environment.python.unlink()
    machine.calls.clear()
    set_up(environment)
    assert machine.calls == ["venv", "pip"]


def test_settings_that_send_packages_elsewhere_do_not_reach_pip(
    environment: run.Environment, machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIP_TARGET", "/somewhere")
    monkeypatch.setenv("PIP_PROXY", "http://proxy.example:3128")
    set_up(environment)
    assert "PIP_TARGET" not in machine.environ
    assert machine.environ["PIP_PROXY"] == "http://proxy.example:3128"


@pytest.mark.parametrize(
    ("step", "output", "sentence"),
    [
        ("venv", "The virtual environment was not created because ensurepip is not available.", "python3-venv"),
        ("pip", "NewConnectionError: Failed to establish a new connection\nNo matching distribution found", "network"),
        ("pip", "[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed", "PIP_CERT"),
        ("pip", "OSError: [Errno 28] No space left on device", "disk is full"),
        ("pip", "ERROR: [WinError 5] Access is denied: 'x.pyd'", "stop whatever still runs"),
        ("pip", "ERROR: No matching distribution found for alpha==1.0", "Python 3.11 to 3.14"),
        ("pip", "python: No module named pip", "made without pip"),
        ("pip", "Something new\nERROR: it broke\n\n", "ERROR: it broke"),
        ("pip", "", "it said nothing"),
    ],
)
def test_a_failed_step_says_what_to_do_in_one_sentence(
    environment: run.Environment, machine: Machine, step: str, output: str, sentence: str
) -> None:
    machine.fails[step] = output
    with pytest.raises(run.SetUpError) as caught:
        set_up(environment)
    assert sentence in str(caught.value)
    assert "\n" not in str(caught.value)
    assert "run this again" in str(caught.value)
    assert not environment.complete(WANTED)


def test_packages_that_did_not_arrive_are_noticed(environment: run.Environment, machine: Machine) -> None:
    machine.installs = {"alpha": "1.0"}
    with pytest.raises(run.SetUpError, match="not the pinned ones"):
        set_up(environment)


@pytest.mark.parametrize("module", ["venv", "ensurepip"])
def test_a_python_without_venv_is_told_what_to_install(
    environment: run.Environment, machine: Machine, monkeypatch: pytest.MonkeyPatch, module: str
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == module else object())
    with pytest.raises(run.SetUpError, match="apt install python3-venv"):
        set_up(environment)
    assert machine.calls == []


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (PermissionError(13, "Permission denied"), "a folder of your own"),
        (OSError(28, "No space left"), "disk is full"),
    ],
)
def test_a_folder_that_takes_no_files_is_told_what_to_do(
    environment: run.Environment, machine: Machine, monkeypatch: pytest.MonkeyPatch, error: OSError, sentence: str
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(Path, "mkdir", refuse)
    with pytest.raises(run.SetUpError, match=sentence):
        set_up(environment)
    assert machine.calls == []


def test_a_second_set_up_at_the_same_time_is_kept_out(environment: run.Environment, machine: Machine) -> None:
    with run.only_one(environment.lock), pytest.raises(run.SetUpError, match="Another set-up"):
        set_up(environment)
    assert machine.calls == []
    set_up(environment)
    assert environment.complete(WANTED)


def test_progress_tells_what_pip_has_done(environment: run.Environment) -> None:
    install(environment.folder / PACKAGES, "alpha", "1.0")
    environment.log.write_text("Collecting alpha==1.0 (from -r r.txt)\n  Downloading alpha.whl\n", "utf-8")
    assert environment._state(WANTED) == (1, "fetched")
    with environment.log.open("a", encoding="utf-8") as log:
        log.write("Requirement already satisfied: beta_gamma==2.5\nInstalling collected packages: alpha\n")
    assert environment._state(WANTED) == (1, "installed")


def test_progress_rewrites_its_line_in_a_terminal_and_is_sparing_elsewhere() -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    terminal, file = Terminal(), io.StringIO()
    for stream in (terminal, file):
        with run.Progress(30, stream) as progress:
            for done in range(31):
                progress.show(done, "fetched")
    assert terminal.getvalue().count("\n") == 1
    assert terminal.getvalue().count("\r") == 32
    assert re.findall(r"(\d+) of 30", file.getvalue()) == ["0", "10", "20", "30"]


# Handing over


@pytest.fixture
def unsatisfied(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """Make the packages look absent and record what is run in the environment instead."""
    handed: list[list[str]] = []

    def hand_over(python: Path, arguments: Sequence[str]) -> int:
        handed.append([str(python), *arguments])
        return 7

    monkeypatch.setattr(run, "satisfied", lambda *_: False)
    monkeypatch.setattr(run.Environment, "set_up", lambda *_: None)
    monkeypatch.setattr(run, "hand_over", hand_over)
    return handed


def test_without_the_packages_the_same_arguments_run_in_the_environment(unsatisfied: list[list[str]]) -> None:
    assert run.main(["demo", "--port", "9000"]) == 7
    assert unsatisfied == [[str(run.Environment(ROOT).python), "demo", "--port", "9000"]]


def test_a_process_inside_the_environment_never_sets_up_again(
    unsatisfied: list[list[str]], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(run.HANDED_OVER, "1")
    assert run.main(["demo"]) == 3
    assert unsatisfied == []
    assert "delete the folder .venv" in capsys.readouterr().err


def test_stopping_a_set_up_says_how_to_go_on(
    unsatisfied: list[list[str]], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def stopped(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(run.Environment, "set_up", stopped)
    assert run.main(["demo"]) == 130
    assert "run the same command again" in capsys.readouterr().err


def test_with_the_packages_the_command_runs_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "satisfied", lambda *_: True)
    called: list[list[str]] = []

    def call(command: list[str], **_: object) -> int:
        called.append(command)
        return 5

    monkeypatch.setattr(subprocess, "call", call)
    assert run.main(["test", "-k", "name", "--", "-x"]) == 5
    assert called == [[sys.executable, "-m", "pytest", "-n", "auto", "-k", "name", "--", "-x"]]


def test_posix_is_replaced_by_the_environments_python(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    class Replaced(Exception):
        pass

    def execv(path: str, command: list[str]) -> None:
        raise Replaced(path, command)

    monkeypatch.setattr(os, "name", "posix")
    monkeypatch.setattr(os, "execv", execv)
    monkeypatch.setenv(run.HANDED_OVER, "")
    with pytest.raises(Replaced) as caught:
        run.hand_over(tmp_path / "python", ["demo"])
    assert caught.value.args == (str(tmp_path / "python"), [str(tmp_path / "python"), str(ROOT / "run.py"), "demo"])
    assert os.environ[run.HANDED_OVER] == "1"


def test_windows_waits_for_it_through_ctrl_c_and_passes_its_code_on(monkeypatch: pytest.MonkeyPatch) -> None:
    class Child:
        waits = 0

        def __enter__(self) -> Child:
            return self

        def __exit__(self, *_: object) -> None: ...

        def wait(self) -> int:
            self.waits += 1
            if self.waits == 1:
                raise KeyboardInterrupt
            return 9

    python = Path("python.exe")
    monkeypatch.setattr(subprocess, "Popen", lambda command: Child())
    monkeypatch.setenv(run.HANDED_OVER, "")
    monkeypatch.setattr(os, "name", "nt")
    assert run.hand_over(python, ["demo"]) == 9


# Old Pythons and the top of the file


def test_only_the_standard_library_is_imported_before_the_packages_are_there() -> None:
    for file in (ROOT / "run.py", ROOT / "bot" / "cli.py", ROOT / "bot" / "__init__.py"):
        tree = ast.parse(file.read_text("utf-8"))
        for node in tree.body:
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            assert [n for n in names if n.partition(".")[0] not in {*sys.stdlib_module_names, "bot"}] == [], file.name


def test_run_py_parses_on_an_old_python_and_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    source = (ROOT / "run.py").read_text("utf-8")
    ast.parse(source, feature_version=(3, 6))
    assert "from __future__ import annotations" not in source  # Python 3.6 does not know it
    told = io.StringIO()
    monkeypatch.setattr(sys, "version_info", (3, 8, 18))
    monkeypatch.setattr(sys, "stderr", told)
    with pytest.raises(SystemExit) as caught:
        exec(compile(source, "run.py", "exec"), {"__name__": "__main__", "__file__": str(ROOT / "run.py")})
    assert caught.value.code == 3
    assert told.getvalue().startswith("Cogwheel needs Python 3.11 or newer, and this is Python 3.8: install")


# The table of commands


@pytest.mark.parametrize("command", cli.COMMANDS, ids=lambda command: command.name)
def test_every_command_is_described_and_has_requirements(
    command: cli.Command, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as caught:
        cli.parse([command.name, "--help"])
    assert caught.value.code == 0
    assert command.summary.split(";")[0].split("(")[0].strip() in " ".join(capsys.readouterr().out.split())
    assert (ROOT / command.requirements).exists()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ([], "COMMAND"),
        (["dmeo"], "invalid choice"),
        (["start", "--fast"], "start does not know --fast"),
        (["demo", "--port", "0"], "choose a number from 1 to 65535"),
        (["demo", "--port", "http"], "is not a port"),
        (["forget-server"], "ID"),
        (["forget-server", "the-one"], "not the id of a server"),
        (["forget-server", "0"], "not the id of a server"),
        (["forget-server", "-5"], "ID"),
    ],
)
def test_a_wrong_command_line_is_explained_before_any_set_up(
    arguments: list[str], sentence: str, capsys: pytest.CaptureFixture[str], unsatisfied: list[list[str]]
) -> None:
    with pytest.raises(SystemExit) as caught:
        run.main(arguments)
    assert caught.value.code == 2
    assert sentence in capsys.readouterr().err
    assert unsatisfied == []


def test_the_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        cli.main(["--version"])
    assert capsys.readouterr().out == f"Cogwheel {__version__}\n"


def test_demo_options_reach_the_demo(tmp_path: Path) -> None:
    command, options = cli.parse(["demo", "--port", "9000", "--keep", str(tmp_path), "--no-browser"])
    assert command.name == "demo"
    assert (options.port, options.keep, options.no_browser) == (9000, tmp_path, True)


@pytest.mark.parametrize(
    ("arguments", "module", "given"),
    [
        (
            ["demo", "--port", "9000", "--no-browser"],
            "bot.demo.run",
            ((), {"port": 9000, "keep": None, "no_browser": True}),
        ),
        (["start"], "bot.start", ((), {})),
        (["check"], "bot.check", ((), {})),
        (["forget-server", "42", "--yes"], "bot.forgetting", ((42,), {"yes": True})),
        (["guard-eval", "phrases.jsonl", "--json"], "bot.guard.evaluate", ((["phrases.jsonl", "--json"],), {})),
    ],
)
def test_a_command_runs_its_module_with_its_options(
    monkeypatch: pytest.MonkeyPatch, arguments: list[str], module: str, given: object
) -> None:
    called: list[object] = []

    def main(*values: object, **named: object) -> int:
        called.append((values, named))
        return 4

    monkeypatch.setitem(sys.modules, module, SimpleNamespace(main=main))
    monkeypatch.setitem(sys.modules, "bot.demo", SimpleNamespace())
    assert cli.main(arguments) == 4
    assert called == [given]


def test_ctrl_c_in_a_command_ends_it_without_a_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(*_: object, **__: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(subprocess, "call", stopped)
    assert cli.main(["test"]) == cli.STOPPED
