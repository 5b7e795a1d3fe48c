// Scatter plots of models: the selection, and any two metrics against each other.

function directionReading(x, y) {
  const [cx, cy] = [COLUMNS.get(x), COLUMNS.get(y)];
  const sides = { higher: ["right", "upper"], lower: ["left", "lower"] };
  const [sx, sy] = [sides[cx?.better]?.[0], sides[cy?.better]?.[1]];
  if (sx && sy) return `${sy[0].toUpperCase()}${sy.slice(1)} ${sx} is better.`;
  if (sx) return `Further ${sx} is better; the vertical axis has no best side.`;
  if (sy) return `${sy === "upper" ? "Higher" : "Lower"} is better; the horizontal axis has no best side.`;
  return "Neither axis has a best side: look for the bulk and for what lies outside it.";
}

function thresholdShapes(conditions, xName, yName) {
  return conditions.filter((c) => c.value !== null).flatMap((c) => {
    const line = { type: "line", line: { color: shade("soft"), width: 1.5, dash: "dash" } };
    if (c.column === xName) return [{ ...line, x0: c.value, x1: c.value, yref: "paper", y0: 0, y1: 1 }];
    if (c.column === yName) return [{ ...line, y0: c.value, y1: c.value, xref: "paper", x0: 0, x1: 1 }];
    return [];
  });
}

function thresholdNotes(conditions, xName, yName) {
  const font = { color: shade("soft"), size: 11 };
  return conditions.filter((c) => c.value !== null).flatMap((c) => {
    if (c.column === xName) return [{ x: c.value, y: 0, yref: "paper", yanchor: "bottom", xanchor: "left", text: plain(c.text), showarrow: false, font, textangle: 0 }];
    if (c.column === yName) return [{ y: c.value, x: 1, xref: "paper", xanchor: "right", yanchor: "bottom", text: plain(c.text), showarrow: false, font }];
    return [];
  });
}

// Both ends of an axis: every value and every threshold, with some air.
function spread(list, name, conditions) {
  const lines = conditions.filter((c) => c.column === name).map((c) => c.value);
  return extent([list, lines]) ?? [0, 1];
}

// The corner where both conditions hold.
function bestCorner(conditions, xName, yName, xRange, yRange) {
  const side = (name, range) => {
    const found = conditions.find((c) => c.column === name && c.value !== null);
    if (!found) return range;
    return found.op.startsWith(">") ? [found.value, range[1]] : [range[0], found.value];
  };
  const [x, y] = [side(xName, xRange), side(yName, yRange)];
  return { type: "rect", x0: x[0], x1: x[1], y0: y[0], y1: y[1], fillcolor: shade("t1"), opacity: 0.09, line: { width: 0 }, layer: "below" };
}

function modelRows(names) {
  const knobs = varyingKnobs().map((knob) => knob.name);
  const columns = ["model_index", ...names, ...knobs, "tranche", "pareto"];
  const rows = ROWS.map((row) => [
    DATA.models.index[row], ...names.map((n) => values(n)[row]), ...knobs.map((n) => values(n)[row]), DATA.models.tranche[row], DATA.models.pareto[row],
  ]);
  return { columns, rows };
}

function viewSelection(host) {
  const { x, y, conditions } = DATA.decision.axes;
  const names = [x, y].filter(Boolean);
  if (!x || !COLUMNS.has(x)) return nothing(host, "There is no score to choose by.");
  const parts = card(host, {
    title: y ? "Selection: how discriminative, how robust" : "Selection: how discriminative",
    reading: y ? `${directionReading(x, y)} Dashed lines are the thresholds that cut the tranches; the ring is the recommended model.`
      : "Further right is better. With one regime there is no robust axis: models are spread by their number.",
    csv: () => modelRows(names), name: "selection",
  });
  let colour = BY_TRANCHE;
  const make = () => {
    const across = values(x);
    const up = y ? values(y) : DATA.models.index;
    const [xRange, yRange] = [spread(across, x, conditions), spread(up, y, conditions)];
    return {
      traces: [...scatterTraces(across, up, colour, names), ...winnerTrace(across, up)],
      layout: layout({
        height: 500, xaxis: axis(plain(axisTitle(x), 90), { range: [...xRange] }), yaxis: axis(y ? plain(axisTitle(y), 90) : "Model", { range: [...yRange] }),
        shapes: [bestCorner(conditions, x, y, xRange, yRange), ...thresholdShapes(conditions, x, y)], annotations: thresholdNotes(conditions, x, y),
      }),
    };
  };
  dropdown(parts.controls, "Colour", colourChoices(), colour, (chosen) => { colour = chosen; parts.plot.redraw(); });
  draw(parts.plot, make, () => pickOnClick(parts.plot));
}

function pairDefaults(metrics) {
  const named = (stem) => metrics.find((c) => c.name === stem || c.name === `${stem}_${REFERENCE}`)?.name;
  const x = named("f1") ?? metrics[0].name;
  const y = named("segment_collinearity_within") ?? metrics.find((c) => c.name !== x)?.name ?? x;
  return { x, y };
}

function viewPairs(host) {
  const metrics = metricColumns();
  if (!metrics.length) return nothing(host, "There is no score to draw.");
  const state = { ...pairDefaults(metrics), colour: varyingKnobs()[0]?.name ?? BY_TRANCHE, perturbation: AVERAGE };
  const parts = card(host, {
    title: "Any two numbers against each other", name: () => `${state.x}_vs_${state.y}`,
    csv: () => {
      const columns = ["model_index", "perturbation", state.x, state.y, state.colour];
      const [x, y, c] = [values(state.x, state.perturbation), values(state.y, state.perturbation), values(state.colour)];
      return { columns, rows: ROWS.map((row) => [DATA.models.index[row], state.perturbation, x[row], y[row], c[row] ?? DATA.models[state.colour]?.[row]]) };
    },
  });
  const make = () => {
    const [x, y] = [values(state.x, state.perturbation), values(state.y, state.perturbation)];
    parts.reading.textContent = `${directionReading(state.x, state.y)} ${told(x, y, state)}`;
    return {
      traces: [...scatterTraces(x, y, state.colour, [state.x, state.y]), ...winnerTrace(x, y)],
      layout: layout({ height: 480, xaxis: axis(plain(axisTitle(state.x), 90)), yaxis: axis(plain(axisTitle(state.y), 90)) }),
    };
  };
  const change = (key) => (chosen) => { state[key] = chosen; parts.plot.redraw(); };
  const axes = new Map([...groupedMetrics(), ...knobAxis()]);
  dropdown(parts.controls, "Horizontal", axes, state.x, change("x"));
  dropdown(parts.controls, "Vertical", axes, state.y, change("y"));
  dropdown(parts.controls, "Colour", colourChoices(), state.colour, change("colour"));
  dropdown(parts.controls, "Perturbation", perturbationChoices(), AVERAGE, change("perturbation"));
  draw(parts.plot, make, () => pickOnClick(parts.plot));
}

function knobAxis() {
  const knobs = varyingKnobs().filter((knob) => isNumeric(knob.name)).map((knob) => [knob.name, knob.label]);
  return knobs.length ? [["Hyper-parameters", knobs]] : [];
}

function perturbationChoices() {
  return [[AVERAGE, "mean of all"], ...DATA.perturbations.map((p) => [p.name, p.name])];
}

function told(x, y, state) {
  const n = ROWS.filter((row) => x[row] !== null && y[row] !== null).length;
  const which = state.perturbation === AVERAGE ? "" : `, perturbation ${shortened(state.perturbation)} only`;
  return `${n} of ${ROWS.length} models have both numbers${which}.`;
}
