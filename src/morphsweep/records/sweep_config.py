"""What a lab says about its sweep in ``sweep.toml``; everything has a default."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, field_validator

from morphsweep.errors import InvalidInput
from morphsweep.records.condition import Condition
from morphsweep.records.training_config import TrainingConfig

__all__ = ["Columns", "SweepConfig"]


class Columns(BaseModel):
    """Which column of an embedding plays which role; None = recognised by its usual names."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str | None = None
    individual: str | None = None
    perturbation: str | None = None
    time: str | None = None
    batch: str | None = None
    split: str | None = None
    image: str | None = None


class SweepConfig(BaseModel):
    """The content of a sweep file.

    Conditions (``inactive``, ``thresholds``) are kept as text here and parsed where they are used, so that a sweep file
    can be written back as it was read; they are checked on the way in.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field("", description="title of the report")
    manifest: str | None = Field(None, description="path of the manifest, relative to the sweep file")
    columns: Columns = Columns()
    latent_prefix: str | None = Field(
        None, description="prefix of the columns to score; default z_mu_b_, else z_mu_"
    )
    perturbations: tuple[str, ...] | None = Field(None, description="perturbations to compare, in this order")
    control: str = Field("wt", description="the control perturbation")
    reference: str | None = Field(
        None, description="reference regime; default all, else the first in the manifest"
    )
    held_out: Mapping[str, tuple[str, ...]] = Field(
        default_factory=dict, description="per regime, what it did not train on"
    )
    hyperparameters: tuple[str, ...] | None = Field(
        None, description="columns that are hyper-parameters; default: the rest"
    )
    inactive: Mapping[str, str] | None = Field(
        None, description="hyper-parameter = condition under which it cannot act"
    )
    time_unit: str = Field("h", description="unit of time for labels; empty = none")
    early_window: float | None = Field(None, gt=0)
    time_limit: float | bool | None = Field(None, description="latest time that is scored; false = no limit")
    thresholds: tuple[str, ...] | None = Field(None, description="two conditions that cut the tranches")
    colors: Mapping[str, str] = Field(default_factory=dict, description="colour per perturbation")
    settings: Mapping[str, Any] = Field(default_factory=dict, description="overrides of evaluation settings")
    training: TrainingConfig | None = Field(
        None, description="how the sweep is trained, for 'morphsweep train'"
    )

    @field_validator("inactive")
    @classmethod
    def _conditions_parse(cls, value: Mapping[str, str] | None) -> Mapping[str, str] | None:
        for text in (value or {}).values():
            _parse(text)
        return value

    @field_validator("thresholds")
    @classmethod
    def _thresholds_parse(cls, value: tuple[str, ...] | None) -> tuple[str, ...] | None:
        for text in value or ():
            _parse(text)
        return value


def _parse(text: str) -> None:
    try:
        Condition.parse(text)
    except InvalidInput as error:  # pydantic collects ValueErrors with the field's place
        raise ValueError(str(error)) from None
