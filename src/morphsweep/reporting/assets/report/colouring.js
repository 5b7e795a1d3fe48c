// What colours a model: its tranche, a hyper-parameter, or a metric. Classes have a symbol as well as a colour.

const BY_TRANCHE = "tranche";

function colourChoices() {
  const groups = new Map([["Decision", [[BY_TRANCHE, "Tranche"]]]]);
  const knobs = varyingKnobs().map((knob) => [knob.name, knob.label]);
  if (knobs.length) groups.set("Hyper-parameters", knobs);
  for (const [group, entries] of groupedMetrics()) groups.set(group, entries);
  return groups;
}

// Colour and symbol per row, and what the legend says.
function colouring(name) {
  if (name === BY_TRANCHE) return byTranche();
  const knob = HYPER.get(name);
  return knob && knob.scale === "classes" ? byClass(knob) : byNumber(name);
}

function byTranche() {
  const used = DATA.decision.axes.y || STATE.conditions.length > 1 ? [1, 2, 3, 4] : [1, 4];
  const entries = used.map((number) => ({ label: trancheName(number), colour: shade(TRANCHE_SHADES[number - 1]), symbol: SYMBOLS[number - 1], tranche: number }));
  return {
    colour: (row) => (CUT.tranche[row] ? shade(TRANCHE_SHADES[CUT.tranche[row] - 1]) : shade("none")),
    symbol: (row) => (CUT.tranche[row] ? SYMBOLS[CUT.tranche[row] - 1] : d3.symbolCircle),
    entries: [...entries, ...(CUT.tranche.includes(null) ? [{ label: "no tranche", colour: shade("none"), symbol: d3.symbolCircle, tranche: null }] : [])],
  };
}

function byClass(knob) {
  const places = new Map(knob.classes.map((value, place) => [value, place]));
  const shown = values(knob.name);
  const colour = (place) => (place === undefined ? shade("none") : stepColour(place, knob.classes.length));
  const symbol = (place) => (place === undefined ? d3.symbolCircle : SYMBOLS[place % SYMBOLS.length]);
  return {
    colour: (row) => colour(places.get(shown[row])), symbol: (row) => symbol(places.get(shown[row])),
    entries: knob.classes.map((value, place) => ({ label: `${knob.label} ${tidy(value)}`, colour: colour(place), symbol: symbol(place), value, knob: knob.name })),
  };
}

function byNumber(name) {
  const shown = values(name);
  const known = shown.filter((value) => value !== null);
  const [low, high] = robustEnds(known);
  const scale = (value) => SEQUENTIAL(high > low ? Math.min(1, Math.max(0, (value - low) / (high - low))) : 0.5);
  return {
    colour: (row) => (shown[row] === null ? shade("none") : scale(shown[row])), symbol: () => d3.symbolCircle,
    entries: [], ramp: { low, high, label: labelOf(name), clipped: known.some((v) => v < low || v > high) },
  };
}

// Ends of a colour scale: the range, unless single outliers would take most of it.
function robustEnds(known) {
  if (!known.length) return [0, 1];
  const sorted = [...known].sort((a, b) => a - b);
  const [a, b] = [d3.quantileSorted(sorted, 0.02), d3.quantileSorted(sorted, 0.98)];
  const [low, high] = [sorted[0], sorted[sorted.length - 1]];
  return high - low > 3 * (b - a) && b > a ? [a, b] : [low, high];
}

// The legend of a colouring; a click on a class selects its models.
function legend(host, colours) {
  host.className = "legend";
  host.replaceChildren();
  if (colours.ramp) return host.append(rampKey(colours.ramp));
  for (const entry of colours.entries) {
    const rows = ROWS.filter((row) => (entry.knob ? values(entry.knob)[row] === entry.value : CUT.tranche[row] === entry.tranche));
    const button = pressButton("", () => select(rows), { title: `Select these ${rows.length} models` });
    button.append(symbolKey(entry), isolated(shortened(entry.label, 50)), element("span", { className: "soft", textContent: ` ${rows.length}` }));
    host.append(button);
  }
}

function symbolKey({ colour, symbol }) {
  const svg = d3.create("svg").attr("width", 14).attr("height", 14).attr("viewBox", "-7 -7 14 14").attr("aria-hidden", "true");
  svg.append("path").attr("d", d3.symbol(symbol, 60)()).attr("fill", colour);
  return svg.node();
}

function rampKey({ low, high, label, clipped }) {
  const bar = element("span", { className: "ramp" });
  bar.style.background = `linear-gradient(to right, ${d3.range(0, 1.01, 0.1).map((t) => SEQUENTIAL(t)).join(", ")})`;
  return element("span", { className: "ramp-key" }, isolated(label), " ", element("span", { textContent: `${clipped ? "≤ " : ""}${formatted(low)}` }), bar, element("span", { textContent: `${clipped ? "≥ " : ""}${formatted(high)}` }));
}
