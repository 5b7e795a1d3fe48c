"""Which settings are in force, and where each comes from."""

from morphsweep.errors import InvalidInput
from morphsweep.records import Protocol, Settings, SweepConfig

__all__ = ["resolve_settings"]


def resolve_settings(protocol: Protocol, config: SweepConfig, /) -> tuple[Settings, dict[str, str]]:
    """The settings in force and where each comes from.

    Parameters
    ----------
    protocol : {"default", "notebook"}
        Base of the settings.
    config : SweepConfig
        ``early_window``, ``time_limit`` and the overrides of ``[settings]``.

    Returns
    -------
    Settings
        Validated.
    dict of str to str
        Per setting, ``protocol`` or ``sweep file``.

    Raises
    ------
    InvalidInput
        If an override does not exist or has a bad value.
    """
    overrides = dict(config.settings)
    if config.early_window is not None:
        overrides["early_window"] = config.early_window
    if config.time_limit is not None:
        overrides["time_limit"] = None if config.time_limit is False else config.time_limit
    if unknown := sorted(set(overrides) - set(Settings.model_fields)):
        msg = f"[settings] in the sweep file: no setting named {unknown}; known: {sorted(Settings.model_fields)}"
        raise InvalidInput(msg)
    try:
        settings = Settings.for_protocol(protocol, **overrides)
    except ValueError as error:  # pydantic's ValidationError is one
        msg = f"[settings] in the sweep file: {error}"
        raise InvalidInput(msg) from None
    return settings, {
        name: "sweep file" if name in overrides else "protocol" for name in Settings.model_fields
    }
