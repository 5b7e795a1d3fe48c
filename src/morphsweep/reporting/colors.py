"""One fixed colour per perturbation, tranche and value, told apart by people who do not see all colours."""

from collections.abc import Mapping, Sequence

from matplotlib.colors import is_color_like, to_hex

__all__ = ["PALETTE", "TRANCHES", "TRANCHE_NAMES", "TRANCHE_NAMES_ONE_AXIS", "perturbation_colors"]

# Okabe & Ito (2008), Color Universal Design. Their black vanishes on a dark page and becomes grey; their yellow vanishes
# on a white one and is darkened. Beyond eight: Tol's "muted" scheme, in lightnesses that are legible on both.
PALETTE = (
    "#0072B2",
    "#D55E00",
    "#009E73",
    "#CC79A7",
    "#E69F00",
    "#56B4E9",
    "#8A8A8A",
    "#B5A300",
    "#6A5ACD",
    "#A23B5A",
    "#3C8D4F",
    "#44AA99",
    "#999933",
    "#AA4499",
)

TRANCHES = {1: "#009E73", 2: "#0072B2", 3: "#E69F00", 4: "#8A8A8A"}
TRANCHE_NAMES = {
    1: "1 · best: discriminative and robust",
    2: "2 · only discriminative",
    3: "3 · only robust",
    4: "4 · neither",
}
TRANCHE_NAMES_ONE_AXIS = {1: "1 · discriminative", 4: "4 · not discriminative"}


def perturbation_colors(perturbations: Sequence[str], chosen: Mapping[str, str], /) -> dict[str, str]:
    """Colour of each perturbation, the same in every picture.

    Parameters
    ----------
    perturbations : sequence of str
        In the order of the comparison.
    chosen : mapping of str to str
        The lab's own colours; what is no colour is passed over.

    Returns
    -------
    dict of str to str
        Hexadecimal colours.

    Examples
    --------
    >>> perturbation_colors(["wt", "gdf3"], {"wt": "black"})
    {'wt': '#000000', 'gdf3': '#d55e00'}
    """
    return {
        name: to_hex(chosen[name] if is_color_like(chosen.get(name)) else PALETTE[place % len(PALETTE)])
        for place, name in enumerate(perturbations)
    }
