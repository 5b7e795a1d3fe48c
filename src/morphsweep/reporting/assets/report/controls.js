// Pieces of a view: the card of a picture, dropdowns, toggles.

// A card with a title, controls, a plot, a one-sentence reading and its numbers as CSV.
function card(host, { title, reading, csv, name }) {
  const parts = {
    controls: element("div", { className: "controls" }),
    plot: element("div", { className: "plot" }),
    reading: element("figcaption", { className: "reading", textContent: reading ?? "" }),
  };
  const button = element("button", { className: "quiet", type: "button", textContent: "Numbers as CSV" });
  button.setAttribute("aria-label", `Numbers of “${title}” as CSV`);
  button.addEventListener("click", () => {
    const { columns, rows } = csv();
    download(`${typeof name === "function" ? name() : name}.csv`, asCsv(columns, rows));
  });
  host.append(
    element("figure", { className: "picture" },
      element("div", { className: "picture-head" }, element("h3", { textContent: title }), button),
      parts.controls, parts.plot, parts.reading),
  );
  return parts;
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

// A button that stays pressed while its thing is shown.
function toggle(host, content, hidden, key, onChange) {
  const button = element("button", { type: "button" }, ...content);
  button.setAttribute("aria-pressed", String(!hidden.has(key)));
  button.addEventListener("click", () => {
    if (hidden.has(key)) hidden.delete(key);
    else hidden.add(key);
    button.setAttribute("aria-pressed", String(!hidden.has(key)));
    onChange();
  });
  host.append(button);
}

function nothing(node, text) {
  if (node.redraw) forget(node);
  node.replaceChildren(element("p", { className: "empty", textContent: text }));
}
