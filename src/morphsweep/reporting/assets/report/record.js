// The decision as JSON: what `morphsweep select --json` prints for the same thresholds.

// Python's format %.{digits}g, so that sentences are the same to the letter.
function general(value, digits) {
  if (value === 0) return "0";
  const exponent = Number(value.toExponential(digits - 1).split("e")[1]);
  if (exponent < -4 || exponent >= digits) {
    const [mantissa, power] = value.toExponential(digits - 1).split("e");
    const trimmed = mantissa.includes(".") ? mantissa.replace(/\.?0+$/, "") : mantissa;
    return `${trimmed}e${power[0]}${power.slice(1).padStart(2, "0")}`;
  }
  const text = value.toFixed(Math.max(0, digits - 1 - exponent));
  return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
}

function askedText(condition) {
  if (condition.quantile !== null && condition.quantile !== undefined) return `${condition.column} ${condition.op} q${general(100 * condition.quantile, 6)}`;
  return typeof condition.value === "string" ? `${condition.column} ${condition.op} '${condition.value}'` : `${condition.column} ${condition.op} ${general(condition.value, 6)}`;
}

// A threshold with the population that it was judged on.
function criterionText(condition) {
  const known = population(condition.column);
  const partial = values(condition.column).filter((value) => value !== null).length - known.length;
  const models = `the ${known.length} models with a number${partial ? `, ${partial} partial left out` : ""}`;
  if (condition.quantile !== null && condition.quantile !== undefined) return `${askedText(condition)} (${condition.value === null ? "no number" : general(condition.value, 4)}, over ${models})`;
  if (typeof condition.value === "string" || COLUMNS.get(condition.column)?.kind !== "metric" || !known.length) return askedText(condition);
  return `${askedText(condition)} (at quantile ${(known.filter((value) => value <= condition.value).length / known.length).toFixed(2)} of ${models})`;
}

const BOTH_AXES = { 1: "both hold", 2: "only discriminative", 3: "only robust", 4: "neither" };
const ONE_AXIS = { 1: "the threshold holds", 4: "it does not" };

function ruleText(cut) {
  const two = cut.conditions.length > 1;
  const parts = [`discriminative: ${criterionText(cut.conditions[0])}`, two ? `robust: ${criterionText(cut.conditions[1])}` : `robust: not applicable (${DATA.decision.why_one || "only one threshold was given"})`];
  const order = cut.conditions.map((c) => `the ${higherIsBetter(c) ? "highest" : "lowest"} ${c.column}`).join(", then ");
  const names = Object.entries(two ? BOTH_AXES : ONE_AXIS).map(([number, words]) => `${number} ${words}`).join(", ");
  return [...parts, ...cut.filters.map((f) => `filter: ${criterionText(f)}`), `tranches: ${names}`, `within a tranche first ${order}`, "the winner is the first of tranche 1"].join("; ");
}

// Median -/+ 3 MAD over the models whose number is full; null where it means nothing.
function usualRange(name) {
  const partial = new Set(DATA.decision.partial[name] ?? []);
  const all = values(name);
  const full = ROWS.filter((row) => !partial.has(row) && all[row] !== null);
  const population = full.length ? full : ROWS.filter((row) => all[row] !== null);
  const known = population.map((row) => all[row]);
  const middle = d3.median(known);
  const spread = known.length < 5 ? 0 : d3.median(known, (value) => Math.abs(value - middle));
  return spread > 0 ? { low: middle - 3 * spread, high: middle + 3 * spread, population: new Set(population) } : null;
}

function flagsOf(cut) {
  const names = [...new Set([...cut.conditions.map((c) => c.column), ...DATA.decision.key_columns])].filter((name) => better(name) === "range" && COLUMNS.get(name)?.kind === "metric");
  const ranges = names.map((name) => [name, usualRange(name)]).filter(([, usual]) => usual);
  const outside = (row) => ranges.flatMap(([name, usual]) => {
    const value = values(name)[row];
    return usual.population.has(row) && (value < usual.low || value > usual.high) ? [`${name} ${general(value, 3)} outside ${general(usual.low, 3)} to ${general(usual.high, 3)}`] : [];
  });
  return (row) => [DATA.decision.collapsed[row], ...outside(row)].filter(Boolean).join("; ");
}

function whyNoTranche(cut, row) {
  const absent = [...new Set(cut.conditions.filter((c) => holds(c, row) === null).map((c) => c.column))];
  const failed = cut.filters.filter((f) => holds(f, row) === false).map((f) => `excluded by ${askedText(f)}`);
  const unknown = cut.filters.filter((f) => holds(f, row) === null).map((f) => `excluded by ${askedText(f)}: ${f.column} is missing`);
  const said = [absent.length ? `${absent.join(" and ")} ${absent.length === 1 ? "is" : "are"} missing` : "", [...failed, ...unknown].join("; "), values("reason")[row] ?? ""];
  return { missing: absent.join(", "), reason: said.filter(Boolean).join("; ") };
}

// Whether the thresholds are those that the page was made with.
function asOpened() {
  return STATE.conditions.map(conditionText).join() === openingConditions().map(conditionText).join();
}

// With other thresholds than the page was made with, how often each configuration would come first is not known here: those
// columns and fields are left out, and ties are those by the noise between replicates alone.
function decisionRecord() {
  const cut = CUT;
  const opened = asOpened();
  const [front, flags] = [paretoFront(cut), flagsOf(cut)];
  const order = [...cut.ordered, ...ROWS.filter((row) => cut.rank[row] === null).sort((a, b) => (cut.tranche[a] ?? 9) - (cut.tranche[b] ?? 9) || a - b)];
  const rows = tiesOf(cut);
  const ties = opened ? DATA.decision.ties : rows?.map((row) => DATA.models.index[row]) ?? null;
  const added = opened ? DATA.decision.judged : ties === null ? {} : { tie: ROWS.map((row) => row === cut.winner || rows.includes(row)) };
  const columns = DATA.decision.table_columns.filter((name) => !(name in DATA.decision.judged) || name in added);
  const table = order.map((row) => {
    const why = whyNoTranche(cut, row);
    const judged = { tranche: cut.tranche[row], missing: why.missing, reason: why.reason, pareto: front.has(row), rank: cut.rank[row], flags: flags(row) };
    for (const name of Object.keys(added)) judged[name] = added[name][row];
    return Object.fromEntries([...columns, ...Object.keys(added).filter((name) => !columns.includes(name))].map((name) => [name, name in judged ? judged[name] : values(name)[row]]));
  });
  const record = { winner: cut.winner === null ? null : DATA.models.index[cut.winner], ties, rule: ruleText(cut), table };
  return opened ? { ...record, ...DATA.decision.record } : { ...record, noise: DATA.decision.record.noise, uncertainty: null };
}
