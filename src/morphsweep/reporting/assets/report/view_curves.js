// Curves in space: solid = reference, dashed = other regimes, dotted = other regimes after alignment.

const ALIGNED = "_aligned";

function curveKinds() {
  const kinds = [{ regime: REFERENCE, dash: "solid", css: "", label: REFERENCE }];
  for (const other of OTHERS) {
    kinds.push({ regime: other, dash: "dash", css: "dash", label: other });
    kinds.push({ regime: other + ALIGNED, dash: "dot", css: "dot-line", label: `${other} aligned` });
  }
  return kinds;
}

// The library's own 3-D dashes change with the viewpoint, so strokes are made by leaving points out.
const STROKES = {
  solid: { keep: () => true, style: { mode: "lines" }, width: 7 },
  dash: { keep: (place) => place % 8 < 5, style: { mode: "lines" }, width: 5 },
  dot: { keep: (place) => place % 3 === 0, style: { mode: "markers" }, width: 0 },
};

function curveTrace(curve, p, kind) {
  const unit = plain(DATA.time_unit);
  const stroke = STROKES[kind.dash];
  const kept = (list) => list.map((value, place) => (stroke.keep(place) ? value : null));
  return {
    type: "scatter3d", ...stroke.style, name: plain(p.name), showlegend: false, connectgaps: false,
    x: kept(curve.x), y: kept(curve.y), z: kept(curve.z), hoverinfo: "text",
    line: { color: p.color, width: stroke.width }, marker: { color: p.color, size: 3 },
    hovertext: curve.t.map((t) => `<b>${plain(p.name)}</b><br>${plain(kind.label)}<br>${formatted(t)} ${unit}`),
  };
}

// Where a curve begins: a dot, so that its direction can be read.
function startTrace(curve, p) {
  return {
    type: "scatter3d", mode: "markers", showlegend: false, hoverinfo: "skip", x: curve.x.slice(0, 1), y: curve.y.slice(0, 1), z: curve.z.slice(0, 1),
    marker: { color: p.color, size: 5, line: { color: shade("card"), width: 1 } },
  };
}

function snipTrace(snips, p) {
  return {
    type: "scatter3d", mode: "markers", showlegend: false, hoverinfo: "skip", x: snips.x, y: snips.y, z: snips.z,
    marker: { color: p.color, size: 2.2, opacity: 0.35 },
  };
}

function spaceAxis(name) {
  return { title: { text: name }, gridcolor: shade("grid"), zerolinecolor: shade("line"), backgroundcolor: "rgba(0,0,0,0)", tickfont: { size: 10 }, nticks: 5, showspikes: false };
}

function curvesPicture(index, hidden, snips) {
  const curves = DATA.curves[index] ?? {};
  const traces = [];
  const shown = DATA.perturbations.filter((p) => !hidden.has(`p ${p.name}`));
  for (const kind of curveKinds().filter((k) => !hidden.has(`r ${k.regime}`))) {
    for (const p of shown) {
      const curve = curves[kind.regime]?.[p.name];
      if (curve) traces.push(curveTrace(curve, p, kind), startTrace(curve, p));
    }
  }
  if (snips) {
    for (const p of shown) {
      const cloud = DATA.points[index]?.[REFERENCE]?.[p.name];
      if (cloud) traces.push(snipTrace(cloud, p));
    }
  }
  const note = Object.keys(curves).length ? [] : [{ text: "no curve could be fitted", showarrow: false, x: 0.5, y: 0.5, xref: "paper", yref: "paper" }];
  return {
    traces,
    layout: layout({
      height: 500, margin: { l: 0, r: 0, t: 0, b: 0 }, annotations: note, uirevision: `m${index}`,
      scene: { aspectmode: "data", xaxis: spaceAxis("PC 1"), yaxis: spaceAxis("PC 2"), zaxis: spaceAxis("PC 3"), camera: { eye: { x: 1.5, y: 1.65, z: 1.05 }, center: { x: 0, y: 0, z: -0.1 } } },
    }),
  };
}

function curvesCsv() {
  const rows = CHOSEN.flatMap((index) => Object.entries(DATA.curves[index] ?? {}).flatMap(([regime, lines]) =>
    Object.entries(lines).flatMap(([p, c]) => c.x.map((x, i) => [index, regime, p, i, c.t[i], x, c.y[i], c.z[i]]))));
  return { columns: ["model_index", "regime", "perturbation", "point", "time", "pc_1", "pc_2", "pc_3"], rows };
}

function perturbationKeys(host, hidden, render) {
  for (const p of DATA.perturbations) {
    const dot = element("span", { className: "dot" });
    dot.style.background = p.color;
    toggle(host, [dot, isolated(shortened(p.name, 40))], hidden, `p ${p.name}`, render);
  }
}

function regimeKeys(host, hidden, render) {
  for (const kind of curveKinds()) {
    toggle(host, [element("span", { className: `stroke ${kind.css}` }), isolated(shortened(kind.label, 40))], hidden, `r ${kind.regime}`, render);
  }
}

function viewCurves(host) {
  if (!Object.keys(DATA.curves).length) return nothing(host, "No curve could be fitted; the failures below say why.");
  const parts = card(host, {
    title: "Curves in the space of each model", name: "curves", csv: curvesCsv,
    reading: "A good space is a tree: curves start together (dots) and spread out over time. Robust means that dashed and dotted curves follow the solid ones. Drag to turn, scroll to zoom; the three axes share one scale.",
  });
  const hidden = new Set();
  let snips = false;
  const redraw = () => parts.plot.querySelectorAll(".pane-plot").forEach((plot) => plot.redraw());
  const keys = [element("div", { className: "keys" }), element("div", { className: "keys" })];
  perturbationKeys(keys[0], hidden, redraw);
  regimeKeys(keys[1], hidden, redraw);
  parts.controls.append(...keys);
  checkbox(parts.controls, `snips of ${shortened(REFERENCE, 30)}`, snips, (on) => { snips = on; redraw(); });
  parts.plot.classList.add("panes");
  const render = () => panes(parts.plot, (index) => curvesPicture(index, hidden, snips), "curve-pane");
  FOLLOWERS.push(render);
  render();
}
