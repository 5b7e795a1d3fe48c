// Curves in space, drawn on a plain canvas: many of them at once, without a graphics card. Parallel projection; far is faint.

const CAMERA = { turn: -0.62, tilt: 0.42, zoom: 1 };
const STROKES = { solid: [], dash: [7, 5], dot: [1.5, 4] };
const ALIGNED = "_aligned";

// Solid: the reference; dashed: other regimes; dotted: other regimes after alignment.
function strokeOf(regime) {
  if (regime === REFERENCE) return "solid";
  return regime.endsWith(ALIGNED) ? "dot" : "dash";
}

function projection(camera, turn3) {
  const [c, s, ct, st] = [Math.cos(camera.turn), Math.sin(camera.turn), Math.cos(camera.tilt), Math.sin(camera.tilt)];
  const view = [[c, s, 0], [-s * st, c * st, ct], [-s * ct, c * ct, -st]]; // right, up, away
  return view.map((line) => [0, 1, 2].map((k) => line[0] * turn3[k] + line[1] * turn3[3 + k] + line[2] * turn3[6 + k]));
}

const UNTURNED = [1, 0, 0, 0, 1, 0, 0, 0, 1];

// The turn (mirror images allowed) that lays a run's curves over those of the model that all are compared with. Aligned copies
// live in the space of the reference.
function commonTurn(row, regime = REFERENCE) {
  const place = Math.max(0, DATA.regimes.findIndex((r) => r.name === regime));
  const start = 9 * (place * ROWS.length + row);
  const turns = packed(DATA.numbers.turns).subarray(start, start + 9);
  return turns.every((v) => v === 0) ? UNTURNED : turns;
}

function modelCurves(row, regimes, hidden = new Set()) {
  return regimes.flatMap((regime) => PERTURBATIONS.flatMap((p, place) => {
    if (hidden.has(p.name)) return [];
    const curve = curveOf(row, regime, place);
    return curve ? [{ ...curve, p, regime, stroke: strokeOf(regime) }] : [];
  }));
}

// Middle and radius of some curves.
function ballOf(curves) {
  const ends = ["x", "y", "z"].map((axis) => d3.extent(curves.flatMap((curve) => Array.from(curve[axis])).filter(Number.isFinite)));
  if (ends.some(([low]) => low === undefined)) return { middle: [0, 0, 0], radius: 1 };
  const middle = ends.map(([low, high]) => (low + high) / 2);
  const radius = Math.max(...curves.map((curve) => d3.max(curve.x, (x, i) => Math.hypot(x - middle[0], curve.y[i] - middle[1], curve.z[i] - middle[2])) ?? 0));
  return { middle, radius: radius || 1 };
}

function projected(points, view, middle, scale, cx, cy) {
  const n = points.x.length;
  const found = { px: new Float64Array(n), py: new Float64Array(n), depth: new Float64Array(n) };
  for (let i = 0; i < n; i += 1) {
    const [a, b, c] = [points.x[i] - middle[0], points.y[i] - middle[1], points.z[i] - middle[2]];
    found.px[i] = cx + scale * (view[0][0] * a + view[0][1] * b + view[0][2] * c);
    found.py[i] = cy - scale * (view[1][0] * a + view[1][1] * b + view[1][2] * c);
    found.depth[i] = view[2][0] * a + view[2][1] * b + view[2][2] * c;
  }
  return found;
}

// Curves on a canvas context; returns where each point came to lie, for the pointer.
function paintCurves(context, curves, { view, middle, scale, cx, cy, width = 3 }) {
  const drawn = curves.map((curve) => ({ curve, ...projected(curve, view, middle, scale, cx, cy) }));
  drawn.sort((a, b) => (d3.mean(b.depth) || 0) - (d3.mean(a.depth) || 0));
  for (const { curve, px, py } of drawn) {
    context.beginPath();
    let open = false;
    for (let i = 0; i < px.length; i += 1) {
      if (!Number.isFinite(px[i])) { open = false; continue; }
      if (open) context.lineTo(px[i], py[i]); else context.moveTo(px[i], py[i]);
      open = true;
    }
    context.setLineDash(STROKES[curve.stroke]);
    context.lineCap = curve.stroke === "dot" ? "round" : "butt";
    context.lineWidth = curve.stroke === "solid" ? width : width * 0.8;
    context.strokeStyle = curve.p.color;
    context.globalAlpha = curve.faint ? 0.3 : 1;
    context.stroke();
    context.setLineDash([]);
    context.beginPath();
    context.arc(px[0], py[0], width * 1.4, 0, 7);
    context.fillStyle = curve.p.color;
    context.fill();
  }
  context.globalAlpha = 1;
  return drawn;
}

function paintSnips(context, clouds, { view, middle, scale, cx, cy }) {
  const drawn = [];
  for (const cloud of clouds) {
    const { px, py } = projected(cloud, view, middle, scale, cx, cy);
    context.fillStyle = cloud.p.color;
    context.globalAlpha = 0.3;
    for (let i = 0; i < px.length; i += 1) context.fillRect(px[i] - 1.2, py[i] - 1.2, 2.4, 2.4);
    drawn.push({ cloud, px, py });
  }
  context.globalAlpha = 1;
  return drawn;
}

function paintTriad(context, view, height) {
  const [x, y, length] = [46, height - 46, 22];
  context.font = "11px system-ui, sans-serif";
  context.textAlign = "center";
  [0, 1, 2].forEach((k) => {
    const [dx, dy] = [view[0][k] * length, -view[1][k] * length];
    context.strokeStyle = shade("soft");
    context.lineWidth = 1;
    context.beginPath();
    context.moveTo(x, y);
    context.lineTo(x + dx, y + dy);
    context.stroke();
    context.fillStyle = shade("soft");
    context.fillText(`PC${k + 1}`, x + dx * 1.45, y + dy * 1.45 + 4);
  });
}

// A turnable picture of spaces; `describe()` gives row, curves, clouds. Pictures with the same camera turn together.
function spacePlot(host, describe, camera, label) {
  const canvas = element("canvas", { tabIndex: 0, className: "space" });
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", `${label}. Arrow keys turn, plus and minus zoom.`);
  host.replaceChildren(canvas);
  const plot = { host, canvas, drawn: [], clouds: [] };
  plot.redraw = () => paintSpace(plot, describe(), camera);
  host.redraw = plot.redraw;
  camera.plots.add(plot);
  turnByHand(plot, camera);
  SIZED.observe(host);
  plot.redraw();
  return plot;
}

function newCamera() {
  const camera = { ...CAMERA, plots: new Set() };
  const redraw = () => {
    for (const plot of camera.plots) if (plot.host.isConnected) plot.redraw(); else camera.plots.delete(plot);
  };
  camera.turned = () => requestAnimationFrame(redraw);
  DRAWN.add(redraw);
  return camera;
}

function paintSpace(plot, told, camera) {
  const [width, height] = [Math.max(plot.host.clientWidth, 120), told.height ?? 380];
  plot.host.drawnWidth = plot.host.clientWidth;
  const context = sizedCanvas(plot.canvas, width, height);
  if (!told.curves.length) {
    context.fillStyle = shade("soft");
    context.font = "14px system-ui, sans-serif";
    context.textAlign = "center";
    context.fillText("no curve here", width / 2, height / 2);
    plot.drawn = plot.clouds = [];
    return;
  }
  const { middle, radius } = told.ball ?? ballOf(told.curves);
  const view = projection(camera, told.turn ?? UNTURNED);
  const frame = { view, middle, scale: (camera.zoom * Math.min(width, height) * 0.49) / radius, cx: width / 2, cy: height / 2 };
  plot.clouds = paintSnips(context, told.clouds ?? [], frame);
  plot.drawn = paintCurves(context, told.curves, frame);
  for (const mark of told.marks ?? []) paintFrameMark(context, mark, frame);
  paintTriad(context, view, height);
}

function paintFrameMark(context, mark, { view, middle, scale, cx, cy }) {
  const { px, py } = projected({ x: [mark.x], y: [mark.y], z: [mark.z] }, view, middle, scale, cx, cy);
  context.beginPath();
  context.arc(px[0], py[0], 6, 0, 7);
  context.lineWidth = 2;
  context.strokeStyle = shade("ink");
  context.stroke();
}

function turnByHand(plot, camera) {
  let from = null;
  const { canvas } = plot;
  const turn = (dx, dy) => { camera.turn += dx; camera.tilt = Math.max(-1.57, Math.min(1.57, camera.tilt + dy)); camera.turned(); };
  const zoom = (factor) => { camera.zoom = Math.max(0.3, Math.min(12, camera.zoom * factor)); camera.turned(); };
  canvas.addEventListener("pointerdown", (event) => { from = [event.clientX, event.clientY]; canvas.setPointerCapture(event.pointerId); });
  canvas.addEventListener("pointermove", (event) => {
    if (!from) return spaceTip(plot, event);
    hideTip();
    turn((from[0] - event.clientX) * -0.008, (event.clientY - from[1]) * 0.008);
    from = [event.clientX, event.clientY];
  });
  for (const type of ["pointerup", "pointercancel"]) canvas.addEventListener(type, () => { from = null; });
  canvas.addEventListener("pointerleave", hideTip);
  canvas.addEventListener("dblclick", () => { Object.assign(camera, CAMERA); camera.turned(); });
  canvas.addEventListener("wheel", (event) => {
    if (document.activeElement !== canvas && !event.ctrlKey) return; // the page scrolls until the picture is chosen
    event.preventDefault();
    zoom(Math.exp(-event.deltaY * 0.0012));
  }, { passive: false });
  canvas.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: [-0.12, 0], ArrowRight: [0.12, 0], ArrowUp: [0, 0.1], ArrowDown: [0, -0.1] }[event.key];
    if (step) turn(...step);
    else if (event.key === "+" || event.key === "=") zoom(1.2);
    else if (event.key === "-") zoom(1 / 1.2);
    else return;
    event.preventDefault();
  });
}

function spaceTip(plot, event) {
  let [best, distance] = [null, 12];
  const look = (drawn, kind) => drawn.forEach((entry) => entry.px.forEach((px, i) => {
    const d = Math.hypot(px - event.offsetX, entry.py[i] - event.offsetY);
    if (d < distance - (kind === "snip" ? 4 : 0)) [best, distance] = [{ ...entry, i, kind }, d];
  }));
  look(plot.drawn, "curve");
  look(plot.clouds, "snip");
  if (!best) return hideTip();
  if (best.kind === "snip") return showTip(event.clientX, event.clientY, ...snipTip(best.cloud, best.i));
  const { curve, i } = best;
  const time = Number.isFinite(curve.t[i]) ? `${formatted(curve.t[i])} ${DATA.time_unit}` : "time unknown";
  showTip(event.clientX, event.clientY, element("div", { className: "tip-title" }, isolated(shortened(curve.p.name, 60))), element("div", {}, isolated(curve.regime.replace(ALIGNED, " aligned"))), element("div", { textContent: time }));
}

function snipTip(cloud, i) {
  const snip = cloud.snip[i];
  const title = element("div", { className: "tip-title" }, isolated(shortened(cloud.p.name, 60)));
  if (snip < 0) return [title];
  const picture = thumbnail(snip);
  const time = DATA.snips.time?.[snip];
  return [title, element("div", {}, isolated(shortened(DATA.snips.id[snip], 60))), time === undefined || time === null ? "" : element("div", { textContent: `${formatted(time)} ${DATA.time_unit}` }), picture ?? ""];
}

function curveCsv(rows) {
  const regimes = DATA.numbers.curves.regimes;
  const found = rows.flatMap((row) => modelCurves(row, regimes).flatMap((curve) => Array.from(curve.x, (x, i) => [DATA.models.index[row], curve.regime, curve.p.name, i, curve.t[i], x, curve.y[i], curve.z[i]])));
  return { columns: ["model_index", "regime", "perturbation", "point", "time", "pc_1", "pc_2", "pc_3"], rows: found.map((r) => r.map((v) => (typeof v === "number" ? +v.toPrecision(5) : v))) };
}
