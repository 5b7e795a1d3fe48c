// The sortable table of all models.

function varies(name) {
  return new Set(values(name).map(String)).size > 1;
}

function tableColumns(state) {
  const numbers = DATA.columns.filter((c) => c.kind === "metric" && (state.all || DATA.main_columns.includes(c.name)));
  const knobs = DATA.hyperparameters.map((knob) => COLUMNS.get(knob.name));
  const words = state.all ? DATA.columns.filter((c) => c.kind === "identity" && c.name !== "model_index") : [];
  return [...knobs, ...numbers, ...words].filter((c) => state.constant || varies(c.name));
}

function cellsOf(name) {
  if (name === "model_index") return DATA.models.index;
  if (name === "tranche") return DATA.models.tranche;
  return values(name);
}

// Missing values last, whichever way the rest is sorted.
function sortedRows(state) {
  const cells = cellsOf(state.by);
  const known = ROWS.filter((row) => cells[row] !== null && cells[row] !== undefined);
  const compare = (a, b) => (typeof cells[a] === "number" && typeof cells[b] === "number" ? cells[a] - cells[b] : String(cells[a]).localeCompare(String(cells[b])));
  known.sort((a, b) => state.direction * compare(a, b) || a - b);
  return [...known, ...ROWS.filter((row) => !known.includes(row))];
}

// How good a value is among all, 0 to 1, for the tint; null where there is no better side.
function standings(column) {
  if (column.better !== "higher" && column.better !== "lower") return null;
  const cells = values(column.name);
  const sorted = cells.filter((v) => typeof v === "number").sort((a, b) => a - b);
  if (sorted.length < 2) return null;
  return cells.map((v) => {
    if (typeof v !== "number") return null;
    const rank = sorted.indexOf(v) / (sorted.length - 1);
    return column.better === "higher" ? rank : 1 - rank;
  });
}

function headerCell(state, name, label, unit, hint, render) {
  const button = element("button", { type: "button", title: hint }, isolated(shortened(label, 60)));
  if (unit) button.append(element("span", { className: "unit", textContent: unit }));
  const active = state.by === name;
  if (active) button.append(state.direction > 0 ? " ▲" : " ▼");
  button.addEventListener("click", () => { sortBy(state, name); render(name); });
  const cell = element("th", { scope: "col" }, button);
  cell.dataset.column = name;
  if (isNumeric(name) && name !== "model_index") cell.classList.add("num");
  cell.setAttribute("aria-sort", active ? (state.direction > 0 ? "ascending" : "descending") : "none");
  return cell;
}

// The first click shows the best on top, the second turns round.
function sortBy(state, name) {
  const best = COLUMNS.get(name)?.better === "higher" ? -1 : 1;
  state.direction = state.by === name ? -state.direction : best;
  state.by = name;
}

function valueCell(column, row, standing, tint) {
  const value = values(column.name)[row];
  const note = DATA.models.notes[column.name]?.[row];
  const cell = element("td", { className: typeof value === "number" ? "num" : "text" }, isolated(column.kind === "metric" ? formatted(value) : shortened(value ?? "–", 60)));
  cell.title = note ?? (typeof value === "string" ? value : "");
  if (note) cell.classList.add("doubt");
  if (standing !== null && standing !== undefined) cell.style.backgroundImage = `linear-gradient(rgba(${tint},${(0.32 * standing ** 2).toFixed(3)}) 0 0)`;
  return cell;
}

function trancheCell(row) {
  const tranche = DATA.models.tranche[row];
  return element("td", {}, element("span", { className: `dot t${tranche ?? 0}` }), tranche ? String(tranche) : "–");
}

function tableRow(row, columns, tints, tint) {
  const index = DATA.models.index[row];
  const button = element("button", { type: "button", textContent: String(index), title: "Look at this model" });
  button.addEventListener("click", () => { choose(index); document.getElementById("models").scrollIntoView(); });
  const line = element("tr", {}, element("th", { scope: "row" }, button), trancheCell(row), ...columns.map((c, k) => valueCell(c, row, tints[k]?.[row], tint)));
  line.dataset.model = index;
  if (index === DATA.decision.winner) line.classList.add("won");
  return line;
}

function matches(row, sought) {
  return !sought || DATA.models.label[row].toLocaleLowerCase().includes(sought.toLocaleLowerCase());
}

function viewTable(host) {
  const state = { by: DATA.decision.axes.x ?? "model_index", direction: -1, all: false, constant: false, sought: "" };
  const parts = card(host, {
    title: "Scores of every model", name: "summary",
    csv: () => ({ columns: DATA.columns.map((c) => c.name), rows: ROWS.map((row) => DATA.columns.map((c) => cellsOf(c.name)[row])) }),
    reading: "Click a heading to sort, a model to look at it. The stronger the tint, the better the number stands among all models; dotted underline: computed with a reservation, which the pointer shows.",
  });
  const box = element("div", { className: "grid-table", tabIndex: 0, role: "region" });
  box.setAttribute("aria-label", "All models");
  parts.plot.replaceWith(box);
  const render = (focus) => {
    const columns = tableColumns(state);
    const tints = columns.map((c) => (c.kind === "metric" ? standings(c) : null));
    const heads = [["model_index", "Model", "", ""], ["tranche", "Tranche", "", "1 best, 4 neither"], ...columns.map((c) => [c.name, c.label, c.unit, `${c.title}. ${c.description}`])];
    const head = element("tr", {}, ...heads.map((h) => headerCell(state, ...h, render)));
    const tint = shade("tint");
    const body = sortedRows(state).filter((row) => matches(row, state.sought)).map((row) => tableRow(row, columns, tints, tint));
    box.replaceChildren(element("table", {}, element("thead", {}, head), element("tbody", {}, ...body)));
    if (focus) [...box.querySelectorAll("th")].find((th) => th.dataset.column === focus)?.querySelector("button").focus();
  };
  const search = element("input", { type: "search", placeholder: "hyper-parameter or number" });
  search.addEventListener("input", () => { state.sought = search.value; render(); });
  parts.controls.append(element("label", {}, "Find", search));
  checkbox(parts.controls, "all numbers", state.all, (on) => { state.all = on; render(); });
  checkbox(parts.controls, "also columns that do not vary", state.constant, (on) => { state.constant = on; render(); });
  render();
}
