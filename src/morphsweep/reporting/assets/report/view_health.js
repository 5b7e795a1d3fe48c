// Which curves are not ok: one row per model, one cell per regime and perturbation, the reason at the pointer.

function healthCells() {
  const said = new Map(DATA.health.map((entry) => [`${ROW_OF.get(entry.model_index)} ${entry.regime} ${entry.perturbation}`, entry.reason]));
  const columns = DATA.regimes.flatMap((regime) => PERTURBATIONS.map((p, place) => ({ regime: regime.name, p, place })));
  const rows = [...CUT.ordered, ...ROWS.filter((row) => CUT.rank[row] === null)];
  const cells = rows.flatMap((row, j) => columns.map((column, i) => {
    const reason = said.get(`${row} ${column.regime} ${column.p.name}`);
    const drawn = piece("curves", row, column.regime, column.place) !== null;
    return { row, i, j, reason: reason ?? (drawn ? null : "no curve"), kind: drawn ? (reason === undefined ? "sound" : "flagged") : "absent" };
  }));
  return { columns, rows, cells };
}

function viewHealth(host) {
  if (!DATA.numbers.curves.count || !ROWS.length) return;
  const parts = card(host, {
    title: "Health of every curve", name: "health", metrics: DATA.regimes.map((regime) => `curves_ok_${regime.name}`),
    csv: () => ({ columns: ["model_index", "regime", "perturbation", "reason"], rows: DATA.health.map((e) => [e.model_index, e.regime, e.perturbation, e.reason]) }),
    reading: "A row is a model, the best on top, a cell a curve. A column full of orange is a perturbation that is hard to follow, a row full of it a model to distrust. Point at a cell for the reason (in brackets what is allowed), click it for the model's card.",
  });
  const stage = element("div", { className: "health-map" });
  const key = [["sound", "ok"], ["flagged", "there, but not ok"], ["absent", "no curve"]].map(([kind, text]) => element("span", { className: "key" }, element("span", { className: `swatch ${kind}` }), text));
  parts.plot.append(healthWords(), element("div", { className: "legend" }, ...key), stage);
  const draw = drawnInSight(stage, () => drawHealth(stage));
  stage.redraw = draw;
  whenNear(parts.figure, () => { SIZED.observe(stage); draw(); watch(["conditions"], later(draw, 200)); });
}

// How many, where most, and for which reasons (numbers in them left out).
function healthWords() {
  const { cells, columns } = healthCells();
  const bad = cells.filter((cell) => cell.kind !== "sound");
  if (!bad.length) return element("p", { textContent: `All ${cells.length} curves are ok.` });
  const [[i, most]] = d3.rollups(bad, (list) => list.length, (cell) => cell.i).sort((a, b) => b[1] - a[1]);
  const causes = bad.flatMap((cell) => cell.reason.split("; ").map((text) => text.replace(/\(.*?\)|-?\d[\d.e+-]*/g, (part) => (part[0] === "(" ? part : "…"))));
  const reasons = d3.rollups(causes, (list) => list.length, (text) => text).sort((a, b) => b[1] - a[1]).slice(0, 4);
  return element("div", {},
    element("p", { className: "in-words" }, `${bad.length} of ${cells.length} curves are not ok, most often `, isolated(shortened(columns[i].p.name, 40)), " trained on ", isolated(shortened(columns[i].regime, 30)), ` (${most} of ${ROWS.length} models).`),
    element("p", { className: "soft", textContent: "Reasons, of which a curve can have several (…: its own number; in brackets what is allowed):" }),
    element("ul", { className: "reasons" }, ...reasons.map(([text, n]) => element("li", {}, isolated(shortened(text, 110)), element("span", { className: "soft", textContent: `: ${counted(n, "curve")}` })))));
}

function drawHealth(stage) {
  const { columns, rows, cells } = healthCells();
  stage.drawnWidth = stage.clientWidth;
  const longest = Math.max(...PERTURBATIONS.map((p) => Math.min(13, Array.from(p.name).length)));
  const [high, top, left] = [Math.max(5, Math.min(18, 520 / rows.length)), 34 + 5 * longest, 54];
  const wide = Math.max(12, Math.min(60, (Math.max(stage.clientWidth, 300) - left - 70) / columns.length));
  const [width, height] = [left + wide * columns.length + 70, top + high * rows.length + 8];
  const gap = (i) => left + wide * i + 10 * Math.floor(i / PERTURBATIONS.length); // a step between regimes
  const svg = d3.create("svg").attr("class", "axes health-cells").attr("width", width + 10 * DATA.regimes.length).attr("height", height).attr("tabindex", 0).attr("role", "img").attr("aria-label", "Health of every curve; arrow keys go through those that are not ok, Enter opens the model");
  columns.forEach((column, i) => svg.append("text").attr("transform", `translate(${gap(i) + wide / 2 + (longest > 3 ? 4 : 0)},${top - 8}) rotate(${longest > 3 ? -42 : 0})`).attr("text-anchor", longest > 3 ? "start" : "middle").text(shortened(column.p.name, 13)));
  DATA.regimes.forEach((regime, k) => svg.append("text").attr("class", "ptitle").attr("x", gap(k * PERTURBATIONS.length)).attr("y", 14).text(shortened(`trained on ${regime.name}`, Math.max(8, Math.floor((wide * PERTURBATIONS.length) / 7)))));
  const step = Math.ceil(12 / high);
  rows.forEach((row, j) => { if (j % step === 0) svg.append("text").attr("class", "model").attr("x", left - 8).attr("y", top + high * (j + 0.5) + 4).attr("text-anchor", "end").text(DATA.models.index[row]); });
  for (const [kind, own] of d3.group(cells, (cell) => cell.kind)) {
    svg.append("path").attr("class", kind).attr("d", own.map(({ i, j }) => `M${(gap(i) + 1).toFixed(1)},${(top + high * j + 0.5).toFixed(1)}h${(wide - 2).toFixed(1)}v${(high - 1).toFixed(1)}h${(2 - wide).toFixed(1)}z`).join(""));
  }
  const frame = svg.append("rect").attr("class", "pointed").attr("width", wide).attr("height", high).style("display", "none");
  const tell = (cell, at) => {
    frame.style("display", null).attr("x", gap(cell.i)).attr("y", top + high * cell.j);
    const column = columns[cell.i];
    showTip(at.x, at.y, element("div", { className: "tip-title", textContent: `model ${DATA.models.index[cell.row]}` }), element("div", {}, isolated(shortened(`${column.p.name}, trained on ${column.regime}`, 70))), element("div", {}, isolated(shortened(cell.reason ?? "ok", 200))));
  };
  const leave = () => { frame.style("display", "none"); hideTip(); };
  const under = (event) => {
    const [px, py] = d3.pointer(event);
    const i = d3.range(columns.length).find((k) => px >= gap(k) && px < gap(k) + wide);
    const j = Math.floor((py - top) / high);
    return i === undefined || j < 0 || j >= rows.length ? null : cells[j * columns.length + i];
  };
  svg.on("pointermove", (event) => { const cell = under(event); if (cell) tell(cell, { x: event.clientX, y: event.clientY }); else leave(); }).on("pointerleave", leave);
  svg.on("click", (event) => { const cell = under(event); if (cell) openModel(DATA.models.index[cell.row]); });
  const bad = cells.filter((cell) => cell.kind !== "sound");
  let k = -1;
  if (bad.length) steppedByKeys(svg, bad.length, (next, at) => { k = next; tell(bad[next], at); }, (next) => [gap(bad[next].i) + wide, top + high * bad[next].j]);
  svg.on("keydown.open", (event) => { if (event.key === "Enter" && k >= 0) openModel(DATA.models.index[bad[k].row]); });
  stage.replaceChildren(svg.node());
}
