// The picture that the choice is made in: two numbers of the models, the thresholds, the tranches, the selection.

function directionReading(x, y) {
  const sides = { higher: ["right", "upper"], lower: ["left", "lower"] };
  const [sx, sy] = [sides[better(x)]?.[0], sides[better(y)]?.[1]];
  if (sx && sy) return `${sy[0].toUpperCase()}${sy.slice(1)} ${sx} is better.`;
  if (sx) return `Further ${sx} is better; the vertical axis has no best side.`;
  if (sy) return `${sy === "upper" ? "Higher" : "Lower"} is better; the horizontal axis has no best side.`;
  return "Neither axis has a best side: look for the bulk and for what lies outside it.";
}

function modelTable(names, perturbation = AVERAGE) {
  const knobs = varyingKnobs().map((knob) => knob.name);
  const shown = [...new Set(names)].filter((name) => COLUMNS.has(name) && !knobs.includes(name));
  const ends = shown.flatMap((name) => (interval(name) && perturbation === AVERAGE ? [[`${name}_low`, interval(name)[0]], [`${name}_high`, interval(name)[1]]] : []));
  const columns = ["model_index", "perturbation", ...shown, ...ends.map(([name]) => name), ...knobs, "tranche", "selected"];
  const lists = [...shown.map((name) => values(name, perturbation)), ...ends.map(([, list]) => list), ...knobs.map((name) => values(name))];
  const rows = ROWS.map((row) => [DATA.models.index[row], perturbation, ...lists.map((list) => list[row]), CUT.tranche[row], STATE.selected.has(row) ? 1 : 0]);
  return { columns, rows };
}

function viewExplore(host) {
  if (!metricColumns().length) return nothing(host, "There is no score to draw.");
  const parts = card(host, {
    title: "Models by two numbers", name: () => `${STATE.x}_vs_${STATE.y}`,
    csv: () => modelTable([STATE.x, STATE.y, STATE.colour], STATE.perturbation),
  });
  const key = element("div");
  const stage = element("div");
  parts.plot.append(stage, key);
  exploreControls(parts.controls);
  const describe = () => {
    const xDomain = axisDomain(STATE.x);
    const yDomain = axisDomain(STATE.y);
    const told = modelPoints(STATE.x, STATE.y, STATE.colour, {
      name: "Models by two numbers", height: 540, xDomain, yDomain, perturbation: STATE.perturbation,
      areas: STATE.perturbation === AVERAGE ? bestCorner(STATE.x, STATE.y, xDomain, yDomain) : [],
      after: (plot) => drawThresholds(plot, ...(STATE.perturbation === AVERAGE ? [STATE.x, STATE.y] : [null, null])),
    });
    legend(key, told.colours);
    parts.reading.textContent = exploreReading(told);
    parts.define([STATE.x, STATE.y, STATE.colour]);
    return told;
  };
  const plot = pointPlot(stage, describe);
  watch(["x", "y", "colour", "perturbation", "conditions", "selected", "pinned", "model"], plot.redraw);
}

// Both ends of an axis: every value and the threshold, with some air.
function axisDomain(name) {
  const lines = STATE.perturbation === AVERAGE ? STATE.conditions.filter((c) => c.column === name).map((c) => c.value) : [];
  const ends = STATE.perturbation === AVERAGE ? (interval(name) ?? []) : [];
  return extent([values(name, STATE.perturbation), lines, ...ends]);
}

function exploreReading(told) {
  const known = ROWS.filter((row) => told.x[row] !== null && told.y[row] !== null).length;
  const which = STATE.perturbation === AVERAGE ? "" : ` Perturbation ${shortened(STATE.perturbation)} only; thresholds belong to the mean of all.`;
  const bars = told.xInterval || told.yInterval ? " Thin bars: 90 % intervals of the bootstrap." : "";
  return `${directionReading(STATE.x, STATE.y)} Drag a dashed line to move its threshold, draw a box to select models, click one for its card. ${known} of ${ROWS.length} models have both numbers.${which}${bars}`;
}

function exploreControls(host) {
  const axes = axisChoices();
  const fields = {
    x: dropdown(host, "Horizontal", axes, STATE.x, (x) => update({ x })),
    y: dropdown(host, "Vertical", axes, STATE.y, (y) => update({ y })),
    colour: dropdown(host, "Colour", colourChoices(), STATE.colour, (colour) => update({ colour })),
    perturbation: dropdown(host, "Perturbation", [[AVERAGE, "mean of all"], ...PERTURBATIONS.map((p) => [p.name, p.name])], STATE.perturbation, (perturbation) => update({ perturbation })),
  };
  host.append(pressButton("Thresholds on these axes", () => update({ conditions: axisConditions() }), { title: "Cut the tranches by the two numbers shown" }));
  watch(Object.keys(fields), () => { for (const [key, field] of Object.entries(fields)) field.value = STATE[key]; });
}

function axisConditions() {
  const names = [...new Set([STATE.x, STATE.y])].filter((name) => COLUMNS.get(name)?.kind === "metric");
  return names.map((name) => STATE.conditions.find((c) => c.column === name) ?? startingCondition(name));
}

// Beside the picture: thresholds as numbers, live tranches, the selection, what can be saved.
function viewCut(host) {
  const fields = element("div");
  const counts = element("div", { className: "tranche-counts" });
  const told = element("div", { className: "cut-told" });
  const chosen = element("div", { className: "selection" });
  host.append(element("h3", { textContent: "Your thresholds" }), fields, counts, told, cutButtons(), element("h3", { textContent: "Selection" }), chosen);
  thresholdFields(fields);
  const render = () => { trancheCounts(counts); tellCut(told); };
  watch(["conditions"], render);
  watch(["selected", "conditions"], () => tellSelection(chosen));
  render();
  tellSelection(chosen);
}

function trancheCounts(host) {
  const numbers = STATE.conditions.length > 1 ? [1, 2, 3, 4] : [1, 4];
  host.replaceChildren(...[...numbers, null].map((number) => {
    const rows = ROWS.filter((row) => CUT.tranche[row] === number);
    if (number === null && !rows.length) return null;
    const button = pressButton("", () => select(rows), { title: "Select these models" });
    button.dataset.tranche = number ?? "none";
    button.append(element("span", { className: `dot t${number ?? 0}` }), element("span", { textContent: number ? trancheName(number) : "none: a value is missing" }), element("b", { textContent: String(rows.length) }));
    return button;
  }).filter(Boolean));
}

function tellCut(host) {
  host.replaceChildren();
  if (CUT.winner === null) return host.append(element("p", { className: "soft", textContent: whyNoWinner(CUT) }));
  const index = DATA.models.index[CUT.winner];
  const ties = (asOpened() ? DATA.decision.ties : tiesOf(CUT)?.map((row) => DATA.models.index[row])) ?? [];
  host.append(element("p", {}, "First of tranche 1: ", modelButton(index), ties.length ? element("span", { className: "soft", title: "Replicates, models exactly equal to it, and models that miss it and the thresholds by no more than the repeatability limit" }, Object.keys(DATA.decision.noise).length ? " tied, by the noise between replicates, with " : " tied with ", ...ties.slice(0, 8).flatMap((tie, k) => [k ? ", " : "", modelButton(tie)]), ties.length > 8 ? ` and ${ties.length - 8} more` : "") : null));
}

function modelButton(index) {
  return pressButton(String(index), () => openModel(index), { className: "link", title: `Card of model ${index}` });
}

function cutButtons() {
  const row = element("div", { className: "buttons" });
  const reset = pressButton("Back to the rule", () => update({ conditions: openingConditions() }), { title: "The thresholds that the page opened with" });
  const save = pressButton("Save decision", () => download("decision.json", `${JSON.stringify(decisionRecord(), null, 1)}\n`, "application/json"), { title: "The JSON that morphsweep select --json prints for these thresholds" });
  const link = pressButton("Copy link", () => { writeAddress(); copyText(location.href, link); }, { title: "The address holds axes, thresholds, selection" });
  const command = pressButton("Copy command", () => copyText(commandLine(), command), { title: "The same choice on the command line" });
  row.append(reset, save, command, link);
  return row;
}

function copyText(text, button) {
  const before = button.textContent;
  navigator.clipboard?.writeText(text).then(() => { button.textContent = "Copied"; }, () => prompt("Copy this:", text));
  setTimeout(() => { button.textContent = before; }, 1500);
}

function commandLine() {
  const quoted = (text) => `'${text.replace(/'/g, "'\\''")}'`;
  return `morphsweep select RESULTS ${[...CUT.conditions, ...CUT.filters].map((c) => `--where ${quoted(conditionText(c))}`).join(" ")}`;
}

function tellSelection(host) {
  const rows = [...STATE.selected];
  if (!rows.length) return host.replaceChildren(element("p", { className: "soft", textContent: "None. Draw a box in a picture, drag along an axis of the parallel coordinates, or click a tranche." }));
  const shared = varyingKnobs().filter((knob) => rows.length > 1 && new Set(rows.map((row) => values(knob.name)[row])).size === 1);
  host.replaceChildren(
    element("p", {}, element("b", { textContent: counted(rows.length, "model") }), " ", ...rows.slice(0, 24).flatMap((row) => [modelButton(DATA.models.index[row]), " "]), rows.length > 24 ? "…" : ""),
    shared.length ? element("p", { className: "soft" }, "all have ", ...shared.flatMap((knob, k) => [k ? ", " : "", isolated(`${shortened(knob.label, 30)} ${shortened(tidy(values(knob.name)[rows[0]]), 40)}`)])) : null,
    pressButton("Clear", () => select([])),
  );
}
