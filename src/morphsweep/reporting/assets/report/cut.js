// The tranches that the thresholds cut, as `morphsweep select` cuts them.

const HOLDS = {
  "==": (a, b) => a === b, "!=": (a, b) => a !== b, "<=": (a, b) => a <= b, ">=": (a, b) => a >= b, "<": (a, b) => a < b, ">": (a, b) => a > b,
};
const TRANCHE_OF = { "true true": 1, "true false": 2, "false true": 3, "false false": 4 };

function conditionText(condition) {
  return `${condition.column} ${condition.op} ${condition.quantile !== null ? `q${+(100 * condition.quantile).toPrecision(6)}` : typeof condition.value === "string" ? `'${condition.value}'` : String(condition.value)}`;
}

// "column operator number" or "column operator q50"; null when it cannot be read.
function readCondition(text) {
  const match = /^\s*(.+?)\s*(<=|>=|<|>)\s*(q?)([-+\d.eE]+)\s*$/.exec(text);
  if (!match || !COLUMNS.has(match[1]) || !Number.isFinite(Number(match[4]))) return null;
  const number = Number(match[4]);
  if (!match[3]) return { column: match[1], op: match[2], value: number, quantile: null };
  if (number < 0 || number > 100) return null;
  return { column: match[1], op: match[2], value: quantileOf(population(match[1]), number / 100), quantile: number / 100 };
}

// The numbers that count in ranks and quantiles: those that are not partial, unless there are no others.
function population(name) {
  const partial = new Set(DATA.decision.partial[name] ?? []);
  const all = values(name);
  const full = all.filter((value, row) => value !== null && !partial.has(row));
  return full.length ? full : all.filter((value) => value !== null);
}

// Linear between neighbours, in the same steps of arithmetic as NumPy, so that a model at the threshold falls on the same side.
function quantileOf(list, level) {
  const known = list.filter((value) => value !== null).sort((a, b) => a - b);
  if (!known.length) return null;
  const place = level * (known.length - 1);
  const lower = Math.floor(place);
  const [a, b, t] = [known[lower], known[Math.min(lower + 1, known.length - 1)], place - lower];
  return t >= 0.5 ? b - (b - a) * (1 - t) : a + (b - a) * t;
}

function holds(condition, row) {
  const value = values(condition.column)[row];
  if (value === null || condition.value === null) return null;
  return HOLDS[condition.op](value, condition.value);
}

function higherIsBetter(condition) {
  const side = better(condition.column);
  return side === "higher" || (side !== "lower" && condition.op.startsWith(">"));
}

// Tranche per row (null: none), order, winner and its ties under thresholds and the sweep's filters.
function cutModels(conditions, filters = DATA.decision.axes.conditions.slice(DATA.decision.axes.n_axes)) {
  const tranche = ROWS.map((row) => {
    const answers = conditions.map((condition) => holds(condition, row));
    if (!answers.length || answers.includes(null) || filters.some((f) => holds(f, row) !== true)) return null;
    return conditions.length > 1 ? TRANCHE_OF[answers.join(" ")] : answers[0] ? 1 : 4;
  });
  const placed = ROWS.filter((row) => tranche[row] !== null);
  const whole = placed.filter((row) => conditions.every((c) => isFull(c.column, row)));
  const competing = whole.length ? whole : placed;
  const ordered = [...competing].sort((a, b) => tranche[a] - tranche[b] || compareBy(conditions, a, b) || byModelNumber(a, b));
  const rank = ROWS.map(() => null);
  ordered.forEach((row, place) => { rank[row] = place + 1; });
  const winner = ordered.length && tranche[ordered[0]] === 1 ? ordered[0] : null;
  return { conditions, filters, tranche, rank, ordered, competing: new Set(competing), winner };
}

// Of exactly equal models the lowest number comes first, wherever its row stands.
function byModelNumber(a, b) {
  return DATA.models.index[a] - DATA.models.index[b];
}

function compareBy(conditions, a, b) {
  for (const condition of conditions) {
    const shown = values(condition.column);
    const difference = higherIsBetter(condition) ? shown[b] - shown[a] : shown[a] - shown[b];
    if (difference) return difference;
  }
  return 0;
}

// Models that the numbers do not separate from the winner: its replicates, those exactly equal to it, and those that replicates
// of one configuration may be as far from it, and from the thresholds, as they are. Null when nothing was trained twice and
// none is equal.
function tiesOf(cut) {
  if (cut.winner === null) return null;
  const known = Object.keys(DATA.decision.noise).length > 0;
  const equal = cut.ordered.filter((row) => row !== cut.winner && cut.tranche[row] === 1 && !compareBy(cut.conditions, row, cut.winner));
  if (!known && !equal.length) return null;
  const tied = new Set([...replicates(cut.winner), ...equal]);
  if (known) for (const row of ROWS) if (withinLimits(cut, row)) tied.add(row);
  tied.delete(cut.winner);
  return [...tied].sort((a, b) => (cut.rank[a] ?? Infinity) - (cut.rank[b] ?? Infinity) || a - b);
}

function limitOf(name) {
  return DATA.decision.noise[name]?.limit ?? 0;
}

function withinLimits(cut, row) {
  const fixed = cut.filters.filter((f) => COLUMNS.get(f.column)?.kind !== "metric");
  if (fixed.some((f) => holds(f, row) !== true) || (cut.tranche[row] !== null && !cut.competing.has(row))) return false;
  const short = (c) => { const v = values(c.column)[row]; return v === null ? Infinity : c.op.startsWith(">") ? c.value - v : v - c.value; };
  if (cut.conditions.some((c) => !(short(c) <= limitOf(c.column)))) return false;
  const first = cut.conditions[0];
  const [best, own] = [values(first.column)[cut.winner], values(first.column)[row]];
  return (higherIsBetter(first) ? best - own : own - best) <= limitOf(first.column);
}

// Whether a number averages over all perturbations that were asked for.
function isFull(name, row) {
  return !(DATA.decision.partial[name] ?? []).includes(row);
}

// Rows that no other competing row beats on every axis.
function paretoFront(cut) {
  const gains = (row) => cut.conditions.map((c) => (higherIsBetter(c) ? 1 : -1) * values(c.column)[row]);
  const front = new Set();
  const sorted = [...cut.competing].map((row) => [row, gains(row)]).sort((a, b) => b[1][0] - a[1][0] || (b[1][1] ?? 0) - (a[1][1] ?? 0));
  let [best, first] = [-Infinity, null];
  for (const [row, [x, y = 0]] of sorted) {
    if (y > best || (y === best && first !== null && x === first)) front.add(row);
    if (y > best) [best, first] = [y, x];
  }
  return front;
}

// Why nothing wins, in the words of `select`.
function whyNoWinner(cut) {
  if (cut.winner !== null) return "";
  const met = cut.conditions.length > 1 ? "both criteria" : "the criterion";
  const best = ROWS.filter((row) => cut.tranche[row] === 1).map((row) => DATA.models.index[row]);
  if (!best.length) return `No model met ${met}, so none was chosen.`;
  const one = best.length === 1;
  const named = one ? `Model ${best[0]}` : `Models ${best.slice(0, -1).join(", ")} and ${best[best.length - 1]}`;
  return `${named} met ${met}, but ${one ? "is" : "are"} partial (averaged over fewer perturbations than asked) and therefore not ranked beside full models, so none was chosen.`;
}

let CUT = null;

function recut() {
  CUT = cutModels(STATE.conditions);
  return CUT;
}

function trancheName(number) {
  return DATA.decision.tranches.find((t) => t.number === number)?.name ?? `tranche ${number}`;
}
