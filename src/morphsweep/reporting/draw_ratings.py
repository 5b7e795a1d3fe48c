"""Drawing the agreement of scores with a person's ratings."""

from matplotlib.figure import Figure

from morphsweep.reporting.figure_record import Record, shortened
from morphsweep.reporting.figure_style import INK, MIDDLE, SOFT, empty_figure, headed

__all__ = ["draw_agreement"]


def draw_agreement(record: Record, /) -> Figure:
    """One row per score: its correlation with the ratings and the interval.

    Parameters
    ----------
    record : Record
        Columns ``label, rho, low, high, main``, best first.

    Returns
    -------
    Figure
        One panel.
    """
    if record.note:
        return empty_figure(record)
    frame = record.frame.iloc[::-1].reset_index(drop=True)
    figure = headed(record, width=MIDDLE, height=0.9 + 0.19 * len(frame))
    axes = figure.add_subplot(xlabel=record.x)
    for place, row in enumerate(frame.to_dict("records")):
        color = INK if row["main"] else SOFT
        axes.hlines(place, row["low"], row["high"], color=color, linewidth=1.4 if row["main"] else 0.9)
        axes.scatter(
            [row["rho"]],
            [place],
            s=18,
            c=color if row["main"] else "white",
            edgecolors=color,
            linewidths=0.9,
            zorder=3,
        )
    axes.axvline(0, color=SOFT, linewidth=0.7, linestyle=(0, (4, 3)))
    axes.set_yticks(range(len(frame)), [shortened(str(label), most=52) for label in frame["label"]])
    for text, main in zip(axes.get_yticklabels(), frame["main"], strict=True):
        text.set_fontweight("bold" if main else "normal")
    axes.set(xlim=(-1.02, 1.02), ylim=(-0.7, len(frame) - 0.3))
    axes.grid(visible=False, axis="y")
    return figure
