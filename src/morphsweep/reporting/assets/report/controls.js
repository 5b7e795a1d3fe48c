// Pieces of a view: the card of a picture, dropdowns, toggles, the note at the pointer.

// A card with a title, controls, a plot, a one-sentence reading, its numbers as CSV and the metrics' definitions.
function card(host, { title, reading, csv, name, metrics }) {
  const parts = {
    controls: element("div", { className: "controls" }),
    plot: element("div", { className: "plot" }),
    reading: element("figcaption", { className: "reading", textContent: reading ?? "" }),
    definitions: element("p", { className: "definitions" }),
  };
  const button = element("button", { className: "quiet", type: "button", textContent: "Numbers as CSV" });
  button.setAttribute("aria-label", `Numbers of “${title}” as CSV`);
  button.addEventListener("click", () => {
    const { columns, rows } = csv();
    download(`${typeof name === "function" ? name() : name}.csv`, asCsv(columns, rows));
  });
  const head = element("div", { className: "picture-head" }, element("h3", { textContent: title }), button);
  parts.figure = element("figure", { className: "picture" }, head, parts.controls, parts.plot, parts.reading, parts.definitions);
  host.append(parts.figure);
  parts.define = (names) => define(parts.definitions, names);
  if (metrics) parts.define(metrics);
  return parts;
}

// Links to what the metrics on a picture mean.
function define(host, names) {
  const known = [...new Set(names.map((name) => COLUMNS.get(name)?.metric ?? (DEFINED.has(name) ? name : null)).filter(Boolean))];
  host.replaceChildren(...(known.length ? ["What it means: ", ...known.flatMap((metric, k) => [k ? ", " : "", definitionLink(metric)])] : []));
}

function definitionLink(metric) {
  const link = element("a", { href: `#metric-${metric}`, textContent: metric });
  link.addEventListener("click", (event) => { event.preventDefault(); jump(`metric-${metric}`); });
  return link;
}

// Scroll to a part of the page; the address keeps the state.
function jump(id) {
  const target = document.getElementById(id);
  if (!target) return;
  const folded = target.closest("details");
  if (folded) folded.open = true;
  if (document.getElementById("card")?.open) update({ model: null });
  revealAll(); // what is built later would push the target away
  target.setAttribute("tabindex", "-1");
  target.focus({ preventScroll: true });
  const go = () => target.scrollIntoView({ behavior: "instant" });
  go();
  requestAnimationFrame(go); // once more when what was built has found its size
}

function options(entries, chosen) {
  return entries.map(([value, label]) =>
    element("option", { value, textContent: shortened(label, 60), title: label, selected: value === chosen }));
}

// A labelled dropdown; `groups` is a list of [value, label] or a Map of group name to such lists.
function dropdown(host, label, groups, chosen, onChange) {
  const select = element("select");
  if (groups instanceof Map) {
    for (const [group, entries] of groups) select.append(element("optgroup", { label: shortened(group, 60) }, ...options(entries, chosen)));
  } else {
    select.append(...options(groups, chosen));
  }
  select.addEventListener("change", () => onChange(select.value));
  host.append(element("label", {}, label, select));
  return select;
}

function checkbox(host, label, checked, onChange) {
  const box = element("input", { type: "checkbox", checked });
  box.addEventListener("change", () => onChange(box.checked));
  host.append(element("label", { className: "inline" }, box, label));
  return box;
}

function pressButton(text, onClick, properties = {}) {
  const button = element("button", { type: "button", textContent: text, ...properties });
  button.addEventListener("click", onClick);
  return button;
}

// A button that stays pressed while its thing is shown.
function toggle(host, content, hidden, key, onChange) {
  const button = element("button", { type: "button" }, ...content);
  button.setAttribute("aria-pressed", String(!hidden.has(key)));
  button.addEventListener("click", () => {
    if (!hidden.delete(key)) hidden.add(key);
    button.setAttribute("aria-pressed", String(!hidden.has(key)));
    onChange();
  });
  host.append(button);
}

// Keys that switch perturbations on and off; `hidden` holds those that are off.
function perturbationKeys(host, hidden, render) {
  for (const p of PERTURBATIONS) {
    const dot = element("span", { className: "dot" });
    dot.style.background = p.color;
    toggle(host, [dot, isolated(shortened(p.name, 40))], hidden, p.name, render);
  }
}

function nothing(node, text) {
  node.replaceChildren(element("p", { className: "empty", textContent: text }));
}

const TIP = element("div", { className: "tip", id: "tip", role: "status" });

function showTip(x, y, ...content) {
  TIP.replaceChildren(...content);
  TIP.style.display = "block";
  const { width, height } = TIP.getBoundingClientRect();
  TIP.style.left = `${Math.max(4, Math.min(x + 14, innerWidth - width - 8))}px`;
  TIP.style.top = `${Math.max(4, y + 18 + height > innerHeight ? y - height - 12 : y + 18)}px`;
}

function hideTip() {
  TIP.style.display = "none";
}

// What the pointer is told of a model.
function modelTip(row, names) {
  const line = (label, value) => element("div", {}, element("span", { className: "soft" }, isolated(shortened(label, 40)), ": "), element("b", { textContent: shortened(value, 60) }));
  const tranche = CUT.tranche[row];
  const numbers = [...new Set(names)].filter((name) => COLUMNS.has(name) && name !== BY_TRANCHE).map((name) => {
    const ends = interval(name)?.map((end) => end[row]);
    return line(labelOf(name), formatted(values(name)[row]) + (ends && ends[0] !== null ? ` (${formatted(ends[0])} to ${formatted(ends[1])})` : ""));
  });
  return [
    element("div", { className: "tip-title", textContent: `model ${DATA.models.index[row]}${tranche ? ` · tranche ${tranche}` : ""}` }),
    ...numbers, ...varyingKnobs().filter((knob) => !names.includes(knob.name)).slice(0, 8).map((knob) => line(knob.label, tidy(values(knob.name)[row]))),
  ];
}
