"""`spsim`: the list of commands, and the door to each. Imports only what the command needs."""

from __future__ import annotations

import difflib
import importlib
import io
import os
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from experiments.commands import COMMANDS
from experiments.errors import RunError, Terminated, UsageError, one_line

DONE, FAILED, MISUSED, INTERRUPTED, TERMINATED = 0, 1, 2, 130, 143


def main(arguments: list[str] | None = None) -> int:
    """Do what `arguments` (default: the command line) ask, and return the exit status."""
    words = sys.argv[1:] if arguments is None else list(arguments)
    if sys.stderr is None:  # closed by the caller: complaints go nowhere
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115
    if sys.stdout is None:
        return complain(RunError("there is nowhere to print to: the standard output is closed."), FAILED, debug=False)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal without £ is no reason to fail
    with ended_like_interrupted():
        return guarded(lambda: dispatch(words), debug="debug=true" in words)


@contextmanager
def ended_like_interrupted() -> Iterator[None]:
    """Until the end of the block, stop at a request to end (SIGTERM) as at Ctrl-C, so that nothing half done stays behind."""
    if threading.current_thread() is not threading.main_thread():  # only there can signals be handled
        yield
        return

    def stop(number: int, _: object) -> None:
        for each in (signal.SIGTERM, signal.SIGINT):  # already stopping: a second request must not break in
            signal.signal(each, signal.SIG_IGN)
        raise Terminated if number == signal.SIGTERM else KeyboardInterrupt

    before = {signal.SIGTERM: signal.signal(signal.SIGTERM, stop)}
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:  # not where Ctrl-C is ignored, as in the background of a shell
        before[signal.SIGINT] = signal.signal(signal.SIGINT, stop)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def dispatch(words: list[str]) -> int:
    """Answer --help and --version, or hand over to a command."""
    if not words or words[0] in ("--help", "-h", "help"):
        from experiments.help import overall_help

        print(overall_help())
        return DONE
    if words[0] in ("--version", "-V"):
        from experiments.manifest import package_version

        print(f"spsim {package_version('spsim') or '(not installed)'}")
        return DONE
    name, rest = words[0], words[1:]
    if name not in COMMANDS:
        close = difflib.get_close_matches(name, COMMANDS, n=1)
        hint = f" Did you mean {close[0]}?" if close else ""
        raise UsageError(f"spsim has no command {name}.{hint} Commands: {', '.join(COMMANDS)}.")
    return run_command(name, rest)


def run_command(name: str, words: list[str]) -> int:
    """Read the words of command `name` and do it."""
    if {"--help", "-h"} & set(words):
        from experiments.help import command_help

        print(command_help(name))
        return DONE
    words, options = take_options(words)
    bare = COMMANDS[name].bare_word
    if bare:
        words = [word if "=" in word or word[:1] in "-+~" else f"{bare}={word}" for word in words]
    from experiments import cli

    request = cli.read(name, words, options.get("--config-dir"))
    if "--cfg" in options:
        print(cli.as_yaml(request), end="")
        return DONE
    try:
        module = importlib.import_module(COMMANDS[name].module)
    except ModuleNotFoundError as error:
        raise RunError(f"spsim {name} cannot start: {error}.") from error
    return module.main(request) or DONE


def take_options(words: list[str]) -> tuple[list[str], dict[str, str]]:
    """Return the key=value words, and the options --config-dir FOLDER and --cfg job."""
    short = {"-cd": "--config-dir", "-c": "--cfg"}
    rest, options, queue = [], {}, list(words)
    while queue:
        word = queue.pop(0)
        name, equals, value = word.partition("=")
        name = short.get(name, name)
        if name not in ("--config-dir", "--cfg"):
            rest.append(word)
            continue
        if not equals:
            if not queue:
                raise UsageError(f"{word} needs a value: --config-dir FOLDER or --cfg job.")
            value = queue.pop(0)
        if name == "--cfg" and value != "job":
            raise UsageError(f"--cfg {value}: only --cfg job exists; it prints all settings of the run and runs nothing.")
        options[name] = value
    return rest, options


def guarded(action: Callable[[], int], debug: bool = False) -> int:
    """Do `action`; turn what it raises into one line and an exit status (with the traceback when `debug`)."""
    try:
        status = action()
        sys.stdout.flush()
        return status
    except KeyboardInterrupt as stopped:
        status = TERMINATED if isinstance(stopped, Terminated) else INTERRUPTED
        return complain(stopped, status, debug, "" if str(stopped) else "Stopped.")
    except BrokenPipeError:  # the reader, such as `head`, has had enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except UsageError as error:
        return complain(error, MISUSED, debug)
    except OSError as error:
        where = f" ({error.filename})" if error.filename else ""
        return complain(error, FAILED, debug, f"{error.strerror or error}{where}")
    except MemoryError as error:
        return complain(error, FAILED, debug, "There is not enough memory for a run of this size.")
    except RunError as error:
        return complain(error, FAILED, debug)
    except Exception as error:
        return complain(error, FAILED, debug, f"{type(error).__name__}: {one_line(error)} (debug=true shows where)")


def complain(error: BaseException, status: int, debug: bool, text: str = "") -> int:
    """Print `error` on one line of the error stream, and return `status`."""
    if debug:
        traceback.print_exception(error)
    print(f"spsim: {text or one_line(error)}", file=sys.stderr)
    return status


if __name__ == "__main__":
    sys.exit(main())
