// A plot of models as points: axes in SVG, points on a canvas; hover, click, brush and keyboard are the same everywhere.

const SNAP = 16; // pixels from the pointer to the nearest point that it means

function extent(lists) {
  const known = lists.flat().filter((value) => value !== null && Number.isFinite(value));
  if (!known.length) return [0, 1];
  const [low, high] = d3.extent(known);
  const pad = (high - low || Math.abs(high) || 1) * 0.07;
  return [low - pad, high + pad];
}

// `describe` is asked on every drawing: x and y (per point), rows (the model of each point), titles, domains, colours ...
function pointPlot(host, describe) {
  const canvas = element("canvas", { tabIndex: 0, className: "points" });
  const svg = d3.create("svg").attr("class", "axes").attr("aria-hidden", "true");
  const over = d3.create("svg").attr("class", "over").attr("aria-hidden", "true");
  host.classList.add("point-plot");
  host.replaceChildren(svg.node(), canvas, over.node());
  const plot = { host, canvas, svg, over, active: null };
  plot.redraw = drawnInSight(host, () => drawPoints(plot, describe()));
  host.redraw = () => { plot.width = 0; plot.redraw(); }; // its width is read when that changes, not at every drawing
  canvas.setAttribute("role", "application");
  followPointer(plot);
  followKeys(plot);
  brushPoints(plot);
  DRAWN.add(plot.redraw);
  SIZED.observe(host);
  plot.redraw();
  return plot;
}

function drawPoints(plot, told) {
  plot.width ||= plot.host.clientWidth;
  const width = Math.max(plot.width, 120);
  const side = told.equal ? Math.min(width - 80, told.height - 70) : null;
  const margin = { left: 62, right: 18, top: 14, bottom: 48, ...told.margin };
  const height = told.height;
  const box = { left: margin.left, top: margin.top, right: width - margin.right, bottom: height - margin.bottom };
  if (side) [box.right, box.bottom] = [box.left + side, box.top + side];
  plot.host.drawnWidth = plot.width;
  plot.host.style.height = `${height}px`;
  plot.told = told;
  plot.box = box;
  plot.x = (told.xScale ?? d3.scaleLinear)().domain(told.xDomain ?? extent([told.x])).range([box.left, box.right]);
  plot.y = (told.yScale ?? d3.scaleLinear)().domain(told.yDomain ?? extent([told.y])).range([box.bottom, box.top]);
  plot.px = told.x.map((value) => (value === null ? NaN : plot.x(value)));
  plot.py = told.y.map((value) => (value === null ? NaN : plot.y(value)));
  drawAxes(plot, width, height);
  paintPoints(plot, width, height);
  plot.canvas.setAttribute("aria-label", `${told.name}. ${told.xTitle} against ${told.yTitle}, ${told.rows.length} points. Arrow keys go from point to point, Enter opens the model, Space selects it.`);
  told.after?.(plot);
}

function drawAxes(plot, width, height) {
  const { svg, box, told } = plot;
  svg.attr("width", width).attr("height", height);
  plot.over.attr("width", width).attr("height", height);
  svg.selectAll("*").remove();
  for (const area of told.areas ?? []) {
    const [x0, x1] = [plot.x(area.x[0]), plot.x(area.x[1])];
    const [y0, y1] = [plot.y(area.y[1]), plot.y(area.y[0])];
    svg.append("rect").attr("class", "area").attr("x", x0).attr("width", Math.max(x1 - x0, 0)).attr("y", y0).attr("height", Math.max(y1 - y0, 0));
  }
  const ticks = Math.max(2, Math.round((box.right - box.left) / 90));
  const xAxis = d3.axisBottom(plot.x).ticks(ticks, told.xTicks).tickSizeInner(-(box.bottom - box.top)).tickPadding(8);
  const yAxis = d3.axisLeft(plot.y).ticks(Math.max(2, Math.round((box.bottom - box.top) / 60))).tickSizeInner(-(box.right - box.left)).tickPadding(8);
  if (told.xTickValues) xAxis.tickValues(told.xTickValues).tickFormat(told.xTickFormat);
  svg.append("g").attr("class", "axis").attr("transform", `translate(0,${box.bottom})`).call(xAxis);
  svg.append("g").attr("class", "axis").attr("transform", `translate(${box.left},0)`).call(yAxis);
  svg.append("text").attr("class", "xtitle").attr("x", (box.left + box.right) / 2).attr("y", box.bottom + 40).attr("text-anchor", "middle").text(shortened(told.xTitle, Math.floor((box.right - box.left) / 6.2)));
  svg.append("text").attr("class", "ytitle").attr("transform", `translate(14,${(box.top + box.bottom) / 2}) rotate(-90)`).attr("text-anchor", "middle").text(shortened(told.yTitle, Math.floor((box.bottom - box.top) / 6.2)));
  for (const line of told.lines ?? []) drawLine(plot, line);
  drawNoise(plot);
}

function drawLine(plot, { from, to, label, className = "guide" }) {
  const [x0, y0, x1, y1] = [plot.x(from[0]), plot.y(from[1]), plot.x(to[0]), plot.y(to[1])];
  plot.svg.append("line").attr("class", className).attr("x1", x0).attr("y1", y0).attr("x2", x1).attr("y2", y1);
  if (label) plot.svg.append("text").attr("class", "guide-label").attr("x", x1 - 56).attr("y", y1 + 34).attr("text-anchor", "end").text(label);
}

// How far replicates of one configuration lie apart by chance: a cross of two standard deviations in the corner.
function drawNoise(plot) {
  const { told, box, svg } = plot;
  const [sx, sy] = [told.noise?.x, told.noise?.y];
  if (!sx && !sy) return;
  const [w, h] = [sx ? Math.abs(plot.x(2 * sx) - plot.x(0)) : 0, sy ? Math.abs(plot.y(2 * sy) - plot.y(0)) : 0];
  const size = [Math.max(w, 190), h + 34];
  const [right, low] = emptiestCorner(plot, size, told.equal ? [[1, 1], [0, 0]] : [[1, 0], [1, 1], [0, 0], [0, 1]]); // off the line y = x
  const cx = right ? box.right - 16 - Math.min(w, 200) / 2 : box.left + 16 + Math.min(w, 200) / 2;
  const cy = low ? box.bottom - 26 - Math.min(h, 200) / 2 : box.top + 16 + Math.min(h, 200) / 2;
  const group = svg.append("g").attr("class", "noise");
  if (w) group.append("line").attr("x1", cx - w / 2).attr("x2", cx + w / 2).attr("y1", cy).attr("y2", cy);
  if (h) group.append("line").attr("x1", cx).attr("x2", cx).attr("y1", cy - h / 2).attr("y2", cy + h / 2);
  group.append("text").attr("x", right ? box.right - 8 : box.left + 10).attr("y", cy + h / 2 + 14).attr("text-anchor", right ? "end" : "start").text("noise floor: 2 SD of replicates");
}

// The corner with the fewest points in it; of equals the first.
function emptiestCorner({ box, px, py }, [w, h], corners) {
  const inside = ([right, low]) => px.filter((x, i) => (right ? x > box.right - w - 24 : x < box.left + w + 24) && (low ? py[i] > box.bottom - h - 24 : py[i] < box.top + h + 24)).length;
  return corners[d3.minIndex(corners, inside)];
}

function paintPoints(plot, width, height) {
  const { told, px, py } = plot;
  const context = sizedCanvas(plot.canvas, width, height);
  const chosen = STATE.selected;
  const some = chosen.size > 0;
  const size = told.size ?? (told.rows.length > 400 ? 34 : told.rows.length > 120 ? 52 : 80);
  paintBars(plot, context, some);
  const order = told.rows.map((_, i) => i).filter((i) => Number.isFinite(px[i]) && Number.isFinite(py[i]));
  if (some) order.sort((a, b) => chosen.has(told.rows[a]) - chosen.has(told.rows[b]));
  for (const i of order) {
    const row = told.rows[i];
    context.globalAlpha = some && !chosen.has(row) ? 0.16 : 0.9;
    paintSymbol(context, px[i], py[i], told.symbol(i, row), size, told.colour(i, row));
  }
  context.globalAlpha = 1;
  if (told.plainMarks) return;
  for (const mark of marks()) paintMark(plot, context, mark);
  paintForeign(plot, context);
}

function paintSymbol(context, x, y, symbol, size, colour) {
  context.save();
  context.translate(x, y);
  context.beginPath();
  symbol.draw(context, size);
  context.fillStyle = colour;
  context.strokeStyle = shade("card");
  context.lineWidth = 1;
  context.fill();
  context.stroke();
  context.restore();
}

// Bootstrap intervals as thin bars.
function paintBars(plot, context, some) {
  const { told, px, py } = plot;
  context.save();
  context.beginPath();
  context.rect(plot.box.left, plot.box.top, plot.box.right - plot.box.left, plot.box.bottom - plot.box.top);
  context.clip();
  context.lineWidth = 1;
  context.strokeStyle = shade("soft");
  for (const [ends, scale, across] of [[told.xInterval, plot.x, true], [told.yInterval, plot.y, false]]) {
    if (!ends) continue;
    told.rows.forEach((row, i) => {
      const [low, high] = [ends[0][row], ends[1][row]];
      if (low === null || high === null || !Number.isFinite(px[i]) || !Number.isFinite(py[i])) return;
      context.globalAlpha = some && !STATE.selected.has(row) ? 0.08 : 0.45;
      context.beginPath();
      if (across) { context.moveTo(scale(low), py[i]); context.lineTo(scale(high), py[i]); } else { context.moveTo(px[i], scale(low)); context.lineTo(px[i], scale(high)); }
      context.stroke();
    });
  }
  context.restore();
}

// Models that are told apart in every plot: the winner under the thresholds, the pinned ones, the one whose card is open.
function marks() {
  const found = [];
  if (CUT.winner !== null) found.push({ row: CUT.winner, text: `${DATA.models.index[CUT.winner]}`, ring: 11, width: 2 });
  STATE.pinned.forEach((index, k) => found.push({ row: ROW_OF.get(index), text: `${"AB"[k]} ${index}`, ring: 13, width: 1.5, dash: [4, 3] }));
  if (STATE.model !== null) found.push({ row: ROW_OF.get(STATE.model), text: `${STATE.model}`, ring: 15, width: 2.5, accent: true });
  for (const mark of found) mark.text = [...new Set(found.filter((other) => other.row === mark.row).map((other) => other.text))].sort((a, b) => b.length - a.length)[0];
  if (DATA.baseline && DATA.baseline.row !== null) found.push({ row: DATA.baseline.row, text: DATA.baseline.label, star: true });
  return found;
}

function paintMark(plot, context, mark) {
  const i = plot.told.rows.indexOf(mark.row);
  if (i < 0 || !Number.isFinite(plot.px[i]) || !Number.isFinite(plot.py[i])) return;
  const [x, y] = [plot.px[i], plot.py[i]];
  if (mark.star) return paintStar(context, x, y, mark.text);
  context.beginPath();
  context.arc(x, y, mark.ring, 0, 2 * Math.PI);
  context.strokeStyle = shade(mark.accent ? "accent" : "ink");
  context.lineWidth = mark.width;
  context.setLineDash(mark.dash ?? []);
  context.stroke();
  context.setLineDash([]);
  paintText(context, mark.text, x, y - mark.ring - 5);
}

// A baseline of another sweep: a star where its own numbers put it.
function paintForeign(plot, context) {
  if (!DATA.baseline || DATA.baseline.row !== null || !plot.told.place) return;
  const [x, y] = plot.told.place(DATA.baseline.values);
  if (typeof x !== "number" || typeof y !== "number") return;
  const inside = (v, range) => Math.min(Math.max(v, Math.min(...range)), Math.max(...range));
  paintStar(context, inside(plot.x(x), plot.x.range()), inside(plot.y(y), plot.y.range()), DATA.baseline.label);
}

function paintStar(context, x, y, text) {
  context.save();
  context.translate(x, y);
  context.beginPath();
  d3.symbolStar.draw(context, 190);
  context.fillStyle = shade("star");
  context.strokeStyle = shade("ink");
  context.lineWidth = 1.5;
  context.fill();
  context.stroke();
  context.restore();
  paintText(context, text, x, y - 15);
}

function paintText(context, text, x, y) {
  context.font = `600 12px ${getComputedStyle(document.body).fontFamily}`;
  context.textAlign = "center";
  context.lineWidth = 4;
  context.strokeStyle = shade("card");
  context.strokeText(shortened(text, 24), x, y);
  context.fillStyle = shade("ink");
  context.fillText(shortened(text, 24), x, y);
}

function nearest(plot, x, y) {
  let [best, distance] = [null, SNAP];
  plot.px.forEach((px, i) => {
    const d = Math.hypot(px - x, plot.py[i] - y);
    if (d < distance) [best, distance] = [i, d];
  });
  return best;
}

function tipAt(plot, i) {
  const frame = plot.canvas.getBoundingClientRect();
  showTip(frame.left + plot.px[i], frame.top + plot.py[i], ...(plot.told.tip ? plot.told.tip(i) : modelTip(plot.told.rows[i], plot.told.names ?? [])));
}

function followPointer(plot) {
  plot.canvas.addEventListener("pointermove", (event) => {
    const i = nearest(plot, event.offsetX, event.offsetY);
    plot.canvas.style.cursor = i === null ? "crosshair" : "pointer";
    if (i === null) hideTip();
    else tipAt(plot, i);
  });
  plot.canvas.addEventListener("pointerleave", hideTip);
}

// Arrow keys walk through the points in the order of the axis, Enter opens, Space selects, Escape lets go.
function followKeys(plot) {
  plot.canvas.addEventListener("keydown", (event) => {
    const along = { ArrowRight: ["px", 1], ArrowLeft: ["px", -1], ArrowUp: ["py", -1], ArrowDown: ["py", 1] }[event.key];
    if (along) walk(plot, ...along);
    else if (event.key === "Enter" && plot.active !== null) openModel(DATA.models.index[plot.told.rows[plot.active]]);
    else if (event.key === " " && plot.active !== null) toggleSelected(plot.told.rows[plot.active]);
    else if (event.key === "Escape") select([]);
    else return;
    event.preventDefault();
  });
  plot.canvas.addEventListener("blur", hideTip);
}

function walk(plot, key, step) {
  const order = plot.px.map((_, i) => i).filter((i) => Number.isFinite(plot.px[i]) && Number.isFinite(plot.py[i])).sort((a, b) => plot[key][a] - plot[key][b]);
  const at = order.indexOf(plot.active);
  plot.active = at < 0 ? order[0] : order[Math.min(order.length - 1, Math.max(0, at + step))];
  if (plot.active !== undefined) tipAt(plot, plot.active);
}

// Press and draw to select the models inside; with Shift they are added. A click opens the nearest model.
function brushPoints(plot) {
  let start = null;
  const box = plot.over.append("rect").attr("class", "brush").style("display", "none");
  const inside = (event) => [event.offsetX, event.offsetY];
  plot.canvas.addEventListener("pointerdown", (event) => { start = inside(event); plot.canvas.setPointerCapture(event.pointerId); });
  plot.canvas.addEventListener("pointermove", (event) => {
    if (!start) return;
    const now = inside(event);
    box.style("display", null).attr("x", Math.min(start[0], now[0])).attr("y", Math.min(start[1], now[1])).attr("width", Math.abs(now[0] - start[0])).attr("height", Math.abs(now[1] - start[1]));
  });
  plot.canvas.addEventListener("pointerup", (event) => {
    const from = start;
    start = null;
    box.style("display", "none");
    if (!from) return;
    const now = inside(event);
    if (Math.hypot(now[0] - from[0], now[1] - from[1]) > 5) return selectInside(plot, from, now, event.shiftKey);
    const i = nearest(plot, ...now);
    if (i === null) select([]);
    else if (event.shiftKey) toggleSelected(plot.told.rows[i]);
    else openModel(DATA.models.index[plot.told.rows[i]]);
  });
  plot.canvas.addEventListener("pointercancel", () => { start = null; box.style("display", "none"); });
}

function selectInside(plot, [x0, y0], [x1, y1], add) {
  const within = (v, a, b) => v >= Math.min(a, b) && v <= Math.max(a, b);
  const rows = plot.told.rows.filter((_, i) => within(plot.px[i], x0, x1) && within(plot.py[i], y0, y1));
  select(add ? [...STATE.selected, ...rows] : rows);
}

// A plot of models by two columns; `more` adds what is special to one.
function modelPoints(xName, yName, colourName, more = {}) {
  const perturbation = more.perturbation ?? AVERAGE;
  const colours = colouring(colourName);
  const found = { x: values(xName, perturbation), y: values(yName, perturbation) };
  const mean = perturbation === AVERAGE;
  return {
    ...found, rows: ROWS, colours, colour: (_, row) => colours.colour(row), symbol: (_, row) => colours.symbol(row),
    xTitle: axisTitle(xName), yTitle: axisTitle(yName), names: [xName, yName, colourName], place: mean ? (known) => [known[xName], known[yName]] : null,
    xInterval: mean ? interval(xName) : null, yInterval: mean ? interval(yName) : null,
    noise: mean ? { x: DATA.decision.noise?.[xName]?.sd, y: DATA.decision.noise?.[yName]?.sd } : null, ...more,
  };
}
