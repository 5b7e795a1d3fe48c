// Two pinned models side by side, and what differs between them.

function viewCompare(host) {
  const bar = element("div", { className: "chosen" });
  const stage = element("div");
  host.append(bar, stage);
  const local = { hidden: new Set(), snips: false, measure: knownMeasures()[0] ?? "f1", camera: newCamera(), recognise() {} };
  const render = () => { pinnedBar(bar); fillCompare(stage, local, render); };
  whenNear(host, () => { render(); watch(["pinned"], render); watch(["regime"], () => local.recognise()); });
}

function pinnedBar(bar) {
  const entries = (chosen) => [["", "choose a model …"], ...CUT.ordered.concat(ROWS.filter((row) => CUT.rank[row] === null)).map((row) => [String(DATA.models.index[row]), DATA.models.label[row]])].map(([v, l]) => [v, l, v === chosen]);
  bar.replaceChildren(...[0, 1].map((k) => {
    const select = element("select", {}, ...options(entries(String(STATE.pinned[k] ?? "")), String(STATE.pinned[k] ?? "")));
    select.addEventListener("change", () => {
      const pinned = [...STATE.pinned];
      if (select.value === "") pinned.splice(k, 1); else pinned[k] = Number(select.value);
      update({ pinned: [...new Set(pinned.filter((v) => v !== undefined))] });
    });
    const label = element("label", {}, element("span", { className: `ab own-${k}`, textContent: "AB"[k] }), select);
    return label;
  }), pressButton("Swap", () => update({ pinned: [...STATE.pinned].reverse() }), { disabled: STATE.pinned.length < 2 }));
}

function fillCompare(stage, local, render) {
  stage.replaceChildren();
  local.recognise = () => {};
  local.camera.plots.clear();
  const rows = STATE.pinned.map((index) => ROW_OF.get(index));
  if (!rows.length) return nothing(stage, "Pin two models: on their cards, or in the two fields above.");
  stage.append(verdict(rows));
  const keys = element("div", { className: "keys shared-keys" });
  perturbationKeys(keys, local.hidden, render);
  stage.append(keys);
  compareNumbers(stage, rows);
  if (knownMeasures().length) compareTimes(stage, rows, local, render);
  local.recognise = recognitionPictures(stage, rows, local);
  compareSpaces(stage, rows, local);
  if (DATA.films?.length) compareFilms(stage, rows, local);
}

const MOST_TOLD = 5; // numbers of a sentence

// What A gains over B and what it pays, in units of the noise floor where that is known; what replicates of one configuration
// may differ by is told apart from it, as for ties.
function verdict(rows) {
  if (rows.length < 2) return element("p", { className: "lead" }, isolated(modelLabel(DATA.models.index[rows[0]])));
  const [a, b] = rows;
  if (replicates(a).includes(b)) return element("p", { className: "lead", textContent: "A and B are replicates of one configuration: every difference below is chance." });
  const told = distributionColumns().filter((name) => ["higher", "lower"].includes(better(name))).flatMap((name) => {
    const [va, vb] = [values(name)[a], values(name)[b]];
    if (va === null || vb === null || va === vb) return [];
    const gain = (better(name) === "higher" ? 1 : -1) * (va - vb);
    const [own, other] = gain > 0 ? [va, vb] : [vb, va];
    const near = Math.abs(va - vb) <= limitOf(name);
    const pair = near ? `${formatted(va)} and ${formatted(vb)}` : `${formatted(own)} against ${formatted(other)}`;
    return [{ gain, near, text: `${labelOf(name)} ${pair}${inNoise(name, va - vb)}`, asked: STATE.conditions.some((c) => c.column === name), size: Math.abs(va - vb) / spreadOf(name) }];
  }).sort((p, q) => q.asked - p.asked || q.size - p.size); // the numbers of the rule first, then the largest differences
  const list = (those) => {
    const found = told.filter(those).map((t) => t.text);
    return [...found.slice(0, MOST_TOLD), ...(found.length > MOST_TOLD ? [`and ${found.length - MOST_TOLD} more`] : [])].join("; ");
  };
  const near = list((t) => t.near);
  return element("div", { className: "verdict" },
    element("p", {}, element("b", { textContent: `A (${DATA.models.index[a]}) is better in ` }), list((t) => !t.near && t.gain > 0) || "nothing", "."),
    element("p", {}, element("b", { textContent: `B (${DATA.models.index[b]}) is better in ` }), list((t) => !t.near && t.gain < 0) || "nothing", "."),
    near ? element("p", {}, element("b", { textContent: "Not told apart (A and B), within the repeatability limit: " }), near, ".") : null,
    Object.keys(DATA.decision.noise).length ? null : element("p", { className: "soft", textContent: "Nothing was trained twice, so how much of these differences is chance is not known." }));
}

function spreadOf(name) {
  const known = values(name).filter((v) => v !== null).sort((x, y) => x - y);
  return d3.quantileSorted(known, 0.75) - d3.quantileSorted(known, 0.25) || 1;
}

function inNoise(name, difference) {
  const sd = DATA.decision.noise?.[name]?.sd;
  return sd ? ` (${(Math.abs(difference) / sd).toFixed(1)} noise SD)` : "";
}

function compareNumbers(stage, rows) {
  const parts = card(stage, {
    title: "Numbers side by side", name: "compared_numbers", csv: () => distributionCsv(rows), metrics: distributionColumns(),
    reading: "Each strip holds all models, better to the right; the box is the middle half. Numbers that are abnormal on both sides grow to the right, and the middle is good. A and B are the two dots, rings their replicates; the bar below A is the repeatability limit to either side: within it A and B are not told apart, as two trainings of one configuration differ by more only once in twenty times.",
  });
  parts.plot.append(distributionTable(rows));
}

function compareTimes(stage, rows, local, render) {
  const parts = card(stage, {
    title: "Discrimination over time, side by side", name: "compared_over_time", csv: () => timeCsv(rows), metrics: DATA.regimes.map((regime) => `f1_${regime.name}`),
    reading: "Upper rows: the two models; higher is better, dashed: held out, bands: 90 % intervals over individuals. Last row: A minus B; above zero A tells that perturbation apart better. A gain under the reference that vanishes under the other regime was learned from labels.",
  });
  dropdown(parts.controls, "Score", knownMeasures().map((m) => [m, MEASURES[m]]), local.measure, (measure) => { local.measure = measure; render(); });
  const grid = parts.plot.appendChild(element("div", { className: "time-grid" }));
  grid.style.gridTemplateColumns = `repeat(${DATA.regimes.length}, minmax(0, 1fr))`;
  const label = (k) => (rows.length > 1 ? `${"AB"[k]} · model ${DATA.models.index[rows[k]]}` : `model ${DATA.models.index[rows[k]]}`);
  rows.forEach((row, k) => DATA.regimes.forEach((regime) => linePanel(grid.appendChild(element("div")), { title: `${label(k)}, trained on ${regime.name}`, lines: timeLines(row, regime.name, local.measure, local.hidden), yTitle: MEASURES[local.measure], yDomain: [0, 1.03], height: 250 })));
  if (rows.length < 2) return;
  const differences = DATA.regimes.map((regime) => differenceLines(rows[0], rows[1], regime.name, local.measure, local.hidden));
  const all = differences.flat().flatMap((line) => line.value).filter((v) => v !== null);
  const most = Math.max(0.1, ...all.map(Math.abs)) * 1.08;
  DATA.regimes.forEach((regime, k) => linePanel(grid.appendChild(element("div")), { title: `A − B, trained on ${regime.name}`, lines: differences[k], yTitle: `difference in ${MEASURES[local.measure]}`, yDomain: [-most, most], height: 230, zero: true }));
}

function compareSpaces(stage, rows, local) {
  const kinds = DATA.numbers.curves.regimes ?? [];
  const parts = card(stage, {
    title: "Curves side by side", name: "compared_curves", csv: () => curveCsv(rows),
    reading: "Every space is turned (and mirrored) into one common view, each regime on its own; all pictures turn together. Solid: reference; dashed: other regime; dotted: other regime after alignment. Look for a tree, and for dotted curves that follow the solid ones.",
  });
  checkbox(parts.controls, "snips behind the curves", local.snips, (on) => { local.snips = on; local.camera.turned(); });
  const grid = parts.plot.appendChild(element("div", { className: "space-grid wide" }));
  const panels = [[REFERENCE, [REFERENCE]], ...OTHERS.flatMap((o) => [[o, [o]], ...(kinds.includes(o + ALIGNED) ? [[`${REFERENCE} and ${o} aligned`, [REFERENCE, o + ALIGNED]]] : [])])];
  grid.style.gridTemplateColumns = `repeat(${Math.min(panels.length, 3)}, minmax(0, 1fr))`;
  rows.forEach((row, k) => {
    const balls = panels.map(([, regimes]) => ballOf(modelCurves(row, regimes)));
    const radius = Math.max(...balls.map((ball) => ball.radius)); // one scale for the panels of a model
    for (const [place_, [title, regimes]] of panels.entries()) {
      const ball = { ...balls[place_], radius };
      const place = element("div");
      grid.append(element("div", { className: "pane" }, element("div", { className: "pane-title" }, rows.length > 1 ? element("span", { className: `ab own-${k}`, textContent: "AB"[k] }) : null, isolated(shortened(`model ${DATA.models.index[row]} · ${title}`, 60))), place));
      spacePlot(place, () => ({ height: 330, ball, turn: commonTurn(row, regimes[0]), curves: modelCurves(row, regimes, local.hidden), clouds: local.snips ? snipClouds(row, regimes[0], local.hidden) : [] }), local.camera, `Curves of model ${DATA.models.index[row]}, ${title}`);
    }
  });
}

function compareFilms(stage, rows, local) {
  const parts = card(stage, {
    title: "Snips along the curves", name: "films", csv: () => filmCsv(rows),
    reading: "For each perturbation the snips nearest to equal steps along its curve, start to end; upper line: the reference, lower lines: other regimes. A good curve shows development in order, and the same in every line.",
  });
  const grid = parts.plot.appendChild(element("div", { className: "film-grid" }));
  rows.forEach((row, k) => {
    const film = element("div");
    filmstrips(film, row, local.hidden);
    grid.append(element("div", {}, element("h4", {}, rows.length > 1 ? element("span", { className: `ab own-${k}`, textContent: "AB"[k] }) : null, `model ${DATA.models.index[row]}`), film));
  });
}
