"""The command `greenroom`: each subcommand is one module of `greenroom.commands`, imported when it is used."""

from __future__ import annotations

import sys
from importlib import import_module
from importlib.metadata import version
from typing import Any

import click

from premises.errors import GreenroomError, SettingError

COMMANDS = {
    "backtest": "What fixed leads, always-on heating and the plan would have used",
    "backup": "Create, verify and restore archives of all that Greenroom keeps",
    "boards": "Grafana boards from the site file: export, publish, check",
    "broker": "Password and access files for Mosquitto, by the devices of a site",
    "calendar": "Read a calendar feed: what it books, what was skipped and why",
    "check": "Check a site or cluster file; every fault is named",
    "decisions": "The log of decisions: decide every tick again, and see that it is the same",
    "decode": "Show what Greenroom makes of MQTT messages",
    "demo": "Run a four-stage studio: simulators, intake, rules, gateway, page",
    "discover": "Listen to a broker and propose the device section of a site file",
    "doctor": "Check every connection and setting, and say what to do",
    "figures": "Compute one indicator from given numbers: an auditor's calculator",
    "keys": "Make, list and revoke keys of the API",
    "model": "What is learned of zones: thermal models, their errors, and plots",
    "people": "Add, list and disable the people who sign in",
    "plan": "Plan the next 48 hours from what is stored, and what if: tariff, setpoint, booking, weather",
    "quarantine": "Messages that could not be taken: look, try again, discard",
    "replay": "Decode the messages that the journal keeps once more",
    "report": "Make, issue, verify, explain and correct reports",
    "run": "Run a site: intake, rules, gateway and page",
    "schema": "Print the JSON Schema of the site file",
    "simulate": "Run simulated devices of a site against a broker",
    "stores": "Prepare and check the stores",
    "webhook": "Read a message of a booking system",
}


class LazyCommands(click.Group):
    """Imports a subcommand's module only when it is used, so that `greenroom --help` is quick."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"greenroom.commands.{cmd_name}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(sorted(COMMANDS.items()))


@click.group(cls=LazyCommands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(version("greenroom"), prog_name="greenroom")
def greenroom() -> None:
    """Runs the energy of studio premises: warm, lit and quiet exactly when a booking needs it."""


def main(arguments: list[str] | None = None) -> Any:
    """Entry point. Exit status: 0 done, 1 the answer is no, 2 wrong use."""
    try:
        code = greenroom.main(arguments, standalone_mode=False)
    except click.exceptions.Abort:
        sys.exit(130)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except SettingError as error:
        click.echo(f"greenroom: {error}", err=True)
        sys.exit(2)
    except GreenroomError as error:
        click.echo(f"greenroom: {error}", err=True)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)
    sys.exit(code if isinstance(code, int) else 0)
