"""Where the books are studied: in this process, in a pool of processes, or on the machines of a Dask cluster."""

from __future__ import annotations

import contextlib
import hashlib
import multiprocessing
import os
import signal
import threading
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, ProcessPoolExecutor, wait
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from leadbook import __version__
from leadbook.model.interrupts import LOOK_SECONDS, held, let_in, stop_if_pressed
from leadbook.model.issues import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator
    from multiprocessing.process import BaseProcess

    from distributed import Client

_Result = TypeVar("_Result")

CONNECT_SECONDS = 20


class HereExecutor(Executor):
    """Does each job when it is handed in, in this process."""

    def submit(self, job: Callable[..., _Result], /, *given: object, **named: object) -> Future[_Result]:
        """Do the job and return its result as a future that is done."""
        future: Future[_Result] = Future()
        try:
            future.set_result(job(*given, **named))
        except Exception as failure:  # noqa: BLE001 - an executor hands on whatever its job raises
            future.set_exception(failure)
        return future


def cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return max(1, len(os.sched_getaffinity(0)))
    return os.cpu_count() or 1


@contextlib.contextmanager
def processes(count: int) -> Iterator[Executor]:
    """Provide a pool of processes; Ctrl+C comes in by `first_done` and where else it is let in.

    Notes
    -----
    They are started afresh, not copied from this one, whose threads and open files they would share.
    """
    with held():
        context = multiprocessing.get_context("forkserver" if _start_forkserver() else "spawn")
        pool = ProcessPoolExecutor(count, mp_context=context, initializer=_begin)
        others = set(multiprocessing.active_children())
        try:
            yield pool
        except BaseException:
            _end(pool, set(multiprocessing.active_children()) - others)
            raise
        finally:
            pool.shutdown(cancel_futures=True)


def first_done(futures: Collection[Future[_Result]]) -> set[Future[_Result]]:
    """Wait until some of the jobs are done, and return them.

    Raises
    ------
    KeyboardInterrupt
        Ctrl+C was pressed meanwhile.
    """
    while True:
        stop_if_pressed()
        if done := wait(futures, LOOK_SECONDS, FIRST_COMPLETED).done:
            return done


def _end(pool: ProcessPoolExecutor, workers: set[BaseProcess]) -> None:
    """End the processes of a pool wherever they are; the book at work is only read, so nothing is left half done."""
    results = pool._result_queue  # noqa: SLF001 - nothing public closes it
    # One that is ended halfway through its answer would have the pool wait for the other half, which could still come
    # while anybody, and be it this process, has the end open that answers are written to.
    results._writer.close()  # type: ignore[attr-defined] # noqa: SLF001 - as above
    for worker in workers:
        worker.kill()


def _start_forkserver() -> bool:
    """Start the process that the others are forked from, deaf to Ctrl+C, to which it would answer with a traceback.

    Returns
    -------
    bool
        Whether it runs. Not every system has it, nor room for its address where the temporary folder's path is long.
    """
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return False
    from multiprocessing import forkserver, resource_tracker  # noqa: PLC0415 - as above

    multiprocessing.set_forkserver_preload(["leadbook.run.team.studying"])
    resource_tracker.ensure_running()  # it would let Ctrl+C in again below
    before = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
    try:
        forkserver.ensure_running()  # what is blocked here is blocked there
    except OSError:
        return False
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
    return True


def _begin() -> None:
    """Let each process do its sums in one thread, for there is one for each core, and end with the one it works for."""
    import threadpoolctl  # noqa: PLC0415 - in the new process alone

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # an interrupt reaches all of them, and one answer to it is enough
    threading.Thread(target=_end_with_parent, daemon=True).start()
    threadpoolctl.threadpool_limits(1)


def _end_with_parent() -> None:
    """End when the process that asked for this one is gone, killed perhaps: no other job will ever come."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


@contextlib.contextmanager
def cluster(address: str) -> Iterator[Executor]:
    """Provide the workers of a running Dask cluster.

    Parameters
    ----------
    address : str
        Of its scheduler, such as ``tcp://10.0.0.5:8786``.

    Raises
    ------
    InputError
        Dask is not installed, or nothing answers there.
    """
    try:
        import dask  # noqa: PLC0415 - only a cluster needs it
        from distributed import Client  # noqa: PLC0415 - as above
    except ImportError as failure:
        raise InputError('--scheduler needs Dask. Install it: pip install "leadbook[cluster]"') from failure
    try:
        client = Client(address, timeout=CONNECT_SECONDS, set_as_default=False)  # type: ignore[no-untyped-call] # Dask has no types
    except (OSError, ValueError, TypeError) as failure:
        raise InputError(
            f'No Dask scheduler answers at "{address}" ({_first_line(failure)}). Check the address, or leave '
            "--scheduler out to use this machine."
        ) from failure
    # Each job carries its book; Dask would warn of every large one.
    with dask.config.set({"distributed.admin.large-graph-warning-threshold": "1GB"}), held(), client:
        with let_in():
            if not client.scheduler_info()["workers"]:
                raise InputError(f'The Dask scheduler at "{address}" has no workers. Start one: dask worker {address}')
            _refuse_other_code(client, address)
        yield client.get_executor()  # type: ignore[no-untyped-call] # as above


def installed() -> str:
    """Return what tells this leadbook from another one: its version and a fingerprint of its code."""
    home = Path(__file__).resolve().parents[2]
    digest = hashlib.sha256()
    for path in sorted(home.rglob("*.py")):
        digest.update(path.relative_to(home).as_posix().encode() + b"\0" + path.read_bytes())
    return f"{__version__} ({digest.hexdigest()[:8]})"


def _refuse_other_code(client: Client, address: str) -> None:
    """Refuse workers that would come to other numbers, or to none, for they run another leadbook."""
    told = client.run(installed, on_error="return").values()
    # A worker that went away meanwhile gives an OSError, and no reason to refuse the others.
    if failures := [one for one in told if isinstance(one, Exception) and not isinstance(one, OSError)]:
        raise InputError(
            f'The workers of the Dask cluster at "{address}" cannot run this leadbook '
            f"({_first_line(failures[0])}). Install leadbook {__version__} where they run, and start them again."
        )
    if others := {one for one in told if isinstance(one, str)} - {installed()}:
        raise InputError(
            f'Workers of the Dask cluster at "{address}" run another leadbook than this one: {min(others)} there, '
            f"{installed()} here. Install the same one where they run, and start them again."
        )


def _first_line(failure: BaseException) -> str:
    return str(failure).strip().partition("\n")[0].rstrip(".") or type(failure).__name__


__all__ = ["BrokenExecutor", "HereExecutor", "cluster", "cores", "first_done", "processes"]
