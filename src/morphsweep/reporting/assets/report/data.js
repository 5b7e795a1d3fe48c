// The document of numbers, and the few questions that the views ask it.

const DATA = JSON.parse(document.getElementById("data").textContent);
const AVERAGE = "avg_pert";
const COLUMNS = new Map(DATA.columns.map((column) => [column.name, column]));
const HYPER = new Map(DATA.hyperparameters.map((knob) => [knob.name, knob]));
const DEFINED = new Set(DATA.glossary.map((entry) => entry.name));
const PERTURBATIONS = DATA.perturbations;
const ROWS = DATA.models.index.map((_, row) => row);
const ROW_OF = new Map(DATA.models.index.map((index, row) => [index, row]));
const REFERENCE = DATA.regimes[0].name;
const OTHERS = DATA.regimes.slice(1).map((regime) => regime.name);

const KNOWN = new Map();

// Values of a column for all models, null where there is none; of one perturbation where asked.
function values(name, perturbation = AVERAGE) {
  const key = `${perturbation}\n${name}`;
  if (!KNOWN.has(key)) KNOWN.set(key, readValues(name, perturbation));
  return KNOWN.get(key);
}

function readValues(name, perturbation) {
  const numbers = DATA.numbers;
  if (perturbation !== AVERAGE) {
    const table = numbers.by_perturbation[name];
    const place = PERTURBATIONS.findIndex((p) => p.name === perturbation);
    if (table === undefined || place < 0) return ROWS.map(() => null);
    return listed(packed(table).subarray(place * ROWS.length, (place + 1) * ROWS.length));
  }
  if (name === "model_index") return DATA.models.index;
  if (name in numbers.values) return listed(packed(numbers.values[name]));
  return DATA.models.values[name] ?? ROWS.map(() => null);
}

function listed(numbers) {
  return Array.from(numbers, (value) => (Number.isFinite(value) ? value : null));
}

// Lower and upper end of the bootstrap interval per model, or null.
function interval(name) {
  const ends = DATA.numbers.intervals[name];
  return ends ? ends.map((end) => values_of(`interval ${end}`, end)) : null;
}

function values_of(key, number) {
  if (!KNOWN.has(key)) KNOWN.set(key, listed(packed(number)));
  return KNOWN.get(key);
}

// What is to be said of a model's number: status and reason, or "".
function note(name, row) {
  const marks = DATA.numbers.notes.columns[name];
  const mark = marks === undefined ? 0 : packed(marks)[row];
  return mark ? DATA.numbers.notes.texts[mark - 1] : "";
}

const NUMERIC = new Map();

function isNumeric(name) {
  if (!NUMERIC.has(name)) NUMERIC.set(name, readNumeric(name));
  return NUMERIC.get(name);
}

function readNumeric(name) {
  const known = values(name).filter((value) => value !== null);
  return known.length > 0 && known.every((value) => typeof value === "number");
}

function varies(name) {
  const shown = values(name);
  return shown.some((value) => value !== shown[0]);
}

function metricColumns() {
  return DATA.columns.filter((column) => column.kind === "metric" && isNumeric(column.name));
}

function varyingKnobs() {
  return DATA.hyperparameters.filter((knob) => knob.varies);
}

// Columns in groups for a dropdown: main numbers first, then by regime, then comparisons.
function groupedMetrics() {
  const groups = new Map();
  const main = DATA.main_columns.filter((name) => isNumeric(name)).map((name) => [name, COLUMNS.get(name).label]);
  if (main.length) groups.set("Main numbers", main);
  for (const column of metricColumns().filter((c) => !DATA.main_columns.includes(c.name))) {
    const group = column.scope === "pair" ? "More comparisons of regimes" : `More of regime ${column.regime ?? "–"}`;
    if (!groups.has(group)) groups.set(group, []);
    groups.get(group).push([column.name, column.label]);
  }
  return groups;
}

function axisChoices() {
  const knobs = varyingKnobs().filter((knob) => isNumeric(knob.name)).map((knob) => [knob.name, knob.label]);
  return new Map([...groupedMetrics(), ...(knobs.length ? [["Hyper-parameters", knobs]] : [])]);
}

function labelOf(name) {
  return COLUMNS.get(name)?.label ?? name;
}

function axisTitle(name) {
  return COLUMNS.get(name)?.title ?? name;
}

function better(name) {
  return COLUMNS.get(name)?.better ?? null;
}

function modelLabel(index, most = 120) {
  return shortened(DATA.models.label[ROW_OF.get(index)] ?? `model ${index}`, most);
}

function heldOut(regime) {
  return new Set(DATA.regimes.find((r) => r.name === regime)?.held_out ?? []);
}

// Models of the same configuration, the model itself left out.
function replicates(row) {
  const groups = values("configuration");
  return groups[row] === null ? [] : ROWS.filter((other) => other !== row && groups[other] === groups[row]);
}
