// The sortable, filterable table of all models.

const ROWS_AT_FIRST = 100;

function tableColumns(local) {
  const numbers = DATA.columns.filter((c) => c.kind === "metric" && (local.all || DATA.main_columns.includes(c.name)));
  const knobs = DATA.hyperparameters.map((knob) => COLUMNS.get(knob.name));
  const words = local.all ? DATA.columns.filter((c) => c.kind === "identity" && !["model_index", "tranche", "pareto"].includes(c.name)) : [];
  return [...knobs, ...numbers, ...words].filter((c) => local.constant || varies(c.name));
}

function cellsOf(name) {
  if (name === "tranche") return CUT.tranche;
  if (name === "rank") return CUT.rank;
  if (name === "pareto") return DATA.models.pareto;
  return values(name);
}

// Rows in the order of a column; missing values last, whichever way the rest is sorted.
function sortedRows({ by, direction }) {
  const cells = cellsOf(by);
  const known = ROWS.filter((row) => cells[row] !== null && cells[row] !== undefined);
  const compare = (a, b) => (typeof cells[a] === "number" && typeof cells[b] === "number" ? cells[a] - cells[b] : String(cells[a]).localeCompare(String(cells[b])));
  known.sort((a, b) => direction * compare(a, b) || a - b);
  const there = new Set(known);
  return [...known, ...ROWS.filter((row) => !there.has(row))];
}

const STANDINGS = new Map();

// How good a value is among all, 0 to 1, for the tint; null where there is no better side.
function standings(column) {
  if (!STANDINGS.has(column.name)) STANDINGS.set(column.name, readStandings(column));
  return STANDINGS.get(column.name);
}

function readStandings(column) {
  if (column.better !== "higher" && column.better !== "lower") return null;
  const cells = values(column.name);
  const sorted = cells.filter((v) => typeof v === "number").sort((a, b) => a - b);
  if (sorted.length < 2) return null;
  return cells.map((v) => {
    if (typeof v !== "number") return null;
    const rank = d3.bisectLeft(sorted, v) / (sorted.length - 1);
    return column.better === "higher" ? rank : 1 - rank;
  });
}

// What the filter understands: words that must occur in the model's label, and conditions such as beta >= 1.
function readFilter(text) {
  const tests = text.split(",").map((part) => part.trim()).filter(Boolean).map((part) => {
    const match = /^(.+?)\s*(==|=|!=|<=|>=|<|>)\s*(.+)$/.exec(part);
    const name = match && [...COLUMNS.values()].find((c) => c.name === match[1].trim() || c.label.toLowerCase() === match[1].trim().toLowerCase())?.name;
    if (!name) return (row) => DATA.models.label[row].toLocaleLowerCase().includes(part.toLocaleLowerCase());
    const wanted = match[3].trim().replace(/^['"]|['"]$/g, "");
    const test = HOLDS[match[2] === "=" ? "==" : match[2]];
    return (row) => { const v = values(name)[row]; return v !== null && test(typeof v === "number" ? v : String(v), typeof v === "number" ? Number(wanted) : wanted); };
  });
  return (row) => tests.every((test) => test(row));
}

function headerCell(column, render) {
  const { name, label, unit, hint } = column;
  const button = element("button", { type: "button", title: hint }, isolated(shortened(label, 60)));
  if (unit) button.append(element("span", { className: "unit", textContent: unit }));
  const active = STATE.sort.by === name;
  if (active) button.append(STATE.sort.direction > 0 ? " ▲" : " ▼");
  button.addEventListener("click", () => { render.focus = name; sortBy(name); });
  const cell = element("th", { scope: "col" }, button);
  cell.dataset.column = name;
  if (name !== "model_index" && name !== "tranche" && isNumeric(name)) cell.classList.add("num");
  cell.setAttribute("aria-sort", active ? (STATE.sort.direction > 0 ? "ascending" : "descending") : "none");
  return cell;
}

// The first click shows the best on top, the second turns round.
function sortBy(by) {
  const best = better(by) === "higher" ? -1 : 1;
  update({ sort: { by, direction: STATE.sort.by === by ? -STATE.sort.direction : best } });
}

function valueCell(column, row, standing, tint) {
  const value = values(column.name)[row];
  const said = note(column.name, row);
  const cell = element("td", { className: typeof value === "number" ? "num" : "text" }, isolated(column.kind === "metric" ? formatted(value) : shortened(value === null ? "–" : tidy(value), 60)));
  cell.title = said || (typeof value === "string" ? value : "");
  if (said) cell.classList.add("doubt");
  if (standing !== null && standing !== undefined) cell.style.backgroundImage = `linear-gradient(rgba(${tint},${(0.32 * standing ** 2).toFixed(3)}) 0 0)`;
  return cell;
}

function trancheCell(row) {
  const tranche = CUT.tranche[row];
  return element("td", {}, element("span", { className: `dot t${tranche ?? 0}` }), tranche ? String(tranche) : "–");
}

function tableRow(row, columns, tints, tint) {
  const index = DATA.models.index[row];
  const box = element("input", { type: "checkbox", checked: STATE.selected.has(row) });
  box.setAttribute("aria-label", `Select model ${index}`);
  box.addEventListener("change", () => toggleSelected(row));
  const head = element("th", { scope: "row" }, box, modelButton(index));
  const line = element("tr", {}, head, trancheCell(row), ...columns.map((c, k) => valueCell(c, row, tints[k]?.[row], tint)));
  line.dataset.model = index;
  if (row === CUT.winner) line.classList.add("won");
  if (STATE.selected.has(row)) line.classList.add("picked");
  return line;
}

function viewTable(host) {
  const local = { all: false, constant: false, only: false, most: ROWS_AT_FIRST };
  const parts = card(host, {
    title: "Scores of every model", name: "summary",
    csv: () => ({ columns: DATA.columns.map((c) => c.name), rows: shownRows(local).map((row) => DATA.columns.map((c) => cellsOf(c.name)[row])) }),
    reading: "Click a heading to sort, a number of a model for its card, a box to select it. The stronger the tint, the better the number stands among all models; dotted underline: computed with a reservation, which the pointer shows.",
  });
  const box = element("div", { className: "grid-table", tabIndex: 0, role: "region" });
  box.setAttribute("aria-label", "All models");
  const more = element("div", { className: "more" });
  parts.plot.append(box, more);
  const render = () => renderTable(box, more, local, render);
  tableControls(parts.controls, local, render);
  whenNear(parts.figure, render);
  const rebuild = drawnInSight(parts.figure, render);
  const again = () => { if (parts.figure.dataset.drawn) rebuild(); };
  watch(["sort", "find"], again);
  const calm = later(again, 120);
  watch(["conditions"], calm);
  watch(["selected"], () => { if (local.only) again(); else if (parts.figure.dataset.drawn) markPicked(box); });
}

// Run once things have been quiet for a while.
function later(run, wait) {
  let timer = null;
  return () => { clearTimeout(timer); timer = setTimeout(run, wait); };
}

function shownRows(local) {
  const keep = readFilter(STATE.find);
  return sortedRows(STATE.sort).filter((row) => keep(row) && (!local.only || STATE.selected.has(row)));
}

function renderTable(box, more, local, render) {
  const columns = tableColumns(local);
  const tints = columns.map((c) => (c.kind === "metric" ? standings(c) : null));
  const heads = [{ name: "model_index", label: "Model" }, { name: "tranche", label: "Tranche", hint: "1 best, 4 neither" }, ...columns.map((c) => ({ ...c, hint: `${c.title}. ${c.description}` }))];
  const rows = shownRows(local);
  const shown = rows.slice(0, local.most);
  const tint = shade("tint");
  const head = element("tr", {}, ...heads.map((column) => headerCell({ unit: "", hint: "", ...column }, render)));
  box.replaceChildren(element("table", {}, element("thead", {}, head), element("tbody", {}, ...shown.map((row) => tableRow(row, columns, tints, tint)))));
  more.replaceChildren(element("span", { className: "soft", textContent: `${shown.length} of ${counted(rows.length, "model")}${rows.length < ROWS.length ? ` (${ROWS.length} in all)` : ""} ` }));
  if (rows.length > shown.length) more.append(pressButton("Show all", () => { local.most = Infinity; render(); }));
  if (render.focus) [...box.querySelectorAll("th")].find((th) => th.dataset.column === render.focus)?.querySelector("button").focus({ preventScroll: true });
  render.focus = null;
}

function markPicked(box) {
  for (const line of box.querySelectorAll("tbody tr")) {
    const on = STATE.selected.has(ROW_OF.get(Number(line.dataset.model)));
    line.classList.toggle("picked", on);
    line.querySelector("input").checked = on;
  }
}

function tableControls(host, local, render) {
  const search = element("input", { type: "search", placeholder: "triplet, beta >= 1, f1_all > 0.7", value: STATE.find, size: 34 });
  search.addEventListener("input", () => update({ find: search.value }));
  host.append(element("label", {}, "Filter: words or conditions, separated by commas", search));
  checkbox(host, "selected models only", local.only, (on) => { local.only = on; render(); });
  checkbox(host, "all numbers", local.all, (on) => { local.all = on; render(); });
  checkbox(host, "also columns that do not vary", local.constant, (on) => { local.constant = on; render(); });
  host.append(pressButton("Select what is shown", () => select(shownRows(local))));
}
