// The wall: every model as a small scaffold, all turned into one common view, so that the eye can compare shapes.

function viewWall(host) {
  if (DATA.numbers.curves.regimes === undefined || !pieces("curves").size) return nothing(host, "No curve could be fitted; the failures below say why.");
  const camera = newCamera();
  const local = { regime: REFERENCE, grouped: true, scaled: false, most: 200, hidden: new Set() };
  const parts = card(host, {
    title: "Wall of spaces", name: "wall", csv: () => curveCsv(wallRows().slice(0, local.most)),
    reading: "Every model's curves, turned (and mirrored) so that they lie over those of the winner; dots are the starts. A good space is a tree: curves start together and spread. Drag any one to turn all; click one for its card.",
  });
  const wall = element("div", { className: "wall" });
  const sorts = new Map([["Order", [["rank", "Rank under the thresholds"], ["model_index", "Model number"]]], ...groupedMetrics()]);
  const field = dropdown(parts.controls, "Sorted by", sorts, STATE.wall, (name) => update({ wall: name }));
  dropdown(parts.controls, "Regime", DATA.numbers.curves.regimes.map((r) => [r, r.replace(ALIGNED, " aligned")]), local.regime, (regime) => { local.regime = regime; build(); });
  checkbox(parts.controls, "grouped by tranche", local.grouped, (on) => { local.grouped = on; build(); });
  checkbox(parts.controls, "one scale for all (latent units)", local.scaled, (on) => { local.scaled = on; build(); });
  const keys = element("div", { className: "keys" });
  perturbationKeys(keys, local.hidden, () => camera.turned());
  parts.controls.append(keys);
  parts.plot.append(wall);
  const build = () => buildWall(wall, local, camera);
  whenNear(parts.figure, build);
  const rebuild = drawnInSight(parts.figure, build);
  const again = () => { field.value = STATE.wall; if (parts.figure.dataset.drawn) rebuild(); };
  watch(["wall"], again);
  watch(["conditions"], later(again, 250));
  watch(["selected", "model", "pinned"], () => markWall(wall));
}

function wallRows() {
  const direction = better(STATE.wall) === "higher" ? -1 : 1;
  return sortedRows({ by: STATE.wall, direction });
}

function buildWall(wall, local, camera) {
  const rows = wallRows();
  const groups = local.grouped ? [1, 2, 3, 4, null].map((number) => [number, rows.filter((row) => CUT.tranche[row] === number)]) : [["all", rows]];
  wall.replaceChildren();
  camera.plots.clear();
  const biggest = local.scaled ? d3.max(rows, (row) => ballOf(modelCurves(row, [local.regime])).radius) : 1;
  let left = local.most;
  for (const [number, members] of groups.filter(([, m]) => m.length)) {
    if (number !== "all") wall.append(element("h4", {}, element("span", { className: `dot t${number ?? 0}` }), `${number ? trancheName(number) : "no tranche"} · ${members.length}`));
    const grid = wall.appendChild(element("div", { className: "wall-grid" }));
    for (const row of members.slice(0, left)) grid.append(brick(row, local, camera, biggest));
    left -= Math.min(left, members.length);
  }
  if (rows.length > local.most) wall.append(pressButton(`Show all ${rows.length}`, () => { local.most = Infinity; buildWall(wall, local, camera); }));
  markWall(wall);
  camera.turned();
}

const VISIBLE = new WeakMap();
const WALL_SEEN = new IntersectionObserver((entries) => {
  for (const entry of entries) {
    VISIBLE.set(entry.target, entry.isIntersecting);
    if (entry.isIntersecting) entry.target.redraw();
  }
}, { rootMargin: "200px" });

function brick(row, local, camera, biggest) {
  const index = DATA.models.index[row];
  const canvas = element("canvas");
  const sorted = STATE.wall === "rank" || STATE.wall === "model_index" ? "" : ` · ${formatted(values(STATE.wall)[row])}`;
  const button = element("button", { type: "button", className: "brick", title: DATA.models.label[row] }, canvas, element("span", { textContent: `${index}${sorted}` }));
  button.dataset.model = index;
  button.redraw = () => {
    const curves = modelCurves(row, [local.regime], local.hidden).map((curve) => ({ ...curve, stroke: "solid" }));
    const ball = ballOf(curves);
    const size = 112;
    const context = sizedCanvas(canvas, size, size);
    const frame = { view: projection(camera, commonTurn(row, local.regime)), middle: ball.middle, scale: (camera.zoom * size * 0.47) / (local.scaled ? biggest : ball.radius), cx: size / 2, cy: size / 2, width: 1.8 };
    if (curves.length) paintCurves(context, curves, frame);
  };
  camera.plots.add({ host: button, redraw: () => { if (VISIBLE.get(button)) button.redraw(); } });
  WALL_SEEN.observe(button);
  whenIdle(() => { if (button.isConnected && !VISIBLE.get(button)) button.redraw(); });
  turnBrick(button, camera, () => openModel(index));
  return button;
}

function turnBrick(button, camera, open) {
  let [from, moved] = [null, false];
  button.addEventListener("pointerdown", (event) => { from = [event.clientX, event.clientY]; moved = false; });
  button.addEventListener("pointermove", (event) => {
    if (!from || !(event.buttons & 1)) return;
    if (Math.hypot(event.clientX - from[0], event.clientY - from[1]) < 3) return;
    moved = true;
    camera.turn += (event.clientX - from[0]) * 0.012;
    camera.tilt = Math.max(-1.57, Math.min(1.57, camera.tilt + (event.clientY - from[1]) * 0.012));
    from = [event.clientX, event.clientY];
    camera.turned();
  });
  button.addEventListener("click", () => { if (!moved) open(); from = null; });
}

function markWall(wall) {
  const some = STATE.selected.size > 0;
  for (const button of wall.querySelectorAll(".brick")) {
    const row = ROW_OF.get(Number(button.dataset.model));
    button.classList.toggle("faint", some && !STATE.selected.has(row));
    button.classList.toggle("marked", row === CUT.winner || STATE.pinned.includes(DATA.models.index[row]) || STATE.model === DATA.models.index[row]);
  }
}
