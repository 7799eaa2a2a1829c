"""Draws points (JSON) as SVG plots, legible on light and on dark; run in the peers' environment."""

import json
import sys
from collections import defaultdict
from pathlib import Path

import matplotlib as mpl

mpl.use("svg")
import matplotlib.pyplot as plt

INK = "#7a7a7a"  # on white and on black


def draw(plot: str, points: list[dict[str, object]], folder: Path) -> None:
    """Draw one plot, with a line for each name."""
    lines: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for point in points:
        lines[str(point["line"])].append((float(point["at"]), float(point["value"])))
    figure, axes = plt.subplots(figsize=(7, 3.4))
    for name, line in lines.items():
        axes.plot(*zip(*line, strict=True), marker="o", label=name)
    axes.set_xscale("log")
    axes.set_ylim(bottom=0)
    axes.set_title(plot, color=INK)
    axes.tick_params(colors=INK)
    for spine in axes.spines.values():
        spine.set_color(INK)
    axes.legend(frameon=False, labelcolor=INK)
    name = "-".join(word.strip(",()%").lower() for word in plot.split() if word.strip(",()%"))
    figure.savefig(folder / f"{name}.svg", transparent=True, bbox_inches="tight")
    plt.close(figure)


def main() -> None:
    """Draw every plot of the file into the folder."""
    plt.rcParams["svg.hashsalt"] = "dashboard"  # the same points give the same file
    plt.rcParams["svg.fonttype"] = "none"
    points = json.loads(Path(sys.argv[1]).read_text())
    for plot in dict.fromkeys(point["plot"] for point in points):
        draw(plot, [point for point in points if point["plot"] == plot], Path(sys.argv[2]))


if __name__ == "__main__":
    main()
