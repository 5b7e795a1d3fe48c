// The one document of numbers, and the few questions that the views ask it.

const DATA = JSON.parse(document.getElementById("data").textContent);
const AVERAGE = "avg_pert";
const COLUMNS = new Map(DATA.columns.map((column) => [column.name, column]));
const HYPER = new Map(DATA.hyperparameters.map((knob) => [knob.name, knob]));
const PERTURBATION_COLOR = new Map(DATA.perturbations.map((p) => [p.name, p.color]));
const ROWS = DATA.models.index.map((_, row) => row);
const ROW_OF = new Map(DATA.models.index.map((index, row) => [index, row]));
const REFERENCE = DATA.regimes[0].name;
const OTHERS = DATA.regimes.slice(1).map((regime) => regime.name);
const SYMBOLS = ["circle", "square", "diamond", "triangle-up", "cross", "x", "triangle-down", "star", "hexagon", "pentagon"];

// Values of a column for all models; of one perturbation where asked and known.
function values(name, perturbation = AVERAGE) {
  if (perturbation !== AVERAGE) return (DATA.by_perturbation[name] || {})[perturbation] || ROWS.map(() => null);
  return DATA.models.values[name] || ROWS.map(() => null);
}

function isNumeric(name) {
  const known = values(name).filter((value) => value !== null);
  return known.length > 0 && known.every((value) => typeof value === "number");
}

function metricColumns() {
  return DATA.columns.filter((column) => column.kind === "metric" && isNumeric(column.name));
}

// Columns in groups for a dropdown: the reference's, other regimes', comparisons.
function groupedMetrics() {
  const groups = new Map();
  for (const column of metricColumns()) {
    const group = column.scope === "pair" ? "Comparisons of regimes" : `Regime ${column.regime ?? "–"}`;
    if (!groups.has(group)) groups.set(group, []);
    groups.get(group).push([column.name, column.label]);
  }
  return groups;
}

function varyingKnobs() {
  return DATA.hyperparameters.filter((knob) => knob.varies);
}

function axisTitle(name) {
  const column = COLUMNS.get(name);
  return column ? column.title : name;
}

function hoverText(row, names) {
  const lines = [`<b>model ${DATA.models.index[row]}</b>`];
  for (const name of names) lines.push(`${plain(COLUMNS.get(name)?.label ?? name)}: <b>${plain(formatted(values(name)[row]))}</b>`);
  for (const knob of varyingKnobs()) lines.push(`${plain(knob.label, 24)} = ${plain(formatted(values(knob.name)[row]), 40)}`);
  const tranche = DATA.models.tranche[row];
  if (tranche) lines.push(`tranche ${tranche}`);
  return lines.join("<br>");
}

function heldOut(regime) {
  return new Set(DATA.regimes.find((r) => r.name === regime)?.held_out ?? []);
}
