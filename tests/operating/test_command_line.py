"""What is typed wrongly is refused in a sentence that names it, with the usage of that very command."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from kalends.config.environment import Environment
from kalends.operating import cli
from kalends.operating.embedded import CannotRun, Urls
from kalends.operating.installation import Installation


def refused(capsys: pytest.CaptureFixture[str], *typed: str) -> str:
    """The last line of what is said; the usage stands above it."""
    with pytest.raises(SystemExit) as ended:
        cli.main(list(typed))
    assert ended.value.code == 2
    usage, *_, said = capsys.readouterr().err.splitlines()
    assert usage.startswith("usage: kalends")
    return said


@pytest.mark.parametrize("command", cli.COMMANDS)
def test_each_command_says_what_it_takes(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main([command, "--help"])
    assert ended.value.code == 0
    assert capsys.readouterr().out.startswith(f"usage: kalends {command} ")


@pytest.mark.parametrize("command", sorted(cli.COMMANDS.keys() - {"import", "token", "backup", "restore"}))
def test_what_no_command_knows_is_named(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    said = refused(capsys, command, "--nonsense")
    assert said == f"kalends {command}: error: unrecognized arguments: --nonsense"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (["nonsense"], "kalends: error: argument command: invalid choice: 'nonsense'"),
        (["up", "--port", "99999"], "kalends up: error: argument --port: '99999' is not a number from 1 to 65535"),
        (["up", "--port", "٨٠"], "kalends up: error: argument --port: '٨٠' is not a number from 1 to 65535"),
        (["web", "--port", "0"], "kalends web: error: argument --port: '0' is not a number from 1 to 65535"),
        (["web", "--processes", "0"], "kalends web: error: argument --processes: '0' is not a number from 1 to 256"),
        (
            ["web", "--host", "nowhere"],
            "kalends web: error: argument --host: 'nowhere' is not an address of this machine",
        ),
        (["bench", "--rounds", "0"], "kalends bench: error: argument --rounds: '0' is not a number from 1 to 100000"),
        (["due", "--at", "tomorrow"], "kalends due: error: argument --at: 'tomorrow' is no instant: write it with its"),
        (
            ["due", "--at", "0001-01-01T00:00:00+14:00"],
            "kalends due: error: argument --at: '0001-01-01T00:00:00+14:00'",
        ),
        (["backup", "a", "b"], "kalends backup: error: unrecognized arguments: b"),
        (["import", "contacts"], "kalends import contacts: error: the following arguments are required: FILE"),
        (["token"], "kalends token: error: the following arguments are required: --email, --organization"),
    ],
)
def test_a_wrong_value_is_named(typed: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert refused(capsys, *typed).startswith(said)


@pytest.mark.parametrize("where", ["file", "file/below", "/proc/nothing"])
def test_a_data_folder_that_cannot_be_made_is_named(tmp_path: Path, where: str) -> None:
    (tmp_path / "file").touch()
    environment = replace(Environment.read({}), data=tmp_path / where)
    with pytest.raises(CannotRun, match=f"^The data folder .*{where} cannot be made .*: set KALENDS_DATA"):
        Installation(environment, Urls("", ""), "").made_folder()
