"""Runs into models: which runs are replicates, and which belong together across regimes."""

from collections import Counter, deque
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from morphsweep.errors import InvalidInput
from morphsweep.records import Condition, Model, Run, Status, Value

__all__ = ["Pairing", "active_hyperparameters", "pair_runs"]

Key = tuple[tuple[str, Value], ...]


@dataclass(frozen=True, slots=True)
class Pairing:
    """What became of the runs.

    Parameters
    ----------
    models : tuple of Model
        In the order of ``model_index``.
    problems : tuple of str
        Duplicates, and given indices that join unequal runs.
    """

    models: tuple[Model, ...]
    problems: tuple[str, ...] = ()


@dataclass(slots=True)
class _Draft:
    """A model being put together."""

    runs: dict[str, Run] = field(default_factory=dict)

    @property
    def first_row(self) -> int:
        return min(run.row for run in self.runs.values())


def active_hyperparameters(
    hyperparameters: Mapping[str, Value], inactive: Mapping[str, Condition], /
) -> dict[str, Value]:
    """Hyper-parameters that can act, given the values of the others.

    Parameters
    ----------
    hyperparameters : mapping
        All of them.
    inactive : mapping of str to Condition
        When each cannot act.

    Returns
    -------
    dict
        The rest; the content that identifies a configuration.

    Examples
    --------
    >>> when = {"margin": Condition.parse("loss == 'NT-Xent'")}
    >>> active_hyperparameters({"loss": "NT-Xent", "margin": 0.5, "beta": 1}, when)
    {'loss': 'NT-Xent', 'beta': 1}
    """
    return {
        name: value
        for name, value in hyperparameters.items()
        if name not in inactive or not inactive[name].holds(hyperparameters.get(inactive[name].column))
    }


def pair_runs(
    runs: Sequence[Run],
    /,
    *,
    regimes: Sequence[str],
    inactive: Mapping[str, Condition] | None = None,
    indices: Sequence[Value] | None = None,
) -> Pairing:
    """Put runs together into models.

    Runs of one configuration (equal hyper-parameters, those that cannot act left out) are paired across regimes: first
    those with equal hyper-parameters altogether, by equal seed, then in order; what is left over likewise within the
    configuration. What is left over then is a model with a missing regime.

    Parameters
    ----------
    runs : sequence of Run
        In the order of the manifest, unfinished ones included.
    regimes : sequence of str
        The reference first.
    inactive : mapping of str to Condition, optional
        Hyper-parameters that cannot act, and when.
    indices : sequence of int, optional
        The manifest's own model index per run; runs with equal index are one model.

    Returns
    -------
    Pairing
        Models, and what was odd.

    Raises
    ------
    InvalidInput
        If the given indices are not whole numbers.
    """
    inactive = inactive or {}
    if indices is None:
        drafts, extra = _by_content(runs, regimes, inactive)
        numbers = list(range(len(drafts)))
    else:
        drafts, extra, numbers = _by_index(runs, indices)
    problems = [run.reason for draft in extra for run in draft.runs.values()]
    problems += [text for n, d in zip(numbers, drafts, strict=True) if (text := _unequal(n, d, inactive))]
    first_free = max(numbers, default=-1) + 1
    numbered = [*zip(numbers, drafts, strict=True), *enumerate(extra, start=first_free)]
    return Pairing(tuple(_number(numbered, regimes, inactive)), tuple(problems))


def _by_content(
    runs: Sequence[Run], regimes: Sequence[str], inactive: Mapping[str, Condition]
) -> tuple[list[_Draft], list[_Draft]]:
    """Models by equal content, in the order of their first runs; and duplicates."""
    # A run without a known seed is nobody's duplicate: its row stands for its seed.
    identities = [
        (_key(run.hyperparameters), run.regime, ("row", run.row) if run.seed is None else run.seed)
        for run in runs
    ]
    single, extra = _split_duplicates(runs, identities, "equal hyper-parameters, seed and regime")
    same: dict[Key, dict[Key, list[Run]]] = {}
    for run in single:
        configuration = _key(active_hyperparameters(run.hyperparameters, inactive))
        same.setdefault(configuration, {}).setdefault(_key(run.hyperparameters), []).append(run)
    drafts: list[_Draft] = []
    for groups in same.values():
        drafts += _join_left_over(
            [draft for group in groups.values() for draft in _pair_group(group, regimes)], len(regimes)
        )
    return sorted(drafts, key=lambda draft: draft.first_row), extra


def _by_index(runs: Sequence[Run], indices: Sequence[Value]) -> tuple[list[_Draft], list[_Draft], list[int]]:
    """Models by the manifest's own index; and duplicates."""
    numbers = [_whole(run, index) for run, index in zip(runs, indices, strict=True)]
    identities = [(number, run.regime) for number, run in zip(numbers, runs, strict=True)]
    single, extra = _split_duplicates(runs, identities, "equal model_index and regime")
    number_of = {run.row: number for run, number in zip(runs, numbers, strict=True)}
    drafts: dict[int, _Draft] = {}
    for run in single:
        drafts.setdefault(number_of[run.row], _Draft()).runs[run.regime] = run
    ordered = sorted(drafts)
    return [drafts[number] for number in ordered], extra, ordered


def _whole(run: Run, index: Value) -> int:
    """A given model index as a whole number."""
    if isinstance(index, int | float) and index >= 0 and float(index).is_integer():
        return int(index)
    msg = f"model_index of {run.name} (row {run.row + 1}) is {index!r}; expected a whole number from 0 in every row, or no such column"
    raise InvalidInput(msg)


def _split_duplicates(
    runs: Sequence[Run], identities: Sequence[Hashable], what: str
) -> tuple[list[Run], list[_Draft]]:
    """The one run of each identity that counts, and the others with the reason why they do not."""
    same: dict[Hashable, list[Run]] = {}
    for run, identity in zip(runs, identities, strict=True):
        same.setdefault(identity, []).append(run)
    # Of a failed run and its repetition the one with an embedding counts.
    kept = {
        identity: min(group, key=lambda run: (run.status != Status.OK, run.row))
        for identity, group in same.items()
    }
    extra = [
        _Draft({run.regime: _as_duplicate(run, kept[identity], what)})
        for run, identity in zip(runs, identities, strict=True)
        if run is not kept[identity]
    ]
    return sorted(kept.values(), key=lambda run: run.row), extra


def _as_duplicate(run: Run, kept: Run, what: str) -> Run:
    """A run that is not used."""
    reason = f"{run.name} (row {run.row + 1}) is a duplicate of {kept.name} (row {kept.row + 1}): {what} ({run.regime!r}); only the latter is used"
    status = run.status if run.status is Status.NOT_DONE else Status.NOT_COMPUTABLE
    return replace(run, embedding=None, status=status, reason=reason, duplicate=True)


def _pair_group(runs: Sequence[Run], regimes: Sequence[str]) -> list[_Draft]:
    """Pair runs with equal hyper-parameters across regimes: by equal seed, the rest in order."""
    by_seed: dict[Value, dict[str, Run]] = {}
    for run in runs:
        if run.seed is not None:
            by_seed.setdefault(run.seed, {}).setdefault(run.regime, run)
    drafts = [_Draft(found) for found in by_seed.values() if len(found) > 1]
    paired = {run.row for draft in drafts for run in draft.runs.values()}
    for regime in regimes:
        waiting = [draft for draft in drafts if regime not in draft.runs]
        alone = [run for run in runs if run.regime == regime and run.row not in paired]
        for draft, run in zip(waiting, alone, strict=False):
            draft.runs[regime] = run
        drafts += [_Draft({regime: run}) for run in alone[len(waiting) :]]
    return drafts


def _join_left_over(drafts: list[_Draft], n_regimes: int) -> list[_Draft]:
    """Join models of one configuration that lack regimes: by equal seed, then in order."""
    whole = [draft for draft in drafts if len(draft.runs) == n_regimes]
    by_seed: dict[Value, list[_Draft]] = {}
    for draft in sorted(drafts, key=lambda draft: draft.first_row):
        if len(draft.runs) < n_regimes:
            seeds = [run.seed for run in draft.runs.values() if run.seed is not None]
            by_seed.setdefault(seeds[0] if seeds else None, []).append(draft)
    joined = [
        draft for seed, group in by_seed.items() for draft in (_join(group) if seed is not None else group)
    ]
    return whole + _join(sorted(joined, key=lambda draft: draft.first_row))


def _join(drafts: Sequence[_Draft]) -> list[_Draft]:
    """Join, in order, models whose regimes do not overlap."""
    waiting: dict[frozenset[str], deque[_Draft]] = {}
    for draft in drafts:
        runs = dict(draft.runs)
        fitting = next((key for key, queue in waiting.items() if queue and not key & runs.keys()), None)
        if fitting is not None:
            runs = waiting[fitting].popleft().runs | runs
        waiting.setdefault(frozenset(runs), deque()).append(_Draft(runs))
    return [draft for queue in waiting.values() for draft in queue]


def _unequal(number: int, draft: _Draft, inactive: Mapping[str, Condition]) -> str:
    """Say so if the runs of a model differ in hyper-parameters that act; empty if they do not."""
    first, *others = draft.runs.values()
    active = active_hyperparameters(first.hyperparameters, inactive)
    for other in others:
        theirs = active_hyperparameters(other.hyperparameters, inactive)
        if odd := [name for name in active | theirs if active.get(name) != theirs.get(name)]:
            return (
                f"model {number}: {odd[0]!r} is {first.hyperparameters[odd[0]]!r} in {first.regime!r} but "
                f"{other.hyperparameters[odd[0]]!r} in {other.regime!r}; the value of the reference counts"
            )
    return ""


def _number(
    numbered: Sequence[tuple[int, _Draft]], regimes: Sequence[str], inactive: Mapping[str, Condition]
) -> Iterator[Model]:
    """Finished models with their configuration and replicate."""
    configurations: dict[Key, int] = {}
    replicates: Counter[Key] = Counter()
    for index, draft in numbered:
        runs = {regime: draft.runs[regime] for regime in regimes if regime in draft.runs}
        first = next(iter(runs.values()))
        active = active_hyperparameters(first.hyperparameters, inactive)
        key = _key(active)
        yield Model(
            model_index=index,
            configuration=configurations.setdefault(key, len(configurations)),
            replicate=replicates[key],
            hyperparameters=first.hyperparameters,
            active=active,
            seed=first.seed,
            runs=runs,
        )
        replicates[key] += 1


def _key(hyperparameters: Mapping[str, Value]) -> Key:
    """Content of a set of hyper-parameters, whatever the order."""
    return tuple(sorted(hyperparameters.items(), key=lambda item: item[0]))
