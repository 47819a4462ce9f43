"""What people see while a study is under way; nothing where nobody looks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn


@contextmanager
def waiting() -> Iterator[Callable[[str], None]]:
    """A spinner on standard error that says what is being done."""
    console = Console(stderr=True)
    with console.status("starting") as status:
        yield lambda what: status.update(what)


@contextmanager
def progress(what: str) -> Iterator[Callable[[float], None]]:
    """A bar on standard error; told the share that is done, 0 to 1."""
    columns = (TextColumn("{task.description}"), BarColumn(None), TextColumn("{task.percentage:>3.0f} %"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=1.0)
        yield lambda share: bar.update(task, completed=share)
