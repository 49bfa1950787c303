"""The folder a demo lives in: the bot's database and the simulated Discord, both of which outlive the process."""

from __future__ import annotations

from pathlib import Path


class Kept:
    """A folder of ``--keep``, or a temporary one."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._world = folder / "discord.world"
        self._unfinished = folder / "unfinished"
        self._database = folder / "cogwheel.db"

    @property
    def database_url(self) -> str:
        """Where the bot keeps its data."""
        return f"sqlite+aiosqlite:///{self._database.resolve().as_posix()}"

    def load(self) -> bytes | None:
        """Return the simulated Discord as it was left; None where there is nothing yet.

        A start that was cut short before the coalition was complete leaves nothing. Raises OSError.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        if self._world.exists() and not self._unfinished.exists():
            return self._world.read_bytes()
        self._unfinished.touch()
        for rest in self.folder.glob(f"{self._database.name}*"):
            rest.unlink()
        return None

    def save(self, world: bytes) -> None:
        """Keep the simulated Discord as it is now; whole or not at all."""
        fresh = self._world.with_suffix(".new")
        fresh.write_bytes(world)
        fresh.replace(self._world)
        self._unfinished.unlink(missing_ok=True)
