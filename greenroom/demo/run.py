"""Running the demo: broker, simulators and the house in one process tree, and an end that leaves nothing behind."""

from __future__ import annotations

import multiprocessing
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from greenroom.broker import EmbeddedBroker
from greenroom.clock import AnchoredClock, SwitchingClock, SystemClock
from greenroom.demo.bookings import demo_bookings
from greenroom.demo.catch_up import CatchUp
from greenroom.demo.forecast import demo_site_file, with_forecast
from greenroom.demo.hand_over import EVERY_S, HandOver
from greenroom.demo.simulate import simulate
from greenroom.demo.summary import Summary, summarise
from greenroom.demo.watching import Watching
from greenroom.front import front_door
from greenroom.house import Running, build
from greenroom.live import LiveTime, quicken_collector
from greenroom.premises_files import find_premises, load_one_site
from greenroom.reach import reach
from greenroom.rounds import Rounds
from greenroom.server import HttpServer, listening_socket
from greenroom.settings import Settings
from premises.booking import Booking
from premises.command import CommandState
from premises.errors import GreenroomError, SettingError
from premises.lockstep import Mark
from premises.site import Site
from premises.time import Interval, floor_to

STEP = timedelta(minutes=5)
REPLAYED_PLAN_EVERY = timedelta(hours=3)
"""Plans of replayed days are looked at by nobody but the boards; the decisions of every step do not wait for them."""
_MARKER = ".greenroom-demo"
_OWN_PORTION = 5_000
_MOST = 1_000_000
_PATIENCE_S = 60.0


@dataclass(frozen=True, slots=True)
class DemoOptions:
    """What the command was told. now None: the machine's present time. broker, store None: embedded ones."""

    site: str = "la-kolok"
    seed: int = 1
    now: datetime | None = None
    days: int = 7
    speed: float = 1.0
    once: bool = False
    broker: str | None = None
    broker_port: int | None = None
    store: str | None = None
    data: Path = Path("demo-data")
    host: str = "127.0.0.1"
    port: int = 8080


@dataclass(frozen=True)
class Demo:
    """A demo that has caught up."""

    site: Site
    running: Running
    rounds: Rounds
    server: HttpServer | None
    bookings: tuple[Booking, ...]
    span: Interval
    commands: int
    settings: Settings
    go_on: Callable[[], None]

    always_on_kwh: float

    def summary(self) -> Summary:
        """Of the whole span, from what was stored."""
        return summarise(self.running, self.site, self.span, self.always_on_kwh, self.commands)


def fresh_folder(folder: Path) -> None:
    """An empty folder of the demo's own. Raises SettingError for one that holds anything else."""
    if folder.exists() and not folder.is_dir():
        raise SettingError(f"{folder} is a file; give --data another folder")
    if folder.is_dir() and any(folder.iterdir()) and not (folder / _MARKER).is_file():
        raise SettingError(f"{folder} holds files that are not the demo's; give --data another folder")
    try:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / _MARKER).write_text("The demo's own folder: it is emptied at each start.\n", encoding="utf-8")
    except OSError as error:
        raise SettingError(f"cannot write into {folder}: {error.strerror}; give --data another folder") from None


@contextmanager
def caught_up(options: DemoOptions, progress: Callable[[datetime, Interval], None]) -> Iterator[Demo]:
    """Start everything and pass the last days; what is started is ended on the way out, whatever happens.

    progress: called after each replayed step with its instant and the whole span. Raises GreenroomError.
    """
    site = load_one_site(options.site)
    present = SystemClock().now()
    chases_clock = options.now is None and options.speed == 1.0 and not options.once
    end = options.now or floor_to(present, STEP)
    span = Interval(end - timedelta(days=options.days), end)
    bookings = tuple(demo_bookings(site, end))
    with ExitStack() as closing:
        bound = None
        if not options.once:
            bound = listening_socket(options.host, options.port)
            closing.callback(bound.close)
        fresh_folder(options.data)
        site = with_forecast(site, options.seed, span, options.data)
        demo_site_file(find_premises(options.site), options.data, site)
        broker_url = options.broker
        if broker_url is None:
            broker = EmbeddedBroker(options.broker_port)
            broker.start()
            closing.callback(broker.stop)
            broker_url = broker.url
        reach(broker_url)
        settings = _settings(options, broker_url)
        quicken_collector()
        clock = SwitchingClock(SystemClock())
        catch_up = CatchUp(site.id, clock, span.start)
        running = build(settings, [site], clock, catch_up.extras)
        closing.callback(running.close)
        running.store.check()
        running.own.portion = _OWN_PORTION
        for booking in bookings:
            running.books.bookings.put(booking, span.start)
        running.intake.start(lockstep=True)
        running.connection.start()
        running.connection.wait_ready()
        simulator, always_on = _simulator(options, broker_url, span, None if chases_clock else end, bookings)
        simulator.start()
        closing.callback(_end, simulator)
        rounds = Rounds(running, REPLAYED_PLAN_EVERY)

        def done(at: datetime) -> bool:
            return at + STEP > floor_to(SystemClock().now(), STEP) if chases_clock else at >= end

        steps = [span.start]

        def told(mark: Mark) -> None:
            steps.append(mark.at)
            progress(mark.at, span)

        reached = catch_up.run(running, rounds, done, simulator.is_alive, told)
        running.intake.drain()
        running.own.write(all_of_them=True)
        running.own.portion = 1
        rounds.plan_every = timedelta(0)
        watching = Watching(running)
        closing.callback(watching.close)
        if not always_on.poll(_PATIENCE_S):
            raise GreenroomError("the simulators did not tell what always-on heating would have used")
        always_on_kwh = always_on.recv()
        hand_over = HandOver(running, site.id, always_on)
        jobs = {**watching.jobs(options.speed), "hand-over": (EVERY_S, hand_over.look)}
        live = LiveTime(running, rounds, options.speed, jobs=jobs)

        def go_on() -> None:
            clock.follow(SystemClock() if chases_clock else AnchoredClock(reached, options.speed))
            catch_up.let_go(running)
            closing.callback(live.stop)
            live.start()

        server = None
        if bound is not None:
            server = HttpServer(front_door(running.house, settings), bound)
            server.start()
            closing.callback(server.stop)
        sent = (status.command.id for status in running.books.commands.recent(site.id, _MOST) if status.state is CommandState.SENT)
        commands = len(set(sent))
        yield Demo(site, running, rounds, server, bookings, span, commands, settings, go_on, always_on_kwh)


def _settings(options: DemoOptions, broker_url: str) -> Settings:
    given: dict[str, Any] = {
        "data": options.data,
        "broker": broker_url,
        "client_id": "greenroom-demo",
        "broker_version": 4 if options.broker is None else None,  # what the embedded broker speaks
        "host": options.host,
        "port": options.port,
        "public_page": True,
        "books": None,
        "store": options.store,
    }
    return Settings(**given)


def _simulator(
    options: DemoOptions, broker_url: str, span: Interval, end: datetime | None, bookings: tuple[Booking, ...]
) -> tuple[BaseProcess, Connection]:
    arguments = {"seed": options.seed, "start": span.start, "end": end, "speed": options.speed, "step": STEP, "bookings": bookings}
    spawn = multiprocessing.get_context("spawn")
    ours, theirs = spawn.Pipe()
    process = spawn.Process(
        target=simulate,
        args=(theirs, find_premises(options.site), broker_url, span, arguments),
        name="greenroom-simulators",
        daemon=True,
    )
    return process, ours


def _end(process: BaseProcess) -> None:
    process.terminate()
    process.join(10)
    if process.is_alive():
        process.kill()
        process.join(5)
