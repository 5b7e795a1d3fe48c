// The same number under two regimes, and RMSE before and after alignment, each with the line of equality.

function extent(lists) {
  const known = lists.flat().filter((value) => value !== null);
  if (!known.length) return null;
  const [low, high] = [Math.min(...known), Math.max(...known)];
  const pad = (high - low || Math.abs(high) || 1) * 0.06;
  return [low - pad, high + pad];
}

function equality(range) {
  return { type: "line", x0: range[0], y0: range[0], x1: range[1], y1: range[1], line: { color: shade("soft"), width: 1.5, dash: "dash" }, layer: "below" };
}

function equalityNote(range) {
  return { x: range[1], y: range[1], xanchor: "right", yanchor: "top", text: "y = x", showarrow: false, font: { color: shade("soft"), size: 12 }, xshift: -34, yshift: -4 };
}

const PERTURBATIONS = "every perturbation";

// One trace per perturbation, in its own colour.
function perturbationTraces(xName, yName) {
  return DATA.perturbations.map((p, place) => {
    const [x, y] = [values(xName, p.name), values(yName, p.name)];
    const rows = ROWS.filter((row) => x[row] !== null && y[row] !== null);
    return {
      type: "scatter", mode: "markers", name: plain(p.name, 40), x: rows.map((r) => x[r]), y: rows.map((r) => y[r]),
      customdata: rows.map((r) => DATA.models.index[r]), hoverinfo: "text",
      hovertext: rows.map((r) => `<b>${plain(p.name)}</b><br>${formatted(x[r])} → ${formatted(y[r])}<br>${hoverText(r, [])}`),
      marker: { color: p.color, symbol: SYMBOLS[place % SYMBOLS.length], size: 8, opacity: 0.85, line: { color: shade("card"), width: 0.5 } },
    };
  });
}

function equalityPicture(xName, yName, colour, side, hover) {
  const traces = colour === PERTURBATIONS ? perturbationTraces(xName, yName)
    : [...scatterTraces(values(xName), values(yName), colour, hover), ...winnerTrace(values(xName), values(yName))];
  const range = extent(traces.flatMap((trace) => [trace.x, trace.y])) ?? [0, 1];
  return {
    traces,
    layout: layout({
      height: side, xaxis: axis(plain(axisTitle(xName), 80), { range: [...range], constrain: "domain" }),
      yaxis: axis(plain(axisTitle(yName), 80), { range: [...range], scaleanchor: "x", constrain: "domain" }),
      shapes: [equality(range)], annotations: [equalityNote(range)],
    }),
  };
}

function pairedCsv(names) {
  const columns = ["model_index", "perturbation", ...names];
  const rows = [AVERAGE, ...DATA.perturbations.map((p) => p.name)].flatMap((perturbation) => {
    const lists = names.map((name) => values(name, perturbation));
    return ROWS.filter((row) => lists.some((list) => list[row] !== null)).map((row) => [DATA.models.index[row], perturbation, ...lists.map((list) => list[row])]);
  });
  return { columns, rows };
}

function regimeReading(entry) {
  const better = { higher: "Points below the line lost by the change of regime", lower: "Points above the line got worse by the change of regime" }[entry.better]
    ?? "Points off the line changed with the regime";
  return `${better}; the closer to the line, the less the training regime matters. ${entry.description ?? ""}`;
}

function viewRegimes(host) {
  const entries = DATA.reference_vs_other;
  if (!entries.length) return nothing(host, OTHERS.length ? "No number is known under two regimes." : "The sweep has one regime: there is nothing to compare it with.");
  const state = { metric: (entries.find((e) => e.metric === "segment_collinearity_within") ?? entries[0]).metric, other: OTHERS[0], colour: varyingKnobs()[0]?.name ?? BY_TRANCHE };
  const entry = () => entries.find((e) => e.metric === state.metric);
  const columns = () => [entry().reference, entry().others[state.other] ?? Object.values(entry().others)[0]];
  const parts = card(host, {
    title: "The same number under two regimes", name: () => `reference_vs_other_${state.metric}`, csv: () => pairedCsv(columns()),
  });
  const make = () => {
    parts.reading.textContent = regimeReading(entry());
    return equalityPicture(...columns(), state.colour, 540, columns());
  };
  const change = (key) => (chosen) => { state[key] = chosen; parts.plot.redraw(); };
  dropdown(parts.controls, "Number", entries.map((e) => [e.metric, e.label]), state.metric, change("metric"));
  if (OTHERS.length > 1) dropdown(parts.controls, "Other regime", OTHERS.map((o) => [o, o]), state.other, change("other"));
  dropdown(parts.controls, "Colour", new Map([["Points", [[PERTURBATIONS, "One point per perturbation"]]], ...colourChoices()]), state.colour, change("colour"));
  draw(parts.plot, make, () => pickOnClick(parts.plot));
}

function viewRmse(host) {
  const entries = DATA.rmse;
  if (!entries.length) return;
  const state = { entry: entries[0], colour: BY_TRANCHE };
  const names = () => [state.entry.initial, state.entry.aligned];
  const parts = card(host, {
    title: "RMSE before and after alignment", name: "initial_vs_aligned_rmse", csv: () => pairedCsv(names()),
    reading: "Lower left is better. No point can lie above the line, because the best rigid motion never makes it worse; points on the line needed no alignment.",
  });
  if (entries.length > 1) {
    dropdown(parts.controls, "Other regime", entries.map((e, i) => [String(i), e.regime ?? "mean of all"]), "0", (i) => { state.entry = entries[Number(i)]; parts.plot.redraw(); });
  }
  dropdown(parts.controls, "Colour", new Map([["Points", [[PERTURBATIONS, "One point per perturbation"]]], ...colourChoices()]), state.colour, (c) => { state.colour = c; parts.plot.redraw(); });
  draw(parts.plot, () => equalityPicture(...names(), state.colour, 540, names()), () => pickOnClick(parts.plot));
}
