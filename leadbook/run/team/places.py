"""Where the books are studied: in this process, in a pool of processes, or on the machines of a Dask cluster."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor
from typing import TYPE_CHECKING, TypeVar

from leadbook.model.issues import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

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
    """Provide a pool of processes.

    Notes
    -----
    They are started afresh, not copied from this one, whose threads and open files they would share.
    """
    kinds = multiprocessing.get_all_start_methods()
    context = multiprocessing.get_context("forkserver" if "forkserver" in kinds else "spawn")
    if "forkserver" in kinds:
        context.set_forkserver_preload(["leadbook.run.team.studying"])
    pool = ProcessPoolExecutor(count, mp_context=context, initializer=_begin)
    others = set(multiprocessing.active_children())
    try:
        yield pool
    except BaseException:
        for process in set(multiprocessing.active_children()) - others:
            process.terminate()  # the book at work is only read, so nothing is left half done
        raise
    finally:
        pool.shutdown(cancel_futures=True)


def _begin() -> None:
    """Let each process do its sums in one thread, for there is one for each core, and end when this one says so."""
    import threadpoolctl  # noqa: PLC0415 - in the new process alone

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # an interrupt reaches all of them, and one answer to it is enough
    threadpoolctl.threadpool_limits(1)


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
    with dask.config.set({"distributed.admin.large-graph-warning-threshold": "1GB"}), client:
        if not client.scheduler_info()["workers"]:
            raise InputError(f'The Dask scheduler at "{address}" has no workers. Start one: dask worker {address}')
        yield client.get_executor()  # type: ignore[no-untyped-call] # as above


def _first_line(failure: BaseException) -> str:
    return str(failure).strip().partition("\n")[0].rstrip(".") or type(failure).__name__


__all__ = ["BrokenExecutor", "HereExecutor", "cluster", "cores", "processes"]
