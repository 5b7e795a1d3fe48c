// Discrimination over time: one row per chosen model, one panel per regime, one line per perturbation.

function timeLine(series, p, place, measure, panel, regime) {
  const missing = heldOut(regime).has(p.name);
  return {
    type: "scatter", mode: "lines+markers", name: plain(p.name, 40), legendgroup: `p${place}`, showlegend: panel === 1,
    x: series.time, y: series[measure], xaxis: panel === 1 ? "x" : `x${panel}`, yaxis: panel === 1 ? "y" : `y${panel}`, connectgaps: false,
    line: { color: p.color, width: 2.2, dash: missing ? "dash" : "solid" }, marker: { color: p.color, symbol: SYMBOLS[place % SYMBOLS.length], size: 6 },
    hoverinfo: "text",
    hovertext: series.time.map((t, i) => `<b>${plain(p.name)}</b>${missing ? " (held out)" : ""}<br>${formatted(t)} ${plain(DATA.time_unit)}: <b>${formatted(series[measure][i])}</b>`
      + (series.n_positive ? `<br>${formatted(series.n_positive[i])} snips` : "")),
  };
}

// An uncertainty band, where the results hold one.
function timeBand(series, p, panel) {
  if (!series.low || !series.high) return [];
  const kept = series.time.map((_, i) => i).filter((i) => series.low[i] !== null && series.high[i] !== null);
  return [{
    type: "scatter", mode: "lines", fill: "toself", hoverinfo: "skip", showlegend: false, line: { width: 0 }, fillcolor: `${p.color}22`,
    x: [...kept, ...[...kept].reverse()].map((i) => series.time[i]), y: [...kept.map((i) => series.high[i]), ...[...kept].reverse().map((i) => series.low[i])],
    xaxis: panel === 1 ? "x" : `x${panel}`, yaxis: panel === 1 ? "y" : `y${panel}`,
  }];
}

function timePicture(index, measure) {
  const runs = DATA.over_time.runs[index] ?? {};
  const traces = [];
  const frame = { height: 330, grid: { rows: 1, columns: DATA.regimes.length, pattern: "independent", xgap: 0.08 }, annotations: [], margin: { l: 60, r: 20, t: 58, b: 50 }, legend: { orientation: "h", y: 1.17, yanchor: "bottom", x: 0, font: { size: 12 } } };
  const unit = DATA.time_unit ? ` (${plain(DATA.time_unit)})` : "";
  DATA.regimes.forEach((regime, k) => {
    const suffix = k ? String(k + 1) : "";
    frame[`xaxis${suffix}`] = axis(`Time${unit}`, k ? { matches: "x" } : {});
    frame[`yaxis${suffix}`] = axis(k ? "" : plain(DATA.over_time.measures.find((m) => m.name === measure).label), { range: [-0.02, 1.04], ...(k ? { matches: "y" } : {}) });
    frame.annotations.push({ text: `trained on <b>${plain(regime.name, 30)}</b>`, xref: `x${suffix} domain`, yref: `y${suffix} domain`, x: 0.5, y: 1.02, yanchor: "bottom", showarrow: false });
    DATA.perturbations.forEach((p, place) => {
      const series = runs[regime.name]?.[p.name];
      if (!series) return;
      if (measure === "f1") traces.push(...timeBand(series, p, k + 1));
      traces.push(timeLine(series, p, place, measure, k + 1, regime.name));
    });
  });
  return { traces, layout: layout(frame) };
}

function timeCsv() {
  const measures = DATA.over_time.measures.map((m) => m.name);
  const rows = CHOSEN.flatMap((index) => Object.entries(DATA.over_time.runs[index] ?? {}).flatMap(([regime, lines]) =>
    Object.entries(lines).flatMap(([p, s]) => s.time.map((t, i) => [index, regime, p, t, ...measures.map((m) => s[m][i]), s.n_positive?.[i]]))));
  return { columns: ["model_index", "regime", "perturbation", "time", ...measures, "n_positive"], rows };
}

function viewTime(host) {
  if (!DATA.over_time.measures.length) return nothing(host, "Discrimination over time was not computed.");
  const parts = card(host, {
    title: "Discrimination over time", name: "f1_over_time", csv: timeCsv,
    reading: "Higher is better, and the earlier a line rises the sooner the perturbation is told apart. A line that falls from the left panel to the right one was learned from labels that the other regime did not see; dashed lines are held out.",
  });
  let measure = DATA.over_time.measures[0].name;
  const render = () => panes(parts.plot, (index) => timePicture(index, measure), "time-pane");
  dropdown(parts.controls, "Score", DATA.over_time.measures.map((m) => [m.name, m.label]), measure, (chosen) => { measure = chosen; render(); });
  FOLLOWERS.push(render);
  render();
}

// One titled plot per chosen model; full width each unless `host` lays them out.
function panes(host, make, kind) {
  host.querySelectorAll(".pane-plot").forEach(forget);
  host.replaceChildren();
  if (!CHOSEN.length) return nothing(host, "No model is chosen.");
  for (const index of CHOSEN) {
    const plot = element("div", { className: "pane-plot" });
    const heading = element("div", { className: "pane-title" }, isolated(modelLabel(index, 140)));
    host.append(element("div", { className: `pane ${kind}` }, heading, plot));
    draw(plot, () => make(index));
  }
}
