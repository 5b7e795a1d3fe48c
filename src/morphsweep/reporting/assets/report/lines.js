// Discrimination over time: one line per perturbation, a panel per regime, or the difference of two models.

const MEASURES = { f1: "F1", pr_auc: "PR-AUC", auroc: "AUROC" };
const ENDS = { f1: ["low", "high"], pr_auc: ["pr_auc_low", "pr_auc_high"], auroc: ["auroc_low", "auroc_high"] }; // of their intervals

function knownMeasures() {
  return Object.keys(MEASURES).filter((name) => DATA.numbers.over_time[name] !== undefined);
}

// Lines in a panel: each { time, value, low?, high?, p, dash }.
function linePanel(host, { title, lines, yTitle, yDomain, height = 270, zero = false, note: said }) {
  const draw = () => {
    const width = Math.max(host.clientWidth, 160);
    host.drawnWidth = host.clientWidth;
    const box = { left: 48, right: width - 12, top: 30, bottom: height - 42 };
    const svg = d3.create("svg").attr("class", "axes lines").attr("width", width).attr("height", height).attr("role", "img").attr("aria-label", `${title}: ${yTitle} over time`);
    const times = lines.flatMap((line) => line.time);
    const x = d3.scaleLinear(times.length ? d3.extent(times) : [0, 1], [box.left, box.right]);
    const y = d3.scaleLinear(yDomain ?? extent([lines.flatMap((line) => line.value)]), [box.bottom, box.top]);
    svg.append("g").attr("class", "axis").attr("transform", `translate(0,${box.bottom})`).call(d3.axisBottom(x).ticks(Math.max(3, Math.round(width / 80))).tickSizeInner(-(box.bottom - box.top)).tickPadding(8));
    svg.append("g").attr("class", "axis").attr("transform", `translate(${box.left},0)`).call(d3.axisLeft(y).ticks(5).tickSizeInner(-(box.right - box.left)).tickPadding(8));
    svg.append("text").attr("class", "ptitle").attr("x", (box.left + box.right) / 2).attr("y", 16).attr("text-anchor", "middle").text(shortened(title, 60));
    svg.append("text").attr("class", "xtitle").attr("x", (box.left + box.right) / 2).attr("y", height - 6).attr("text-anchor", "middle").text(`Time${DATA.time_unit ? ` (${shortened(DATA.time_unit, 20)})` : ""}`);
    svg.append("text").attr("class", "ytitle").attr("transform", `translate(12,${(box.top + box.bottom) / 2}) rotate(-90)`).attr("text-anchor", "middle").text(shortened(yTitle, 30));
    if (zero) svg.append("line").attr("class", "guide").attr("x1", box.left).attr("x2", box.right).attr("y1", y(0)).attr("y2", y(0));
    for (const line of lines) drawTimeLine(svg, line, x, y);
    if (!lines.length) svg.append("text").attr("class", "guide-label").attr("x", (box.left + box.right) / 2).attr("y", height / 2).attr("text-anchor", "middle").text(said ?? "not computed");
    svg.on("pointermove", (event) => lineTip(event, lines, x, y)).on("pointerleave", hideTip);
    host.replaceChildren(svg.node());
  };
  host.redraw = draw;
  SIZED.observe(host);
  draw();
}

function drawTimeLine(svg, line, x, y) {
  const known = (i) => line.value[i] !== null && line.value[i] !== undefined;
  const places = d3.range(line.time.length);
  if (line.low && line.high) {
    const area = d3.area().defined((i) => line.low[i] !== null && line.high[i] !== null).x((i) => x(line.time[i])).y0((i) => y(line.low[i])).y1((i) => y(line.high[i]));
    svg.append("path").attr("class", "band").attr("d", area(places)).attr("fill", line.p.color);
  }
  svg.append("path").attr("class", "time-line").attr("d", d3.line().defined(known).x((i) => x(line.time[i])).y((i) => y(line.value[i]))(places)).attr("stroke", line.p.color).attr("stroke-dasharray", line.dash ? "6 4" : null);
  const symbol = d3.symbol(SYMBOLS[PERTURBATIONS.indexOf(line.p) % SYMBOLS.length], 26)();
  for (const i of places.filter(known)) svg.append("path").attr("d", symbol).attr("transform", `translate(${x(line.time[i])},${y(line.value[i])})`).attr("fill", line.p.color);
}

function lineTip(event, lines, x, y) {
  const [px, py] = d3.pointer(event);
  let [best, distance] = [null, 18];
  for (const line of lines) line.time.forEach((t, i) => {
    if (line.value[i] === null || line.value[i] === undefined) return;
    const d = Math.hypot(x(t) - px, y(line.value[i]) - py);
    if (d < distance) [best, distance] = [{ line, i }, d];
  });
  if (!best) return hideTip();
  const { line, i } = best;
  showTip(event.clientX, event.clientY,
    element("div", { className: "tip-title" }, isolated(shortened(line.p.name, 60)), line.dash ? " (held out)" : ""),
    element("div", { textContent: `${formatted(line.time[i])} ${DATA.time_unit}: ${formatted(line.value[i])}${line.low && line.low[i] !== null ? ` (${formatted(line.low[i])} to ${formatted(line.high[i])})` : ""}` }),
    line.n_positive ? element("div", { className: "soft", textContent: counted(line.n_positive[i], "snip") }) : "");
}

// Lines of a model under one regime.
function timeLines(row, regime, measure, hidden) {
  const held = heldOut(regime);
  return PERTURBATIONS.flatMap((p, place) => {
    const line = hidden.has(p.name) ? null : timeLine(row, regime, place);
    if (!line || !line[measure]) return [];
    const [low, high] = ENDS[measure].map((end) => line[end] ?? null);
    return [{ time: line.time, value: line[measure], low, high, n_positive: line.n_positive, p, dash: held.has(p.name) }];
  });
}

function differenceLines(a, b, regime, measure, hidden) {
  const second = new Map(timeLines(b, regime, measure, hidden).map((line) => [line.p.name, line]));
  return timeLines(a, regime, measure, hidden).flatMap((line) => {
    const other = second.get(line.p.name);
    if (!other) return [];
    const at = new Map(other.time.map((t, i) => [t.toFixed(3), other.value[i]]));
    const value = line.time.map((t, i) => { const v = at.get(t.toFixed(3)); return v === undefined || v === null || line.value[i] === null ? null : line.value[i] - v; });
    return [{ ...line, value, low: null, high: null }];
  });
}

function timeCsv(rows) {
  const measures = knownMeasures().flatMap((m) => [m, ...ENDS[m].filter((end) => DATA.numbers.over_time[end] !== undefined)]);
  const found = rows.flatMap((row) => DATA.regimes.flatMap((regime) => PERTURBATIONS.flatMap((p, place) => {
    const line = timeLine(row, regime.name, place);
    return line ? line.time.map((t, i) => [DATA.models.index[row], regime.name, p.name, +t.toPrecision(6), ...measures.map((m) => (line[m]?.[i] === null || line[m] === undefined ? null : +line[m][i].toFixed(5))), line.n_positive?.[i]]) : [];
  })));
  return { columns: ["model_index", "regime", "perturbation", "time", ...measures, "n_positive"], rows: found };
}
