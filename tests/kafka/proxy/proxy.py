"""A relay between a replica and its brokers that can hold, drop and repeat a Produce, deliver it when its sender has
long given it up, or pass nothing on at all.

    replica --> Lane (an address for each broker) --> broker
                  |
                  '-- rules: a Produce meets the first one that fits, and it is spent

A frame that is held holds up what follows on its connection, as a network would. A late one is taken out, and so is
whatever its producer sends again in its place: it reaches the broker only once another producer of the replica writes
to that partition. What became of each Produce that met a rule stands in the journal.

Threads: all of a lane happens on the loop that it was opened on, but for `add`, `cut`, `heal` and counts.
"""

import asyncio
import collections
import dataclasses
import time

import frames

# An old connection to a broker is kept so long for the answer to what was late.
ANSWER_S = 30
LATE = ("late", "behind_next")


@dataclasses.dataclass
class Rule:
    """What one Produce is to meet.

    hold         passes it on after `seconds`
    close        swallows it and closes its connection
    swallow      swallows it and leaves the connection
    twice        passes it on twice
    late         passes it on right before the first Produce of the partition's next producer
    behind_next  passes it on right behind that one
    stop         calls `seen` with it on its way, and passes it on when that returns
    """

    action: str
    seconds: float = 0.0
    skip: int = 0  # So many go by before.
    partition: int | None = None
    seen: object = None


@dataclasses.dataclass
class Entry:
    """What became of a Produce that met a rule."""

    lane: str
    action: str
    topic: str
    partition: int
    begun_ns: int
    ended_ns: int = 0
    error: int | None = None  # Of the broker, 0 for none; None if there was no answer.
    offset: int = -1


@dataclasses.dataclass
class Taken:
    """A frame on its way to be late."""

    rule: Rule
    frame: bytes
    producer: int
    broker: tuple
    entry: Entry


class Lane:
    """What one replica goes through to all brokers."""

    def __init__(self, name, host, first_port, brokers, loop):
        self.name = name
        self.journal = []
        self.requests = 0  # That came through.
        self.held = 0  # Frames that are neither passed on nor dropped.
        self.unanswered = 0  # Frames that met a rule, were passed on, and wait for the broker.
        self._host = host
        self._first_port = first_port
        self._brokers = brokers  # [(host, port), ...].
        self._loop = loop
        self._rules = collections.deque()
        self._added = 0
        self._spent = 0
        self._open = asyncio.Event()
        self._open.set()
        self._taken = {}  # (topic, partition) -> Taken, one at a time.
        self._servers = []

    async def listen(self):
        for n, broker in enumerate(self._brokers):
            self._servers.append(
                await asyncio.start_server(
                    lambda reader, writer, broker=broker: Connection(self, broker).run(reader, writer),
                    self._host, self._first_port + n, limit=1 << 20))

    def add(self, rule):
        self._added += 1
        self._loop.call_soon_threadsafe(self._rules.append, rule)

    def waits(self):
        """Whether there is a rule that no Produce has met."""
        return self._added > self._spent

    def cut(self):
        """Passes nothing on, in either direction, until `heal`."""
        self._loop.call_soon_threadsafe(self._open.clear)

    def heal(self):
        self._loop.call_soon_threadsafe(self._open.set)

    async def passable(self):
        await self._open.wait()

    def rule_for(self, place):
        """The first one that fits, and it is spent."""
        for rule in self._rules:
            if rule.partition is not None and rule.partition != place[1]:
                continue
            if rule.action in LATE and place in self._taken:
                continue
            if rule.skip > 0:
                rule.skip -= 1
                return None
            self._rules.remove(rule)
            self.held += 1
            self._spent += 1
            return rule
        return None

    def take(self, place, taken):
        self._taken[place] = taken

    def taken(self, place):
        return self._taken.get(place)

    async def release(self, place, broker=None):
        """Delivers what was taken, by a connection of its own, until a broker has taken or refused it."""
        taken = self._taken.pop(place)
        to_broker = None
        try:
            upstream, to_broker = await asyncio.open_connection(*(broker or taken.broker))
            frames.write(to_broker, taken.frame)
            answer = await asyncio.wait_for(frames.read(upstream), ANSWER_S)
            taken.entry.error, taken.entry.offset = frames.answered(answer)
        except (OSError, asyncio.IncompleteReadError, TimeoutError):
            pass  # It is lost: its entry says so.
        finally:
            if to_broker:
                to_broker.close()
            taken.entry.ended_ns = time.monotonic_ns()
            self.held -= 1

    async def release_all(self):
        for place in list(self._taken):
            await self.release(place)


class Connection:
    """One connection of a replica, and the one to the broker that belongs to it."""

    def __init__(self, lane, broker):
        self._lane = lane
        self._broker = broker
        self._left = asyncio.Event()  # The replica closed it.
        self._queue = asyncio.Queue()
        self._unwanted = set()  # Answers to what was sent twice: their number among all answers.
        self._sent = 0
        self._waiting = {}  # Number of an answer -> the entry that it is for.

    async def run(self, reader, writer):
        await self._lane.passable()
        try:
            upstream, to_broker = await asyncio.open_connection(*self._broker, limit=1 << 20)
        except OSError:  # The broker is down.
            writer.close()
            return
        tasks = [asyncio.create_task(step) for step in (
            self._read(reader), self._forward(to_broker), self._answer(upstream, writer))]
        try:
            # Either end, or a rule, may close it.
            await asyncio.wait(tasks[1:], return_when=asyncio.FIRST_COMPLETED)
            if self._left.is_set() and self._waiting:
                await asyncio.wait(tasks[2:], timeout=ANSWER_S)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            self._lane.unanswered -= len(self._waiting)
            writer.close()
            to_broker.close()

    async def _read(self, reader):
        try:
            while True:
                self._queue.put_nowait(await frames.read(reader))
        except (OSError, asyncio.IncompleteReadError):
            self._left.set()
            self._queue.put_nowait(None)

    async def _forward(self, to_broker):
        while (frame := await self._queue.get()) is not None:
            await self._lane.passable()
            self._lane.requests += 1
            its = frames.header(frame)
            if its.api != frames.PRODUCE:
                self._send(to_broker, frame)
                continue
            place, producer = frames.produced(frame, its)
            taken = self._lane.taken(place)
            if taken and taken.producer == producer:
                continue  # Sent again in place of what was taken.
            if taken and taken.rule.action == "late":
                await self._lane.release(place, self._broker)
            rule = self._lane.rule_for(place)
            if rule is None:
                self._send(to_broker, frame)
            elif rule.action in LATE:
                self._lane.take(place, Taken(rule, frame, producer, self._broker, self._entry(rule, place)))
            elif not await self._meet(rule, place, frame, to_broker):
                return
            if taken and taken.rule.action == "behind_next":
                await self._lane.release(place, self._broker)

    def _entry(self, rule, place):
        entry = Entry(self._lane.name, rule.action, *place, begun_ns=time.monotonic_ns())
        self._lane.journal.append(entry)
        return entry

    def _send(self, to_broker, frame):
        frames.write(to_broker, frame)
        self._sent += 1
        return self._sent

    async def _meet(self, rule, place, frame, to_broker):
        """False if the connection is to be closed."""
        entry = self._entry(rule, place)
        try:
            if rule.action == "hold":
                await asyncio.sleep(rule.seconds)
            elif rule.action == "stop":
                await asyncio.get_running_loop().run_in_executor(None, rule.seen, entry)
            if rule.action not in ("close", "swallow"):
                self._waiting[self._send(to_broker, frame)] = entry
                self._lane.unanswered += 1
            if rule.action == "twice":
                self._unwanted.add(self._send(to_broker, frame))
        finally:
            entry.ended_ns = time.monotonic_ns()
            self._lane.held -= 1
        return rule.action != "close"

    async def _answer(self, upstream, writer):
        number = 0
        try:
            while True:
                frame = await frames.read(upstream)
                await self._lane.passable()
                number += 1
                if number in self._waiting:
                    entry = self._waiting.pop(number)
                    self._lane.unanswered -= 1
                    entry.error, entry.offset = frames.answered(frame)
                if number in self._unwanted:
                    continue
                if not self._left.is_set():
                    frames.write(writer, frame)
                elif not self._waiting and self._queue.empty():
                    return
        except (OSError, asyncio.IncompleteReadError):
            return
