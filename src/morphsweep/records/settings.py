"""Every number that can be chosen, with its default in each protocol and the reason for it."""

from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field

__all__ = ["PROTOCOLS", "Protocol", "Settings"]

Protocol = Literal["default", "notebook"]

PROTOCOLS: dict[str, str] = {
    "default": "default-3",
    "notebook": "notebook",
}  # name -> version stored with the results


class Settings(BaseModel):
    """What an evaluation is computed with; the field defaults are the `default` protocol."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    protocol: Protocol = "default"

    # rows and time
    min_individuals: int = Field(5, ge=1, description="fewest individuals for a perturbation to be compared")
    early_window: float = Field(
        1.0, gt=0, description="width of the first window that curves start from, in time units"
    )
    time_limit: float | None = Field(40.0, description="scores ignore later times; none = no limit")
    n_time_bins: int = Field(20, ge=1, description="equal time bins for scores over time")
    time_bins: Literal["sweep", "run"] = Field(
        "sweep", description="edges from the cohort, or from the run's own test rows"
    )

    # space
    n_components: int = Field(3, ge=2, description="principal components of the space")

    # curves
    curve_method: Literal["default", "notebook"] = "default"
    bandwidth: float | Literal["auto"] = Field(
        "auto", description="latent units, or 2.2 x residual sd, one value per run"
    )
    curve_max_iter: int = Field(500, ge=1, description="most steps per direction")
    curve_tol: float = Field(1e-3, gt=0, description="progress below tol x step ends a walk")
    angle_penalty: float = Field(2.0, ge=0, description="exponent of the angle penalty")
    n_points: int = Field(500, ge=10, description="equal arc-length points per curve")
    sample_fraction: float = Field(
        1.0, gt=0, le=1, description="share of a perturbation's rows that its curve is fitted to"
    )
    control_sample_fraction: float = Field(
        1.0, gt=0, le=1, description="the same for the control perturbation"
    )
    n_curve_bins: int = Field(
        20, ge=1, description="equal stretches of arc length for spread_across and time_spread"
    )

    # geometry of curves
    dispersion_n: int = Field(
        5, ge=1, description="points at each end for dispersion_first and dispersion_last"
    )
    dispersion_slope_unit: Literal["fraction", "index"] = Field(
        "fraction", description="slope per unit of u, or per index x K"
    )
    n_segments: int = Field(100, ge=2, description="segments per curve for collinearity")
    collinearity_pairs: Literal["both", "first"] = Field(
        "both", description="mean of both directions, or a before b only"
    )

    # discrimination
    classifier: Literal["newton", "saga"] = "newton"
    C: float = Field(10.0, gt=0, description="inverse regularisation strength")
    l1_ratio: float = Field(0.2, ge=0, le=1, description="share of the L1 penalty")
    classifier_tol: float = Field(
        1e-6, gt=0, description="largest violation of the optimality conditions (newton), or saga's tol"
    )
    classifier_max_iter: int = Field(200, ge=1, description="most steps (newton) or epochs (saga)")
    split: Literal["folds", "holdout"] = Field(
        "folds", description="pooled out-of-fold predictions, or one 80/20 split"
    )
    n_folds: int = Field(5, ge=2)
    n_repeats: int = Field(1, ge=1, description="repeated splits into folds; probabilities are averaged")
    test_size: float = Field(0.2, gt=0, lt=1)
    n_permutations: int = Field(1_000, ge=0, description="of the labels of individuals, for the null")
    n_replicates: int = Field(200, ge=0, description="bootstrap replicates of the scores over time")
    baselines: tuple[Literal["majority", "time", "pca3", "shuffled", "knn", "mlp"], ...] = Field(
        ("majority", "time", "pca3", "shuffled"),
        description="classifiers shown beside; knn and mlp take long",
    )
    seed: int = 42

    # neighbours
    n_query_snips: int = Field(
        2_000, ge=10, description="snips whose neighbours are searched among all rows of a run"
    )
    n_exact_snips: int = Field(
        500_000,
        ge=0,
        description="snips of a run up to which neighbours are exact; above, their recall is stated",
    )
    n_graph_snips: int = Field(
        400, ge=20, description="snips of graphs and of distances; graphs compare at equal n"
    )
    n_rank_snips: int = Field(200, ge=10, description="snips whose ranks among all rows are compared")
    n_within_snips: int = Field(120, ge=20, description="snips of the graph within one perturbation")

    # pictures
    n_sample_points: int = Field(2000, ge=0, description="snips per run kept for pictures")

    @property
    def version(self) -> str:
        """Name of the protocol with its version."""
        return PROTOCOLS[self.protocol]

    @classmethod
    def for_protocol(cls, protocol: Protocol = "default", **overrides: object) -> Self:
        """Settings of a protocol, with some of them overridden.

        Parameters
        ----------
        protocol : {"default", "notebook"}
            ``notebook`` reproduces the original scripts, faults included.
        **overrides : object
            Field values that replace the protocol's.

        Returns
        -------
        Settings
            Validated.

        Examples
        --------
        >>> Settings.for_protocol("notebook").bandwidth
        0.5
        """
        return cls.model_validate({"protocol": protocol, **_PRESETS[protocol], **overrides})


_PRESETS: dict[str, dict[str, object]] = {
    "default": {},
    "notebook": {
        "curve_method": "notebook",
        "bandwidth": 0.5,
        "curve_tol": 1e-4,
        "sample_fraction": 0.10,
        "control_sample_fraction": 0.05,
        "dispersion_slope_unit": "index",
        "collinearity_pairs": "first",
        "classifier": "saga",
        "classifier_tol": 1e-3,
        "classifier_max_iter": 250,
        "split": "holdout",
        "time_bins": "run",
        "baselines": (),
    },
}
