"""One server process of a run, and the door by which clients reach it: an address that stays when the process is killed
and another takes its place."""

import asyncio
import json
import signal
import socket
import subprocess
import time

START_S = 360  # Of a machine whose processors and disk have much else to do.


class Door:
    """Passes on whatever it gets. Threads: on its loop, but for `target`."""

    def __init__(self, make_socket):
        self.address = None
        self.target = None  # (host, port), as the server's namespace has it.
        self._make_socket = make_socket
        self._server = None

    async def open(self):
        self._server = await asyncio.start_server(self._pass, "127.0.0.1", 0)
        self.address = "127.0.0.1:{}".format(self._server.sockets[0].getsockname()[1])

    async def _pass(self, reader, writer):
        loop = asyncio.get_running_loop()
        try:
            if self.target is None:
                return
            made = await loop.run_in_executor(None, self._make_socket)
            made.setblocking(False)
            await loop.sock_connect(made, self.target)
            server_reader, server_writer = await asyncio.open_connection(sock=made)
            ways = [asyncio.create_task(self._pump(*way)) for way in ((reader, server_writer), (server_reader, writer))]
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)
            server_writer.close()
        except OSError:
            pass  # Nobody listens there: the client is told by the end of its connection.
        finally:
            writer.close()

    @staticmethod
    async def _pump(reader, writer):
        try:
            while data := await reader.read(1 << 16):
                writer.write(data)
                await writer.drain()
        except OSError:
            pass


class Replica:
    """A server in a data directory of its own; with a namespace it runs inside it, with a clock by it; it
    has all services unless some are named."""

    def __init__(self, name, program, data, log_address, namespace=None, clock=None, services=None):
        self.name = name
        self.data = data
        self.log_file = data.parent / f"{name}.log"
        self.door = Door(namespace.socket if namespace else lambda: socket.socket(socket.AF_INET, socket.SOCK_STREAM))
        self._program = program
        self._log_address = log_address
        self._namespace = namespace
        self._clock = clock
        self._services = services
        self._process = None

    def launch(self):
        """Starts it, and goes on before it serves."""
        (self.data / "endpoint.json").unlink(missing_ok=True)
        command = [self._program, "--data-dir", self.data, "--log", self._log_address]
        for flag in ("--listen", "--health-listen", "--metrics-listen"):
            command += [flag, "127.0.0.1:0"]
        if self._services:
            command += ["--services", self._services]
        clock = ["env", *self._clock.environment()] if self._clock else []
        command = ["setpriv", "--pdeathsig", "KILL", "--", *clock, *map(str, command)]
        if self._namespace:
            command = self._namespace.command(command)
        with open(self.log_file, "ab") as log:
            self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)

    def _found_no_broker(self):
        """Whether it ended since no broker answered in time: whoever looks after a server starts it again."""
        lines = self.log_file.read_text(errors="replace").splitlines()
        return bool(lines) and '"reason":"KAFKA_UNAVAILABLE"' in lines[-1]

    def await_serving(self):
        deadline = time.monotonic() + START_S
        while True:
            if self._process.poll() is not None and self._found_no_broker() and time.monotonic() < deadline:
                print(f"again: replica {self.name} is started: it found no broker", flush=True)
                self.launch()
            if self._process.poll() is not None:
                raise RuntimeError(f"replica {self.name} ended with {self._process.returncode}; its log is {self.log_file}")
            try:
                address = json.loads((self.data / "endpoint.json").read_text())["listen"]
                break
            except (OSError, ValueError):
                if time.monotonic() > deadline:
                    raise TimeoutError(f"replica {self.name} does not serve; its log is {self.log_file}") from None
                time.sleep(0.05)
        host, port = address.rsplit(":", 1)
        self.door.target = (host, int(port))

    def start(self):
        self.launch()
        self.await_serving()

    def kill(self):
        self._process.kill()
        self._process.wait()

    def pause(self):
        self._process.send_signal(signal.SIGSTOP)

    def resume(self):
        self._process.send_signal(signal.SIGCONT)

    def end(self):
        """As an operator ends it."""
        if self._process is None or self._process.poll() is not None:
            return
        self._process.send_signal(signal.SIGTERM)
        if self._process.wait(START_S) != 0:
            raise RuntimeError(f"replica {self.name} ended with {self._process.returncode}; its log is {self.log_file}")

    def end_code(self):
        """Of a process that has ended."""
        return self._process.returncode

    def alive(self):
        return self._process is not None and self._process.poll() is None

    def stopped_by_damage(self):
        return "LOG_DAMAGED" in self.log_file.read_text(errors="replace")
