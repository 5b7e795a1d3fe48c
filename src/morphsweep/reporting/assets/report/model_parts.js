// What a card and the comparison tell of a model.

function factTags(row) {
  return element("p", { className: "tags" }, ...varyingKnobs().map((knob) => element("span", { className: "tag" }, isolated(`${shortened(knob.label, 30)} `), element("b", {}, isolated(shortened(tidy(values(knob.name)[row]), 40))))));
}

function placeLine(row) {
  const tranche = CUT.tranche[row];
  const rank = CUT.rank[row];
  const parts = [element("span", { className: `dot t${tranche ?? 0}` }), tranche ? `Tranche ${trancheName(tranche)}` : "No tranche"];
  if (rank) parts.push(` · ${ordinal(rank)} of ${CUT.ordered.length} in the ranking`);
  if (paretoFront(CUT).has(row)) parts.push(" · on the Pareto front");
  return element("p", {}, ...parts);
}

// In words: what puts the model where it is.
function reasonsOf(row) {
  const said = CUT.conditions.map((c) => {
    const value = values(c.column)[row];
    const answer = holds(c, row);
    return `${labelOf(c.column)} ${value === null ? "is missing" : `${formatted(value)} ${answer ? "passes" : "fails"}`} ${c.op} ${tidy(+Number(c.value).toPrecision(4))}`;
  });
  const flags = flagsOf(CUT)(row);
  const why = whyNoTranche(CUT, row).reason;
  return [...said, ...(flags ? flags.split("; ") : []), ...(why && CUT.tranche[row] === null ? [why] : [])]; // flags of curves stand below, under their health
}

function reasonList(row) {
  return element("ul", { className: "reasons" }, ...reasonsOf(row).map((text) => element("li", {}, isolated(text))));
}

function replicateLine(row) {
  const others = replicates(row);
  if (!others.length) return element("p", { className: "soft", textContent: "Trained once: how much chance moves its numbers is not known from itself." });
  return element("p", {}, "Replicates of the same configuration: ", ...others.flatMap((other, k) => [k ? ", " : "", modelButton(DATA.models.index[other])]), element("span", { className: "soft", textContent: ". Differences to them are chance." }));
}

// Its curves that are not ok, and the share that is.
function healthOf(row) {
  const index = DATA.models.index[row];
  const bad = DATA.health.filter((entry) => entry.model_index === index);
  if (!bad.length) return element("p", {}, "All its curves are healthy.");
  const all = new Set([...pieces("curves").keys()].filter((key) => key.startsWith(`${row} `) && !key.includes(ALIGNED))).size;
  const one = bad.length === 1;
  const said = element("p", {}, `${bad.length} of its ${Math.max(all, bad.length)} curves ${one ? "is" : "are"} not healthy; numbers that rest on ${one ? "it" : "them"} are flagged.`);
  return element("div", {}, said, healthList(bad));
}

function healthList(bad) {
  return element("ul", { className: "reasons" }, ...bad.map((entry) => element("li", {}, element("b", {}, isolated(`${shortened(entry.regime, 30)} · ${shortened(entry.perturbation, 40)}: `)), isolated(entry.reason))));
}

function distributionColumns() {
  const axes = STATE.conditions.map((c) => c.column);
  return [...new Set([...axes, ...DATA.main_columns])].filter((name) => isNumeric(name) && (varies(name) || ROWS.length === 1));
}

// Where a model stands in a number: all models as ticks, quartiles as a box, its replicates as rings, itself as a dot.
function distributionStrip(name, rows, width = 430) {
  const all = values(name);
  const known = all.filter((value) => value !== null).sort((a, b) => a - b);
  const [low, high] = robustEnds(known);
  const x = d3.scaleLinear([low, high], better(name) === "lower" ? [width - 8, 8] : [8, width - 8]).clamp(true);
  const svg = d3.create("svg").attr("class", "strip").attr("viewBox", `0 0 ${width} 26`).attr("preserveAspectRatio", "xMinYMid").attr("role", "img");
  const [q1, q2, q3] = [0.25, 0.5, 0.75].map((q) => quantileOf(population(name), q));
  svg.append("rect").attr("class", "quartiles").attr("x", Math.min(x(q1), x(q3))).attr("width", Math.abs(x(q3) - x(q1))).attr("y", 5).attr("height", 16);
  svg.append("path").attr("class", "ticks").attr("d", known.map((v) => `M${x(v).toFixed(1)},9v8`).join(""));
  svg.append("line").attr("class", "middle").attr("x1", x(q2)).attr("x2", x(q2)).attr("y1", 5).attr("y2", 21);
  const limit = limitOf(name);
  if (limit && rows.length && all[rows[0]] !== null) {
    const [a, b] = [x(all[rows[0]] - limit), x(all[rows[0]] + limit)];
    svg.append("rect").attr("class", "floor").attr("x", Math.min(a, b)).attr("width", Math.abs(b - a)).attr("y", 20).attr("height", 3);
  }
  rows.forEach((row, k) => {
    for (const other of replicates(row)) if (all[other] !== null) svg.append("circle").attr("class", "replicate").attr("cx", x(all[other])).attr("cy", 13).attr("r", 4);
    if (all[row] === null) return;
    const ends = interval(name);
    if (ends && ends[0][row] !== null) svg.append("line").attr("class", `interval interval-${k}`).attr("x1", x(ends[0][row])).attr("x2", x(ends[1][row])).attr("y1", 13).attr("y2", 13);
    svg.append("circle").attr("class", `own own-${k}`).attr("cx", x(all[row])).attr("cy", 13).attr("r", 5.5);
  });
  const star = DATA.baseline?.values[name];
  if (typeof star === "number") svg.append("path").attr("class", "star").attr("d", d3.symbol(d3.symbolStar, 70)()).attr("transform", `translate(${x(star)},13)`);
  const at = (row) => (all[row] === null ? "missing" : `${formatted(all[row])}, above ${Math.round((100 * d3.bisectLeft(known, all[row])) / Math.max(known.length, 1))} % of the models`);
  svg.attr("aria-label", rows.map((row) => `model ${DATA.models.index[row]}: ${at(row)}`).join("; "));
  return svg.node();
}

// Place in words: rank from the better end.
function standingText(name, row) {
  const value = values(name)[row];
  if (value === null) return "missing";
  const known = population(name);
  if (known.length < 2) return "the only one";
  if (!isFull(name, row) && ROWS.some((other) => isFull(name, other) && values(name)[other] !== null)) return "partial, not ranked";
  const side = better(name);
  if (side === "range" || !side) {
    const usual = usualRange(name);
    return usual ? (value < usual.low || value > usual.high ? "abnormal" : "usual") : "";
  }
  return `${ordinal(1 + known.filter((v) => (side === "higher" ? v > value : v < value)).length)} of ${known.length}`;
}

function distributionTable(rows) {
  const head = element("tr", {}, element("th", { scope: "col", textContent: "number" }), ...rows.map((row, k) => element("th", { scope: "col", className: "num" }, rows.length > 1 ? element("span", { className: `ab own-${k}`, textContent: "AB"[k] }) : null, String(DATA.models.index[row]))), element("th", { scope: "col", textContent: "place" }), element("th", { scope: "col", textContent: `among all models · better to the right${distributionColumns().some((name) => !["higher", "lower"].includes(better(name))) ? " (larger, where abnormal on both sides)" : ""}` }));
  const body = distributionColumns().map((name) => {
    const floor = DATA.decision.noise[name];
    const hint = floor ? `Replicates differ by ${formatted(floor.sd)} (SD, ${floor.df} degrees of freedom); beyond ${formatted(floor.limit)}, the repeatability limit, two trainings of one configuration differ once in twenty times.` : "";
    const title = element("th", { scope: "row", title: `${COLUMNS.get(name).description} ${hint}` }, isolated(labelOf(name)));
    const cells = rows.map((row) => {
      const cell = element("td", { className: "num", textContent: formatted(values(name)[row]), title: note(name, row) });
      if (note(name, row)) cell.classList.add("doubt");
      return cell;
    });
    const places = element("td", { className: "nowrap soft", textContent: rows.map((row) => standingText(name, row)).join(" | ") });
    return element("tr", {}, title, ...cells, places, element("td", { className: "strip-cell" }, distributionStrip(name, rows)));
  });
  return element("div", { className: "scroll" }, element("table", { className: "plain distribution" }, element("thead", {}, head), element("tbody", {}, ...body)));
}

function distributionCsv(rows) {
  const columns = ["column", ...rows.map((row) => `model_${DATA.models.index[row]}`), "q25", "q50", "q75"];
  return { columns, rows: distributionColumns().map((name) => { const known = values(name); return [name, ...rows.map((row) => known[row]), ...[0.25, 0.5, 0.75].map((q) => quantileOf(population(name), q))]; }) };
}

function pinButton(index) {
  const on = STATE.pinned.includes(index);
  const button = pressButton(on ? "Unpin" : "Pin to compare", () => pin(index), { className: "pin" });
  button.setAttribute("aria-pressed", String(on));
  return button;
}
