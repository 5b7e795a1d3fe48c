// Thresholds as lines that can be dragged, or moved with the arrow keys, and as numbers.

// Drag in steps of about a two-hundredth of the axis, so that the number stays short.
function coarse(value, scale) {
  const [low, high] = d3.extent(scale.domain());
  const size = 10 ** Math.floor(Math.log10((high - low) / 200 || 1e-12));
  const steps = [1, 2, 5, 10].map((k) => k * size);
  const step = steps.find((s) => s >= (high - low) / 400) ?? size;
  return Number((Math.round(value / step) * step).toPrecision(10));
}

function moveThreshold(place, value) {
  update({ conditions: STATE.conditions.map((c, k) => (k === place ? { ...c, value, quantile: null } : c)) });
}

// One handle per threshold whose column is an axis of the plot; the nodes stay, so that a drag goes on while views follow.
function drawThresholds(plot, xName, yName) {
  plot.handles ??= new Map();
  const shown = new Set();
  STATE.conditions.forEach((condition, place) => {
    for (const [name, side] of [[xName, "x"], [yName, "y"]]) {
      if (condition.column !== name || condition.value === null) continue;
      const key = `${place}${side}`;
      shown.add(key);
      if (!plot.handles.has(key)) plot.handles.set(key, newHandle(plot, place, side));
      placeHandle(plot, plot.handles.get(key), condition, side);
    }
  });
  for (const [key, handle] of plot.handles) handle.style("display", shown.has(key) ? null : "none");
}

function newHandle(plot, place, side) {
  const handle = plot.over.append("g").attr("class", `threshold ${side}`).attr("tabindex", 0).attr("role", "slider");
  handle.append("line").attr("class", "grip");
  handle.append("line").attr("class", "rule");
  handle.append("rect").attr("class", "knob").attr("width", 14).attr("height", 14).attr("rx", 4);
  handle.append("text").attr("class", "value");
  const at = (event) => {
    const frame = plot.over.node().getBoundingClientRect();
    const [low, high] = d3.extent(plot[side].range());
    return plot[side].invert(Math.min(high, Math.max(low, side === "x" ? event.clientX - frame.left : event.clientY - frame.top)));
  };
  handle.on("pointerdown", (event) => { event.preventDefault(); handle.node().setPointerCapture(event.pointerId); handle.node().focus(); handle.classed("held", true); });
  handle.on("pointermove", (event) => { if (handle.classed("held")) moveThreshold(place, coarse(at(event), plot[side])); });
  handle.on("pointerup pointercancel", () => handle.classed("held", false));
  handle.on("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1, PageUp: 10, PageDown: -10 }[event.key];
    if (!step) return;
    event.preventDefault();
    const [low, high] = d3.extent(plot[side].domain());
    moveThreshold(place, coarse(STATE.conditions[place].value + (step * (high - low)) / 200, plot[side]));
  });
  return handle;
}

function placeHandle(plot, handle, condition, side) {
  const { box } = plot;
  const at = Math.min(Math.max(plot[side](condition.value), Math.min(...plot[side].range())), Math.max(...plot[side].range()));
  const ends = side === "x" ? [at, box.top, at, box.bottom] : [box.left, at, box.right, at];
  handle.selectAll("line").attr("x1", ends[0]).attr("y1", ends[1]).attr("x2", ends[2]).attr("y2", ends[3]);
  const [kx, ky] = side === "x" ? [at, box.top] : [box.right, at];
  handle.select(".knob").attr("x", kx - 7).attr("y", ky - 7);
  const text = handle.select(".value").text(`${labelOf(condition.column)} ${condition.op} ${tidy(+condition.value.toPrecision(4))}`);
  if (side === "x") text.attr("x", at + 7).attr("y", box.bottom - 8).attr("text-anchor", at > (box.left + box.right) / 2 ? "end" : "start").attr("dx", at > (box.left + box.right) / 2 ? -14 : 0);
  else text.attr("x", clearOfOther(plot, text.node(), box.left + 8)).attr("y", at - 6).attr("text-anchor", "start");
  const [low, high] = d3.extent(plot[side].domain());
  handle.attr("aria-label", `Threshold ${labelOf(condition.column)} ${condition.op}`).attr("aria-valuenow", condition.value).attr("aria-valuemin", low).attr("aria-valuemax", high).attr("aria-orientation", side === "x" ? "horizontal" : "vertical");
}

// Where the words of a horizontal threshold begin: right of the vertical one if they would lie across it. Their width is guessed:
// to measure it the browser would lay out the whole page at every step of a drag.
function clearOfOther(plot, text, from) {
  const other = STATE.conditions.find((c) => c.column === plot.told.names?.[0] && c.value !== null);
  if (!other) return from;
  const line = plot.x(other.value);
  return line > from - 4 && line < from + 7.2 * text.textContent.length + 6 ? line + 10 : from;
}

// The corner where both thresholds hold.
function bestCorner(xName, yName, xDomain, yDomain) {
  const side = (name, domain) => {
    const found = STATE.conditions.find((c) => c.column === name && c.value !== null);
    if (!found) return domain;
    return found.op.startsWith(">") ? [found.value, Math.max(domain[1], found.value)] : [Math.min(domain[0], found.value), found.value];
  };
  if (!STATE.conditions.some((c) => c.column === xName || c.column === yName)) return [];
  return [{ x: side(xName, xDomain), y: side(yName, yDomain) }];
}

// The thresholds as numbers: column, direction, value or quantile such as q50.
function thresholdFields(host) {
  let shown = "";
  const render = () => { // while only the values change, as in a drag, the fields stay
    const kinds = STATE.conditions.map((c) => `${c.column} ${c.op}`).join("\n");
    if (kinds === shown) return refill();
    shown = kinds;
    host.replaceChildren(...STATE.conditions.map((condition, place) => thresholdField(condition, place)));
  };
  const refill = () => host.querySelectorAll("input").forEach((input, place) => { if (input !== document.activeElement) input.value = shownValue(STATE.conditions[place]); });
  watch(["conditions"], render);
  render();
}

function shownValue(condition) {
  return condition.quantile !== null ? `q${+(100 * condition.quantile).toPrecision(4)}` : String(+Number(condition.value).toPrecision(6));
}

function thresholdField(condition, place) {
  const change = (patch) => update({ conditions: STATE.conditions.map((c, k) => (k === place ? { ...c, ...patch } : c)) });
  const row = element("div", { className: "threshold-field" });
  const name = place === 0 ? "Discriminative" : "Robust";
  row.append(element("span", { className: "soft", textContent: name }));
  const column = dropdown(row, "", groupedMetrics(), condition.column, (chosen) => change(startingCondition(chosen)));
  column.setAttribute("aria-label", `${name}: number`);
  const op = dropdown(row, "", [">", ">=", "<", "<="].map((o) => [o, o]), condition.op, (chosen) => change({ op: chosen }));
  op.setAttribute("aria-label", `${name}: direction`);
  const input = element("input", { type: "text", value: shownValue(condition), size: 7, inputMode: "decimal" });
  input.setAttribute("aria-label", `${name}: value, or a quantile such as q50`);
  const take = () => {
    const read = readCondition(`${condition.column} ${STATE.conditions[place].op} ${input.value.trim()}`);
    input.classList.toggle("wrong", !read);
    if (read) change({ value: read.value, quantile: read.quantile });
  };
  input.addEventListener("change", take);
  input.addEventListener("input", take);
  row.append(input);
  return row;
}

// A threshold on another number begins at its median.
function startingCondition(name) {
  return { column: name, op: better(name) === "higher" ? ">" : "<=", value: quantileOf(population(name), 0.5), quantile: 0.5 };
}
