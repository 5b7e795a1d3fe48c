// What the snips of a model are taken for over time, and the course of every single individual.

const COURSE_STEPS = 250;
const RECOGNISED = new Map(); // "row regime" -> number of the run and of its first course

function recognitionRuns() {
  const described = DATA.numbers.recognition;
  if (RECOGNISED.size || !described.count) return RECOGNISED;
  const [model, regime, count] = ["model", "regime", "count"].map((name) => packed(described[name]));
  for (let run = 0, first = 0; run < count.length; first += count[run], run += 1) {
    RECOGNISED.set(`${model[run]} ${described.regimes[regime[run]]}`, { run, first, count: count[run] });
  }
  return RECOGNISED;
}

function isRecognised(row) {
  recognitionRuns();
  return DATA.regimes.some((regime) => RECOGNISED.has(`${row} ${regime.name}`));
}

// Shares of the snips of one perturbation, by what they are taken for: one list over the bins each, null where unknown.
function confusionOf(row, regime, actual) {
  const found = recognitionRuns().get(`${row} ${regime}`);
  if (!found) return null;
  const described = DATA.numbers.recognition;
  const [n, bins, all] = [PERTURBATIONS.length, described.time.length, packed(described.confusion)];
  return PERTURBATIONS.map((_, predicted) => {
    const start = ((found.run * n + actual) * n + predicted) * bins;
    return Array.from(all.subarray(start, start + bins), (v) => (v === 65535 ? null : v / 65534));
  });
}

// Individuals of one perturbation: name and probability of its own perturbation per bin.
function coursesOf(row, regime, place) {
  const found = recognitionRuns().get(`${row} ${regime}`);
  if (!found) return [];
  const described = DATA.numbers.recognition;
  const [who, of, course] = ["individual", "perturbation", "course"].map((name) => packed(described[name]));
  const bins = described.time.length;
  return d3.range(found.first, found.first + found.count).filter((k) => of[k] === place).map((k) => ({
    individual: described.individuals[who[k]],
    p: Array.from(course.subarray(k * bins, (k + 1) * bins), (v) => (v === 255 ? null : v / COURSE_STEPS)),
  }));
}

function shownPerturbations(hidden) {
  return PERTURBATIONS.map((p, place) => ({ p, place })).filter(({ p }) => !hidden.has(p.name));
}

// Two pictures of the models in `rows`; returns how to draw them again for another regime.
function recognitionPictures(host, rows, local) {
  const known = rows.filter(isRecognised);
  if (!DATA.numbers.recognition.count) return () => {};
  if (!known.length) { host.append(element("p", { className: "soft", textContent: `What its snips are taken for is kept in this file for the first ${new Set(packed(DATA.numbers.recognition.model)).size} models of the ranking; \`morphsweep figures --model ${DATA.models.index[rows[0]]}\` draws it.` })); return () => {}; }
  const metrics = ["confusion_over_time", "predicted_probability", ...DATA.regimes.map((regime) => `f1_${regime.name}`)];
  const tag = rows.map((row) => DATA.models.index[row]).join("_");
  const confusion = card(host, {
    title: "What its snips are taken for", name: `confusion_over_time_${tag}`, csv: () => confusionCsv(known), metrics: [metrics[0], ...metrics.slice(2)],
    reading: "Each panel is one perturbation, and the height of a colour is the share of its snips that the classifier takes for the perturbation of that colour: the more of its own colour, the better; another colour tells what it is confused with, and when.",
  });
  const courses = card(host, {
    title: "Course of every individual", name: `individuals_over_time_${tag}`, csv: () => courseCsv(known), metrics: metrics.slice(1),
    reading: "Each thin line is an individual that the classifier did not see: how probable it finds the individual's own perturbation, higher is better. Thick: their mean; dotted: a guess among all. Point at a line, or go through them with the arrow keys, to see which individual it is.",
  });
  const pictures = [[confusion, confusionPanel], [courses, coursePanel]];
  const selects = pictures.map(([parts]) => regimeSwitch(parts));
  const draw = () => {
    for (const select of selects) if (select) select.value = STATE.regime;
    for (const [parts, panel] of pictures) recognitionGrid(parts.plot, known, local, panel);
    takenFor(confusion);
  };
  draw();
  return draw;
}

function regimeSwitch(parts) {
  if (DATA.regimes.length < 2) return null;
  return dropdown(parts.controls, "Trained on", DATA.regimes.map((regime) => [regime.name, regime.name]), STATE.regime, (regime) => update({ regime }));
}

// Which colour is which perturbation, beside the pictures.
function takenFor(parts) {
  parts.controls.querySelector(".taken-for")?.remove();
  const dots = PERTURBATIONS.map((p) => {
    const dot = element("span", { className: "dot" });
    dot.style.background = p.color;
    return element("span", { className: "key" }, dot, isolated(shortened(p.name, 30)));
  });
  parts.controls.append(element("span", { className: "taken-for" }, element("span", { className: "soft", textContent: "taken for" }), ...dots));
}

function recognitionGrid(plot, rows, local, panel) {
  plot.replaceChildren();
  const held = heldOut(STATE.regime);
  rows.forEach((row) => {
    if (STATE.pinned.length > 1 && rows.length > 1) plot.append(element("h4", { className: "panel-row" }, element("span", { className: `ab own-${STATE.pinned.indexOf(DATA.models.index[row])}`, textContent: "AB"[STATE.pinned.indexOf(DATA.models.index[row])] }), `model ${DATA.models.index[row]}`));
    const grid = plot.appendChild(element("div", { className: "small-grid" }));
    for (const { p, place } of shownPerturbations(local.hidden)) {
      const stage = grid.appendChild(element("div"));
      smallPanel(stage, `${shortened(p.name, 26)}${held.has(p.name) ? " (held out)" : ""}`, (frame) => panel(frame, row, p, place));
    }
  });
}

// A small picture over time from 0 to 1; `fill` draws into it.
function smallPanel(host, title, fill) {
  const draw = () => {
    const width = Math.max(host.clientWidth, 150);
    host.drawnWidth = host.clientWidth;
    const height = 158;
    const box = { left: 34, right: width - 10, top: 24, bottom: height - 36 };
    const bins = DATA.numbers.recognition.time;
    const step = bins.length > 1 ? bins[1] - bins[0] : 1;
    const x = d3.scaleLinear([bins[0] - step / 2, bins[bins.length - 1] + step / 2], [box.left, box.right]);
    const y = d3.scaleLinear([0, 1], [box.bottom, box.top]);
    const svg = d3.create("svg").attr("class", "axes lines small").attr("width", width).attr("height", height).attr("role", "img").attr("tabindex", 0);
    svg.append("g").attr("class", "axis").attr("transform", `translate(0,${box.bottom})`).call(d3.axisBottom(x).ticks(Math.max(4, Math.round(width / 55))).tickSizeInner(-(box.bottom - box.top)).tickPadding(6));
    svg.append("g").attr("class", "axis").attr("transform", `translate(${box.left},0)`).call(d3.axisLeft(y).tickValues([0, 0.5, 1]).tickFormat(d3.format("~g")).tickSizeInner(-(box.right - box.left)).tickPadding(5));
    svg.append("text").attr("class", "ptitle").attr("x", box.left).attr("y", 14).text(title);
    svg.append("text").attr("class", "xtitle").attr("x", (box.left + box.right) / 2).attr("y", height - 4).attr("text-anchor", "middle").text(`Time${DATA.time_unit ? ` (${shortened(DATA.time_unit, 20)})` : ""}`);
    fill({ svg, x, y, bins, title });
    host.replaceChildren(svg.node());
  };
  host.redraw = draw;
  SIZED.observe(host);
  draw();
}

function saysNothing({ svg, x, y, bins }) {
  svg.append("text").attr("class", "guide-label").attr("text-anchor", "middle").attr("x", x(d3.mean(bins))).attr("y", y(0.5)).text("not predicted");
}

// One bar per bin, its own perturbation lowest.
function confusionPanel(frame, row, p, place) {
  const { svg, x, y, bins, title } = frame;
  const shares = confusionOf(row, STATE.regime, place);
  if (!shares || !shares.some((list) => list.some((v) => v !== null))) return saysNothing(frame);
  const order = [place, ...d3.range(PERTURBATIONS.length).filter((other) => other !== place)];
  const paths = new Map(order.map((other) => [other, []]));
  const edges = [x.range()[0], ...d3.pairs(bins).map(([a, b]) => Math.round(x((a + b) / 2))), x.range()[1]]; // whole pixels: no gap between bars
  bins.forEach((_, k) => {
    let below = 0;
    for (const other of order) {
      const share = shares[other][k];
      if (!share) continue;
      const [left, right] = [edges[k], edges[k + 1]];
      paths.get(other).push(`M${left},${y(below).toFixed(1)}H${right}V${y(below + share).toFixed(1)}H${left}z`);
      below += share;
    }
  });
  for (const [other, parts] of paths) if (parts.length) svg.append("path").attr("class", "taken").attr("d", parts.join("")).attr("fill", PERTURBATIONS[other].color);
  svg.attr("aria-label", `${title}: what its snips are taken for over time; ${Math.round(100 * (d3.mean(shares[place].filter((v) => v !== null)) ?? 0))} % for itself on average`);
  const tell = (k, at) => {
    const told = order.filter((other) => shares[other][k]).sort((a, b) => shares[b][k] - shares[a][k]).slice(0, 6);
    if (!told.length) return hideTip();
    showTip(at.x, at.y, element("div", { className: "tip-title" }, isolated(shortened(p.name, 60)), ` · ${formatted(bins[k])} ${DATA.time_unit}`), ...told.map((other) => {
      const dot = element("span", { className: "dot" });
      dot.style.background = PERTURBATIONS[other].color;
      return element("div", {}, dot, `${Math.round(100 * shares[other][k])} % taken for `, isolated(shortened(PERTURBATIONS[other].name, 40)));
    }));
  };
  svg.on("pointermove", (event) => tell(d3.minIndex(bins, (t) => Math.abs(x(t) - d3.pointer(event)[0])), { x: event.clientX, y: event.clientY })).on("pointerleave", hideTip);
  steppedByKeys(svg, bins.length, tell, (k) => [x(bins[k]), y(0.5)]);
}

// One thin line per individual, their mean, and what a guess would give.
function coursePanel(frame, row, p, place) {
  const { svg, x, y, bins, title } = frame;
  const lines = coursesOf(row, STATE.regime, place);
  if (!lines.length) return saysNothing(frame);
  const path = d3.line().defined((v) => v !== null && v !== undefined).x((_, k) => x(bins[k])).y(y);
  const mean = bins.map((_, k) => d3.mean(lines, (line) => line.p[k]) ?? null);
  const paths = lines.map((line) => svg.append("path").attr("class", "course").attr("data-individual", line.individual).attr("d", path(line.p)).attr("stroke", p.color));
  svg.append("path").attr("class", "course-mean").attr("d", path(mean));
  svg.append("line").attr("class", "chance").attr("x1", x.range()[0]).attr("x2", x.range()[1]).attr("y1", y(1 / PERTURBATIONS.length)).attr("y2", y(1 / PERTURBATIONS.length));
  svg.attr("aria-label", `${title}: probability of the own perturbation over time, ${counted(lines.length, "individual")}`);
  const tell = (which, at, k = null) => {
    const { individual, p: course } = lines[which];
    follows(svg.node(), individual);
    paths[which].raise();
    showTip(at.x, at.y, element("div", { className: "tip-title" }, isolated(shortened(individual, 60))), element("div", {}, isolated(shortened(p.name, 60)), k === null ? `: ${formatted(d3.mean(course))} on average` : `: ${formatted(course[k])} at ${formatted(bins[k])} ${DATA.time_unit}`));
  };
  svg.on("pointermove", (event) => {
    const [px, py] = d3.pointer(event);
    let [best, distance] = [null, 14];
    lines.forEach((line, which) => line.p.forEach((v, k) => {
      const d = v === null ? Infinity : Math.hypot((x(bins[k]) - px) / 2, y(v) - py);
      if (d < distance) [best, distance] = [[which, k], d];
    }));
    if (!best) { follows(svg.node(), null); return hideTip(); }
    tell(best[0], { x: event.clientX, y: event.clientY }, best[1]);
  }).on("pointerleave", () => { follows(svg.node(), null); hideTip(); });
  const worst = d3.range(lines.length).sort((a, b) => d3.mean(lines[a].p) - d3.mean(lines[b].p)); // the least recognised first
  steppedByKeys(svg, lines.length, (k, at) => tell(worst[k], at), (k) => [x(bins[bins.length - 1]) - 40, y(d3.mean(lines[worst[k]].p))]);
}

// The same individual is marked in every panel of the picture, so that two models can be compared on it.
function follows(node, individual) {
  const host = node.closest(".plot");
  if (host?.followed === individual) return;
  if (host) host.followed = individual;
  for (const path of host?.querySelectorAll(".course") ?? []) path.classList.toggle("followed", path.dataset.individual === individual);
  host?.classList.toggle("following", individual !== null);
}

function steppedByKeys(svg, n, tell, where) {
  let k = -1;
  svg.on("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    k = k < 0 ? (step > 0 ? 0 : n - 1) : (k + step + n) % n;
    const at = svg.node().getBoundingClientRect();
    const [px, py] = where(k);
    tell(k, { x: at.left + px, y: at.top + py });
  }).on("blur", () => { hideTip(); follows(svg.node(), null); });
}

function confusionCsv(rows) {
  const bins = DATA.numbers.recognition.time;
  const found = rows.flatMap((row) => DATA.regimes.flatMap(({ name: regime }) => PERTURBATIONS.flatMap((p, place) => (confusionOf(row, regime, place) ?? []).flatMap((shares, other) =>
    shares.flatMap((share, k) => (share === null ? [] : [[DATA.models.index[row], regime, p.name, PERTURBATIONS[other].name, bins[k], +share.toFixed(3)]]))))));
  return { columns: ["model_index", "regime", "perturbation", "predicted", "time", "share"], rows: found };
}

function courseCsv(rows) {
  const bins = DATA.numbers.recognition.time;
  const found = rows.flatMap((row) => DATA.regimes.flatMap(({ name: regime }) => PERTURBATIONS.flatMap((p, place) => coursesOf(row, regime, place).flatMap((line) =>
    line.p.flatMap((v, k) => (v === null ? [] : [[DATA.models.index[row], regime, p.name, line.individual, bins[k], v]]))))));
  return { columns: ["model_index", "regime", "perturbation", "individual", "time", "probability"], rows: found };
}
