"""Computing on a dask cluster: an executor like any other, once its workers are known to see what they need."""

from collections.abc import Iterator, Sequence
from concurrent.futures import Executor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from morphsweep import version
from morphsweep.errors import InvalidInput

__all__ = ["cluster_executor"]

_PATIENCE = 30  # seconds until a scheduler or its first worker is given up


@contextmanager
def cluster_executor(
    address: str, /, *, shared: Sequence[Path], patience: float = _PATIENCE
) -> Iterator[Executor]:
    """Connect to a dask scheduler.

    Parameters
    ----------
    address : str
        ``tcp://HOST:PORT``, or the path of a scheduler file.
    shared : sequence of Path
        What every worker must see under the same path: the manifest, the results folder.
    patience : float
        Seconds to wait for the scheduler and for a first worker.

    Yields
    ------
    Executor
        Of all workers of the cluster; workers that come later are used too.

    Raises
    ------
    InvalidInput
        If dask is not installed, nobody answers, no worker comes, or the workers have another version or see another disk.
    """
    try:
        from distributed import Client
    except ImportError:
        msg = "--scheduler needs dask, which is not installed; install it with: pip install 'morphsweep[cluster]'"
        raise InvalidInput(msg) from None
    where = {"scheduler_file": address} if Path(address).is_file() else {"address": address}
    try:
        client = Client(**where, timeout=patience, set_as_default=False)
    except (OSError, ValueError) as error:
        msg = f"--scheduler {address}: no scheduler answers ({_first_line(error)}); expected tcp://HOST:PORT as 'dask scheduler' prints it"
        raise InvalidInput(msg) from None
    with client:
        _wait_for_workers(client, address, patience)
        _check_workers(client, [str(path.absolute()) for path in shared])
        yield client.get_executor(pure=False)


def _wait_for_workers(client: Any, address: str, patience: float) -> None:
    try:
        client.wait_for_workers(1, timeout=patience)
    except TimeoutError:
        msg = f"--scheduler {address}: the scheduler has no worker after {patience:g} s; start some with 'dask worker {address}'"
        raise InvalidInput(msg) from None


def _check_workers(client: Any, shared: list[str]) -> None:
    """Same version, same disk: else every model would end in an error of its own."""
    for worker, answer in client.run(_look_around, shared, on_error="return").items():
        if isinstance(answer, Exception):
            msg = f"worker {worker} cannot run morphsweep ({type(answer).__name__}: {_first_line(answer)}); install the same version there"
            raise InvalidInput(msg)
        theirs, unseen = answer
        if theirs != version.__version__:
            msg = f"worker {worker} has morphsweep {theirs}, this is {version.__version__}; install the same version on both sides"
            raise InvalidInput(msg)
        if unseen:
            msg = f"worker {worker} does not see {unseen[0]}; put sweep and results on a disk that all workers share"
            raise InvalidInput(msg)


def _look_around(shared: list[str]) -> tuple[str, list[str]]:
    """What a worker says of itself: its version, and the paths it does not see."""
    return version.__version__, [path for path in shared if not Path(path).exists()]


def _first_line(error: BaseException) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:200]
