// Parallel coordinates: one line per model over its hyper-parameters and main numbers; a stroke along an axis selects.

const MOST_AXES = 12;

function parallelColumns() {
  const knobs = varyingKnobs().map((knob) => knob.name);
  const numbers = [...new Set([...STATE.conditions.map((c) => c.column), ...DATA.main_columns])].filter((name) => isNumeric(name) && varies(name));
  return [...knobs.slice(0, 6), ...numbers].slice(0, MOST_AXES);
}

// Place of a value on its axis, 0 to 1; the better end is up. Classes are spread evenly.
function parallelScale(name) {
  const knob = HYPER.get(name);
  if (knob && (knob.scale === "classes" || !isNumeric(name))) {
    const levels = levelsOf(name).filter((level) => level !== null);
    const place = new Map(levels.map((level, k) => [level, levels.length > 1 ? k / (levels.length - 1) : 0.5]));
    return { at: (value) => place.get(value) ?? null, ticks: levels.map((level) => [place.get(level), tidy(level)]) };
  }
  const [low, high] = d3.extent(values(name).filter((value) => value !== null));
  const turned = better(name) === "lower";
  const at = (value) => (value === null ? null : (high > low ? (turned ? high - value : value - low) / (high - low) : 0.5));
  return { at, ticks: [[at(low), formatted(low)], [at(high), formatted(high)]], value: (place) => (turned ? high - place * (high - low) : low + place * (high - low)) };
}

function viewParallel(host) {
  const columns = parallelColumns();
  if (columns.length < 2 || ROWS.length < 2) return nothing(host, "Fewer than two columns vary.");
  const parts = card(host, {
    title: "All main numbers of every model", name: "parallel_coordinates", csv: () => modelTable(columns), metrics: columns,
    reading: "A line is a model; up is better on axes of scores (↓: the least value is on top). Drag along an axis to select the models that pass there, click an axis to let go. Lines that cross between two axes show a trade-off.",
  });
  const stage = element("div", { className: "parallel" });
  const [canvas, svg] = [element("canvas"), d3.create("svg").attr("class", "over parallel-axes")];
  stage.append(canvas, svg.node());
  parts.plot.append(stage);
  const scales = new Map(columns.map((name) => [name, parallelScale(name)]));
  const geometry = () => {
    const width = Math.max(stage.drawnWidth || stage.clientWidth, 300);
    const x = d3.scalePoint(columns, [70, width - 70]);
    return { width, height: 420, x, y: d3.scaleLinear([0, 1], [372, 66]) };
  };
  const paint = drawnInSight(canvas, () => paintParallel(canvas, geometry(), columns, scales));
  const redraw = () => { stage.drawnWidth = stage.clientWidth; drawParallelAxes(svg, geometry(), columns, scales); paint(); };
  stage.redraw = redraw;
  whenNear(parts.figure, () => { DRAWN.add(redraw); SIZED.observe(stage); redraw(); });
  watch(["selected", "conditions", "colour", "pinned", "model"], () => { if (parts.figure.dataset.drawn) paint(); });
  watch(["ranges"], () => { selectByRanges(scales); if (parts.figure.dataset.drawn) redraw(); });
}

function paintParallel(canvas, { width, height, x, y }, columns, scales) {
  const context = sizedCanvas(canvas, width, height);
  const colours = colouring(STATE.colour);
  const some = STATE.selected.size > 0;
  const rows = [...ROWS].sort((a, b) => STATE.selected.has(a) - STATE.selected.has(b));
  const marked = new Map(marks().map((mark) => [mark.row, mark]));
  for (const row of rows) {
    const faint = some && !STATE.selected.has(row);
    context.globalAlpha = faint ? 0.07 : marked.has(row) ? 1 : ROWS.length > 300 ? 0.35 : 0.7;
    context.lineWidth = marked.has(row) ? 3.5 : 1.3;
    context.strokeStyle = colours.colour(row);
    context.beginPath();
    let open = false;
    for (const name of columns) {
      const place = scales.get(name).at(values(name)[row]);
      if (place === null) { open = false; continue; }
      if (open) context.lineTo(x(name), y(place)); else context.moveTo(x(name), y(place));
      open = true;
    }
    context.stroke();
  }
  if (DATA.baseline) paintBaseline(context, columns, scales, x, y);
  context.globalAlpha = 1;
}

function paintBaseline(context, columns, scales, x, y) {
  context.globalAlpha = 1;
  const inside = (place) => Math.min(1.04, Math.max(-0.04, place));
  for (const name of columns) {
    const value = DATA.baseline.values[name];
    const place = value === undefined || value === null ? null : scales.get(name).at(value);
    if (place !== null) paintStar(context, x(name), y(inside(place)), "");
  }
}

function drawParallelAxes(svg, { width, height, x, y }, columns, scales) {
  svg.attr("width", width).attr("height", height).selectAll("*").remove();
  columns.forEach((name) => {
    const axis = svg.append("g").attr("transform", `translate(${x(name)},0)`).attr("class", "p-axis").attr("data-column", name);
    axis.append("line").attr("y1", y(0)).attr("y2", y(1));
    const title = axis.append("text").attr("class", "p-title").attr("text-anchor", "middle");
    const lines = wrapped(`${labelOf(name)}${better(name) === "lower" ? "\u00a0↓" : ""}`, Math.max(9, Math.floor(x.step() / 7.2)), 4);
    lines.forEach((line, i) => title.append("tspan").attr("x", 0).attr("y", 46 - 13 * (lines.length - 1 - i)).text(line));
    title.append("title").text(axisTitle(name));
    for (const [place, text] of scales.get(name).ticks) if (place !== null) axis.append("text").attr("class", "p-tick").attr("y", y(place) + (place > 0.5 ? -6 : 14)).attr("text-anchor", "middle").text(shortened(text, 14));
    brushAxis(axis, name, y);
  });
}

// A stroke along an axis; the range is kept as places from 0 (bottom) to 1 (top).
function brushAxis(axis, name, y) {
  const brush = d3.brushY().extent([[-12, y(1) - 8], [12, y(0) + 8]]).on("end", (event) => {
    if (!event.sourceEvent) return;
    const ranges = { ...STATE.ranges };
    if (event.selection) ranges[name] = [y.invert(event.selection[1]), y.invert(event.selection[0])].map(snapped);
    else delete ranges[name];
    update({ ranges });
  });
  axis.call(brush);
  if (STATE.ranges[name]) axis.call(brush.move, [y(STATE.ranges[name][1]), y(STATE.ranges[name][0])]);
}

// A stroke that nearly reaches the end of an axis means its end.
function snapped(place) {
  return place < 0.02 ? 0 : place > 0.98 ? 1 : place;
}

function selectByRanges(scales) {
  const asked = Object.entries(STATE.ranges).filter(([name]) => scales.has(name));
  if (!asked.length) return select([]);
  select(ROWS.filter((row) => asked.every(([name, [low, high]]) => {
    const place = scales.get(name).at(values(name)[row]);
    return place !== null && place >= low - 1e-9 && place <= high + 1e-9;
  })));
}
