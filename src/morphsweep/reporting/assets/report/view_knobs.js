// What goes with what: a number of the models by the values of each hyper-parameter.

// The mean of a number over the replicates of each configuration, with its value of a hyper-parameter. A configuration with several
// values of it is left out: there it cannot act.
function configurationMeans(name, knob) {
  const [shown, levels, groups] = [values(name), values(knob), values("configuration")];
  const units = d3.rollups(ROWS.filter((row) => shown[row] !== null), (rows) => ({ value: d3.mean(rows, (row) => shown[row]), levels: new Set(rows.map((row) => String(levels[row]))) }), (row) => groups?.[row] ?? `row ${row}`);
  return units.map(([, unit]) => unit).filter((unit) => unit.levels.size === 1).map((unit) => ({ value: unit.value, level: [...unit.levels][0] }));
}

// Share of the variance of units that lies between the values of a hyper-parameter (eta squared).
function shareBetween(units, level = (k) => units[k].level) {
  const mean = d3.mean(units, (unit) => unit.value);
  const sums = new Map();
  let total = 0;
  units.forEach((unit, k) => {
    const apart = unit.value - mean;
    total += apart * apart;
    const sum = sums.get(level(k)) ?? [0, 0];
    sums.set(level(k), [sum[0] + apart, sum[1] + 1]);
  });
  return d3.sum(sums.values(), ([sum, n]) => (sum * sum) / n) / total;
}

// The same for a number and a hyper-parameter, over configurations; null where it has one value only.
function varianceBetween(name, knob) {
  const units = configurationMeans(name, knob);
  const share = new Set(units.map((unit) => unit.level)).size > 1 ? shareBetween(units) : NaN;
  return Number.isFinite(share) ? share : null;
}

function levelsOf(knob) {
  const shown = values(knob);
  const known = [...new Set(shown.filter((value) => value !== null))];
  known.sort((a, b) => (typeof a === "number" && typeof b === "number" ? a - b : String(a).localeCompare(String(b))));
  return shown.includes(null) ? [...known, null] : known;
}

// A steady sideways place for a row, so that equal numbers do not hide each other.
function jitter(row) {
  return ((row * 0.618034) % 1) - 0.5;
}

function knobPoints(metric, knob, height) {
  const levels = levelsOf(knob);
  const place = new Map(levels.map((level, k) => [level, k]));
  const y = values(metric);
  const x = ROWS.map((row) => place.get(values(knob)[row]) + 0.5 * jitter(row));
  const colours = colouring(STATE.colour);
  const medians = levels.flatMap((level, k) => {
    const middle = d3.median(ROWS.filter((row) => values(knob)[row] === level && y[row] !== null), (row) => y[row]);
    return middle === undefined ? [] : [{ from: [k - 0.34, middle], to: [k + 0.34, middle], className: "median" }];
  });
  return {
    name: `${labelOf(metric)} by ${labelOf(knob)}`, x, y, rows: ROWS, colour: (_, row) => colours.colour(row), symbol: (_, row) => colours.symbol(row), names: [metric, knob],
    xTitle: shortened(labelOf(knob), 40), yTitle: labelOf(metric), xDomain: [-0.6, levels.length - 0.4], yDomain: extent([y]), xTickValues: levels.map((_, k) => k),
    xTickFormat: (k) => shortened(levels[k] === null ? "not set" : tidy(levels[k]), 14), lines: medians, height, size: ROWS.length > 300 ? 20 : 40,
    margin: { left: 58, bottom: 46 }, place: (known) => [place.get(known[knob]), known[metric]],
  };
}

// What a threshold's number stands for.
function roleOf(name) {
  const place = openingConditions().findIndex((c) => c.column === name);
  return place < 0 ? "" : ["discriminative", "robust"][place];
}

// How sure a share is: its 90 % interval over configurations drawn anew, and how often values dealt out by chance give as much.
// The draws are the same whenever the page is opened.
function sureness(name, knob) {
  const units = configurationMeans(name, knob);
  const own = shareBetween(units);
  const draw = d3.randomLcg(0.5);
  const [dealt, redrawn] = [[], []];
  for (let k = 0; k < 199; k++) {
    const order = d3.shuffler(draw)(d3.range(units.length));
    dealt.push(shareBetween(units, (i) => units[order[i]].level));
    redrawn.push(shareBetween(units.map(() => units[Math.floor(draw() * units.length)])));
  }
  const ends = d3.sort(redrawn.filter(Number.isFinite));
  return { low: d3.quantileSorted(ends, 0.05), high: d3.quantileSorted(ends, 0.95), p: (1 + dealt.filter((share) => share >= own - 1e-12).length) / 200, n: units.length };
}

// The value with the best median.
function bestLevel(name, knob) {
  if (!["higher", "lower"].includes(better(name))) return "";
  const middles = d3.rollups(ROWS.filter((row) => values(name)[row] !== null), (rows) => d3.median(rows, (row) => values(name)[row]), (row) => values(knob.name)[row]);
  const [level, middle] = middles.sort((a, b) => (better(name) === "higher" ? b[1] - a[1] : a[1] - b[1]))[0];
  return level === null ? "" : `, best at ${shortened(tidy(level), 20)}: median ${formatted(middle)}`;
}

// In words: what the numbers of the two thresholds go with most.
function sharesInWords(knobs) {
  const said = openingConditions().flatMap((c) => {
    const ordered = knobs.map((knob) => [knob, varianceBetween(c.column, knob.name)]).filter(([, s]) => s !== null).sort((a, b) => b[1] - a[1]);
    if (!ordered.length) return [];
    const parts = ordered.slice(0, 2).map(([knob, s]) => shareInWords(c.column, knob, s));
    const what = `${roleOf(c.column) === "robust" ? "Robustness" : "Discrimination"}, told by ${labelOf(c.column)}`;
    const verdict = verdictInWords(c.column);
    const own = `${verdict ? "One hyper-parameter at a time, each against chance by itself, without correction for many: the most of the variance lies between the values of" : `${what}, goes most with`} ${parts.join(verdict ? "; then of " : "; then with ")}`;
    return verdict ? [`${what}: ${verdict}.`, `${own}.`] : [`${own}. ${ordered.length > 1 ? `Each is held against chance by itself, without correction for ${ordered.length} hyper-parameters.` : ""}`.trim()];
  });
  return element("div", { className: "in-words" }, ...[...said, ...otherMeasures(knobs)].map((text) => element("p", {}, isolated(text))));
}

// What morphsweep drivers, which weighs all hyper-parameters together and corrects for their number, found of a number; empty when
// it was not asked.
function verdictInWords(name) {
  const found = (DATA.beside.verdicts ?? {})[name] ?? [];
  const named = (verdict, told) => found.filter((row) => row.verdict === verdict).map((row) => told(shortened(row.hyperparameter, 30), row));
  const surely = [...named("acts", (knob, row) => `${knob} acts (${Math.round(100 * row.share)} % of the variance in a forest of all hyper-parameters)`), ...named("unsure", (knob) => `${knob} acts in matched cells`)];
  const perhaps = named("alone", (knob) => knob);
  if (!found.length) return "";
  const maybe = perhaps.length ? `; in a single comparison only, not beyond chance among ${found.length}: ${perhaps.join(", ")}` : "";
  return `morphsweep drivers finds ${surely.length ? `beyond chance that ${surely.join(" and ")}` : "no hyper-parameter beyond chance"}${maybe}`;
}

// The same in a word or two behind the most of a number's shares.
function verdictOf(name, knob) {
  const row = ((DATA.beside.verdicts ?? {})[name] ?? []).find((found) => found.hyperparameter === knob);
  return row ? `; drivers: ${{ acts: "beyond chance", unsure: "beyond chance in matched cells", alone: "in a single comparison only", inert: "not beyond chance" }[row.verdict]}` : "";
}

function shareInWords(name, knob, share) {
  const { low, high, p, n } = sureness(name, knob.name);
  const chance = p <= 0.05 ? `chance alone gives as much in ${Math.max(1, Math.round(100 * p))} of 100 deals` : `not told from chance, which gives as much in ${Math.round(100 * p)} of 100 deals`;
  return `${shortened(knob.label, 30)} (${Math.round(100 * share)} % of the variance between ${n} configurations, 90 % interval ${Math.round(100 * low)} to ${Math.round(100 * high)} %; ${chance}${bestLevel(name, knob)})`;
}

// Other measures of robustness need not go with the same hyper-parameter.
function otherMeasures(knobs) {
  const asked = openingConditions().map((c) => c.column);
  const said = DATA.main_columns.filter((name) => /^(aligned_rmse|f1_drop|segment_collinearity)(_rel)?$/.test(name) && !asked.includes(name)).flatMap((name) => {
    const [most] = knobs.map((knob) => [knob, varianceBetween(name, knob.name)]).filter(([, s]) => s !== null).sort((a, b) => b[1] - a[1]);
    return most ? [`${labelOf(name)} with ${shortened(most[0].label, 30)} (${Math.round(100 * most[1])} %${verdictOf(name, most[0].name)})`] : [];
  });
  return said.length ? [`Robustness told by other numbers, one hyper-parameter at a time and without a test against chance, goes most: ${said.join("; ")}.`] : [];
}

// Every main number against every hyper-parameter: how much of the number's variance lies between the values. A click draws it.
function shareMatrix(knobs) {
  const names = [...new Set([...STATE.conditions.map((c) => c.column), ...DATA.main_columns])].filter((name) => isNumeric(name) && varies(name));
  const head = element("tr", {}, element("th", { scope: "col", textContent: "share of variance by" }), ...knobs.map((knob) => element("th", { scope: "col", className: "num" }, isolated(shortened(knob.label, 24)))));
  const body = names.map((name) => {
    const shares = knobs.map((knob) => varianceBetween(name, knob.name));
    const most = Math.max(...shares.map((s) => s ?? 0));
    const button = pressButton("", () => update({ metric: name }), { className: "link", title: "Draw this number below" });
    button.append(isolated(labelOf(name)));
    const role = roleOf(name);
    const cells = shares.map((s) => {
      const cell = element("td", { className: "num", textContent: s === null ? "–" : `${Math.round(100 * s)} %` });
      if (s !== null) cell.style.backgroundImage = `linear-gradient(rgba(${shade("tint")},${(0.5 * s).toFixed(2)}) 0 0)`;
      if (s === most && s > 0) cell.classList.add("most");
      return cell;
    });
    return element("tr", {}, element("th", { scope: "row" }, button, role ? element("span", { className: "role", textContent: role }) : null), ...cells);
  });
  return element("div", { className: "scroll shares" }, element("table", { className: "plain" }, element("thead", {}, head), element("tbody", {}, ...body)));
}

function sharesCsv(knobs) {
  const names = metricColumns().map((column) => column.name).filter(varies);
  return { columns: ["column", ...knobs.map((knob) => knob.name)], rows: names.map((name) => [name, ...knobs.map((knob) => varianceBetween(name, knob.name))]) };
}

function viewShares(host) {
  const knobs = varyingKnobs().filter((knob) => levelsOf(knob.name).length <= 24);
  if (!knobs.length || !metricColumns().length) return nothing(host, "No hyper-parameter varies: there is nothing that could drive a number.");
  const parts = card(host, {
    title: "Which hyper-parameter goes with which number", name: "share_of_variance", csv: () => sharesCsv(knobs),
    reading: "Each cell: how much of the variance of a number, over all configurations (replicates averaged), lies between the values of one hyper-parameter by itself, whatever the others do; bold: the most of its row; –: it has one value where it can act. Shares overlap when the grid is not complete, and chance alone gives about (values − 1) / (configurations − 1). Click a number to see its models below. morphsweep drivers RESULTS --out RESULTS/drivers weighs all hyper-parameters together, with a correction for their number: another measure, whose shares differ from these, and the one to decide by.",
  });
  whenNear(parts.figure, () => parts.plot.append(sharesInWords(knobs), shareMatrix(knobs)));
}

function viewKnobs(host) {
  const knobs = varyingKnobs().filter((knob) => levelsOf(knob.name).length <= 24);
  if (!knobs.length || !metricColumns().length) return;
  const parts = card(host, {
    title: "A number by each hyper-parameter", name: () => `${STATE.metric}_by_hyperparameter`, csv: () => modelTable([STATE.metric]),
    reading: "A point is a model, a bar the median of its value. The more the bars differ, against the spread within a value, the more the number goes with that hyper-parameter.",
  });
  const [grid, key] = [element("div", { className: "knob-grid" }), element("div")];
  parts.plot.append(grid, key);
  const field = dropdown(parts.controls, "Number", groupedMetrics(), STATE.metric, (metric) => update({ metric }));
  const plots = [];
  const tell = () => { field.value = STATE.metric; parts.define([STATE.metric]); };
  whenNear(parts.figure, () => {
    for (const knob of knobs) plots.push(pointPlot(grid.appendChild(element("div")), () => knobPoints(STATE.metric, knob.name, 270)));
    legend(key, colouring(STATE.colour));
    tell();
  });
  watch(["metric"], tell);
  watch(["colour", "conditions"], () => { if (plots.length) legend(key, colouring(STATE.colour)); });
  watch(["metric", "colour", "conditions", "selected", "pinned", "model"], () => plots.forEach((plot) => plot.redraw()));
}
