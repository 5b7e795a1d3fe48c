// What changed since an older evaluation: models matched by their hyper-parameters, not by their numbers.

function viewChanges(host) {
  const changes = DATA.changes;
  if (!changes) return;
  const names = changes.columns.filter((name) => isNumeric(name));
  if (!names.length || !changes.matched.length) return nothing(host, "No model of the older sweep has the hyper-parameters of one of this sweep, or they share no number.");
  const local = { metric: names.includes(STATE.conditions[0]?.column) ? STATE.conditions[0].column : names[0], colour: BY_TRANCHE };
  const old = (name) => changes.values[name];
  const parts = card(host, {
    title: "Then against now", name: () => `changes_${local.metric}`,
    csv: () => ({ columns: ["model_index_then", "model_index_now", ...names.flatMap((n) => [`${n}_then`, `${n}_now`])], rows: changes.matched.map(([then, now], k) => [then, now, ...names.flatMap((n) => [old(n)[k], values(n)[ROW_OF.get(now)]])]) }),
    reading: "A point is a model that both sweeps trained; on the line nothing changed. Vertical is now, horizontal then.",
  });
  dropdown(parts.controls, "Number", names.map((n) => [n, labelOf(n)]), local.metric, (metric) => { local.metric = metric; plot?.redraw(); });
  let plot = null;
  const describe = () => {
    const rows = changes.matched.map(([, now]) => ROW_OF.get(now));
    const [x, y] = [old(local.metric), rows.map((row) => values(local.metric)[row])];
    const colours = colouring(local.colour);
    const domain = extent([x, y]);
    parts.define([local.metric]);
    return { name: "Then against now", x, y, rows, height: 460, equal: true, xDomain: domain, yDomain: domain, colour: (_, row) => colours.colour(row), symbol: (_, row) => colours.symbol(row), names: [local.metric], xTitle: `${labelOf(local.metric)}, then`, yTitle: `${labelOf(local.metric)}, now`, lines: [{ from: [domain[0], domain[0]], to: [domain[1], domain[1]], label: "no change" }] };
  };
  whenNear(parts.figure, () => { plot = pointPlot(parts.plot.appendChild(element("div")), describe); });
  watch(["conditions", "selected", "model", "pinned"], () => plot?.redraw());
}
