"""`greenroom report …`: make, issue, verify, explain, correct and keep reports.

`greenroom report SITE --month 2026-10 --out DIR`, as before there were editions, still writes the month's pages.
"""

from __future__ import annotations

import click

from greenroom.commands import report_corrections, report_editions, report_issue, report_keeping, report_month, report_samples


class ReportCommands(click.Group):
    """A group whose first word may also be a site: then it is the month's pages that are asked for."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if args and not args[0].startswith("-") and args[0] not in self.commands and any(a.startswith("--month") for a in args):
            args = [report_month.command.name or "pages", *args]
        return super().parse_args(ctx, args)


@click.group(name="report", cls=ReportCommands)
def command() -> None:
    """Make, issue, verify, explain, correct and keep reports."""


for _part in (
    *(report_month.command, report_issue.issue, report_issue.draft, report_issue.kinds_command, report_issue.key),
    *(report_editions.list_all, report_editions.verify, report_editions.explain),
    *(report_keeping.hold, report_keeping.release, report_keeping.expire),
    report_corrections.corrections,
    report_samples.command,
):
    command.add_command(_part)
