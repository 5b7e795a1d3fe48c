// What the reader has chosen. Every view watches it; the address bar holds it, so that a view can be sent.

const STATE = {
  x: null, y: null, colour: "tranche", perturbation: AVERAGE,
  conditions: [], // the one or two thresholds: column, op, value, quantile (level or null)
  selected: new Set(), // rows
  pinned: [], // at most two model numbers
  model: null, // number of the model whose card is open
  sort: { by: "rank", direction: 1 }, find: "",
  wall: "rank", metric: null, pair: null,
  regime: null, // whose predictions are shown
  ranges: {}, // parallel coordinates: column -> [low, high]
  theme: "auto",
};

const WATCHERS = [];
const CHANGED = new Set();
let waiting = false;

function watch(keys, react) {
  WATCHERS.push({ keys: new Set(keys), react });
}

// Change the state; views follow before the next frame, each once.
function update(patch) {
  for (const [key, value] of Object.entries(patch)) {
    STATE[key] = value;
    CHANGED.add(key);
  }
  if (waiting) return;
  waiting = true;
  requestAnimationFrame(follow);
}

function follow() {
  waiting = false;
  const begun = performance.now();
  const keys = new Set(CHANGED);
  CHANGED.clear();
  for (const watcher of WATCHERS) if ([...keys].some((key) => watcher.keys.has(key))) watcher.react(keys);
  writeSoon();
  document.documentElement.dataset.followed = (performance.now() - begun).toFixed(1);
}

function select(rows) {
  update({ selected: new Set(rows) });
}

function toggleSelected(row) {
  const next = new Set(STATE.selected);
  if (!next.delete(row)) next.add(row);
  select(next);
}

function openModel(index) {
  update({ model: index });
}

// Pin a model for comparison; a third pushes out the first.
function pin(index) {
  const pinned = STATE.pinned.includes(index) ? STATE.pinned.filter((other) => other !== index) : [...STATE.pinned.slice(0, 1), index]; // the first stays
  update({ pinned });
}

const ADDRESS = {
  x: [(s) => s.x, (v, s) => { if (COLUMNS.has(v)) s.x = v; }],
  y: [(s) => s.y, (v, s) => { if (COLUMNS.has(v)) s.y = v; }],
  colour: [(s) => s.colour, (v, s) => { if (v === "tranche" || COLUMNS.has(v)) s.colour = v; }],
  of: [(s) => s.perturbation, (v, s) => { if (v === AVERAGE || PERTURBATIONS.some((p) => p.name === v)) s.perturbation = v; }],
  where: [(s) => s.conditions.map(conditionText).join(" & "), (v, s) => { s.conditions = v.split(" & ").map(readCondition).filter(Boolean).slice(0, 2); }],
  selected: [(s) => [...s.selected].map((row) => DATA.models.index[row]).join(" "), (v, s) => { s.selected = new Set(numbersIn(v).map((i) => ROW_OF.get(i)).filter((row) => row !== undefined)); }],
  pinned: [(s) => s.pinned.join(" "), (v, s) => { s.pinned = numbersIn(v).filter((i) => ROW_OF.has(i)).slice(0, 2); }],
  model: [(s) => s.model ?? "", (v, s) => { s.model = ROW_OF.has(Number(v)) && v !== "" ? Number(v) : null; }],
  sort: [(s) => `${s.sort.direction > 0 ? "+" : "-"}${s.sort.by}`, (v, s) => { s.sort = { by: v.slice(1), direction: v[0] === "-" ? -1 : 1 }; }],
  find: [(s) => s.find, (v, s) => { s.find = v; }],
  wall: [(s) => s.wall, (v, s) => { s.wall = v; }],
  metric: [(s) => s.metric ?? "", (v, s) => { if (COLUMNS.has(v)) s.metric = v; }],
  pair: [(s) => s.pair ?? "", (v, s) => { if (DATA.reference_vs_other.some((e) => e.metric === v)) s.pair = v; }],
  regime: [(s) => s.regime ?? "", (v, s) => { if (DATA.regimes.some((r) => r.name === v)) s.regime = v; }],
  ranges: [(s) => Object.entries(s.ranges).map(([name, ends]) => `${name}:${ends.map((e) => +e.toPrecision(6)).join(":")}`).join(" "), (v, s) => { s.ranges = readRanges(v); }],
  theme: [(s) => s.theme, (v, s) => { s.theme = v; }],
};

function numbersIn(text) {
  return text.split(" ").filter(Boolean).map(Number).filter(Number.isFinite);
}

function readRanges(text) {
  const found = {};
  for (const part of text.split(" ").filter(Boolean)) {
    const [high, low, ...name] = part.split(":").reverse();
    if (Number.isFinite(+low) && Number.isFinite(+high)) found[name.reverse().join(":")] = [+low, +high];
  }
  return found;
}

let DEFAULTS = {};

function addressOf() {
  const parts = new URLSearchParams();
  for (const [key, [read]] of Object.entries(ADDRESS)) {
    const text = String(read(STATE));
    if (text !== DEFAULTS[key]) parts.set(key, text);
  }
  return parts.toString();
}

let writing = null;

// Browsers allow only so many changes of the address in a while, so a drag writes it once it rests.
function writeSoon() {
  clearTimeout(writing);
  writing = setTimeout(writeAddress, 120);
}

function writeAddress() {
  const text = addressOf();
  history.replaceState(null, "", text ? `#${text}` : "#");
}

// The state that the page opens with, and over it what the address says.
function readAddress() {
  DEFAULTS = Object.fromEntries(Object.entries(ADDRESS).map(([key, [read]]) => [key, String(read(STATE))]));
  const told = new URLSearchParams(location.hash.slice(1));
  for (const [key, [, set]] of Object.entries(ADDRESS)) if (told.has(key)) set(told.get(key), STATE);
}

addEventListener("hashchange", () => { if (location.hash.slice(1) !== addressOf() && location.hash.includes("=")) location.reload(); });
