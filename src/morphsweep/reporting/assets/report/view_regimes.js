// The same number under two regimes, and RMSE before and after alignment, each with the line of equality.

const EVERY_PERTURBATION = "every perturbation";

// One point per model and perturbation, in the perturbation's colour.
function perturbationPoints(xName, yName, more) {
  const found = { x: [], y: [], rows: [], place: [] };
  PERTURBATIONS.forEach((p, place) => {
    const [x, y] = [values(xName, p.name), values(yName, p.name)];
    for (const row of ROWS) if (x[row] !== null && y[row] !== null) [x[row], y[row], row, place].forEach((v, k) => found[["x", "y", "rows", "place"][k]].push(v));
  });
  return {
    ...found, colour: (i) => PERTURBATIONS[found.place[i]].color, symbol: (i) => SYMBOLS[found.place[i] % SYMBOLS.length],
    colours: { entries: PERTURBATIONS.map((p, place) => ({ label: p.name, colour: p.color, symbol: SYMBOLS[place % SYMBOLS.length], perturbation: true })) },
    tip: (i) => [element("div", { className: "tip-title" }, isolated(PERTURBATIONS[found.place[i]].name)), element("div", { textContent: `${formatted(found.x[i])} → ${formatted(found.y[i])}` }), ...modelTip(found.rows[i], [])],
    xTitle: axisTitle(xName), yTitle: axisTitle(yName), names: [xName, yName], plainMarks: true, size: 34, ...more,
  };
}

function equalityPoints(xName, yName, colour, name, height) {
  const told = colour === EVERY_PERTURBATION ? perturbationPoints(xName, yName, { name, height }) : modelPoints(xName, yName, colour, { name, height });
  const domain = extent([told.x, told.y]);
  return { ...told, equal: true, xDomain: domain, yDomain: domain, lines: [{ from: [domain[0], domain[0]], to: [domain[1], domain[1]], label: "y = x" }] };
}

function perturbationLegend(host) {
  host.className = "legend";
  host.replaceChildren(...PERTURBATIONS.map((p, place) => element("span", { className: "key" }, symbolKey({ colour: p.color, symbol: SYMBOLS[place % SYMBOLS.length] }), isolated(shortened(p.name, 40)))));
}

function pairedCsv(names) {
  const rows = [AVERAGE, ...PERTURBATIONS.map((p) => p.name)].flatMap((perturbation) => {
    const lists = names.map((name) => values(name, perturbation));
    return ROWS.filter((row) => lists.some((list) => list[row] !== null)).map((row) => [DATA.models.index[row], perturbation, ...lists.map((list) => list[row])]);
  });
  return { columns: ["model_index", "perturbation", ...names], rows };
}

function regimeReading(entry) {
  const side = { higher: "Points below the line lost by the change of regime", lower: "Points above the line got worse by the change of regime" }[entry.better]
    ?? "Points off the line changed with the regime";
  return `${side}; the closer to the line, the less the training regime matters. ${entry.description ?? ""}`;
}

// A square plot with the line of equality; `names()` are its columns.
function equalityView(host, { title, name, reading, names, setControls }) {
  const parts = card(host, { title, name, csv: () => pairedCsv(names()) });
  const local = { colour: varyingKnobs()[0]?.name ?? BY_TRANCHE };
  const [stage, key] = [element("div"), element("div")];
  parts.plot.append(stage, key);
  const describe = () => {
    const told = equalityPoints(...names(), local.colour, title, Math.max(400, Math.min(660, stage.clientWidth - 12)));
    if (local.colour === EVERY_PERTURBATION) perturbationLegend(key);
    else legend(key, told.colours);
    parts.reading.textContent = reading();
    parts.define(names());
    return told;
  };
  let plot = null;
  const redraw = () => plot?.redraw();
  setControls(parts.controls, redraw);
  dropdown(parts.controls, "Colour", new Map([["Points", [[EVERY_PERTURBATION, "One point per perturbation"]]], ...colourChoices()]), local.colour, (colour) => { local.colour = colour; redraw(); });
  whenNear(parts.figure, () => { plot = pointPlot(stage, describe); });
  watch(["selected", "pinned", "model", "pair"], redraw);
  watch(["conditions"], () => redraw());
}

function viewRegimes(host) {
  const entries = DATA.reference_vs_other;
  if (!entries.length) return nothing(host, OTHERS.length ? "No number is known under two regimes." : "The sweep has one regime: there is nothing to compare it with.");
  STATE.pair ??= (entries.find((e) => e.metric === "segment_collinearity_within") ?? entries[0]).metric;
  const local = { other: OTHERS[0] };
  const entry = () => entries.find((e) => e.metric === STATE.pair) ?? entries[0];
  equalityView(host, {
    title: "The same number under two regimes", name: () => `reference_vs_other_${STATE.pair}`, reading: () => regimeReading(entry()),
    names: () => [entry().reference, entry().others[local.other] ?? Object.values(entry().others)[0]],
    setControls: (controls, redraw) => {
      const field = dropdown(controls, "Number", entries.map((e) => [e.metric, e.label]), STATE.pair, (pair) => update({ pair }));
      watch(["pair"], () => { field.value = STATE.pair; });
      if (OTHERS.length > 1) dropdown(controls, "Other regime", OTHERS.map((o) => [o, o]), local.other, (other) => { local.other = other; redraw(); });
    },
  });
}

function viewRmse(host) {
  const entries = DATA.rmse;
  if (!entries.length) return;
  const local = { entry: entries[0] };
  equalityView(host, {
    title: "RMSE before and after alignment", name: "initial_vs_aligned_rmse",
    reading: () => "Lower left is better. No point can lie above the line, because the best rigid motion never makes it worse; points on the line needed no alignment.",
    names: () => [local.entry.initial, local.entry.aligned],
    setControls: (controls, redraw) => {
      if (entries.length > 1) dropdown(controls, "Other regime", entries.map((e, i) => [String(i), e.regime ?? "mean of all"]), "0", (i) => { local.entry = entries[Number(i)]; redraw(); });
    },
  });
}
