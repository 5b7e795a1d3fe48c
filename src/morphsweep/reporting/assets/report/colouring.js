// Splitting the models into traces by what colours them: tranche, a hyper-parameter, or a metric.

const NO_COLOUR = "";
const BY_TRANCHE = "tranche";

function colourChoices() {
  const groups = new Map([["Decision", [[BY_TRANCHE, "Tranche"]]]]);
  const knobs = varyingKnobs().map((knob) => [knob.name, knob.label]);
  if (knobs.length) groups.set("Hyper-parameters", knobs);
  for (const [group, entries] of groupedMetrics()) groups.set(group, entries);
  return groups;
}

// Groups of rows with one colour and symbol each, or one group on a continuous scale.
function colourGroups(name) {
  if (name === BY_TRANCHE) return trancheGroups();
  const knob = HYPER.get(name);
  if (knob && knob.scale === "classes") return classGroups(name, knob.classes);
  const shown = values(name);
  return [{ label: "", rows: ROWS, marker: scaleMarker(name, shown) }];
}

function trancheGroups() {
  const named = TRANCHES.map((tranche) => ({
    label: DATA.decision.tranches.find((t) => t.number === tranche.number)?.name ?? `tranche ${tranche.number}`,
    rows: ROWS.filter((row) => DATA.models.tranche[row] === tranche.number),
    marker: { color: shade(tranche.shade), symbol: tranche.symbol },
  }));
  const rest = ROWS.filter((row) => !DATA.models.tranche[row]);
  return [...named, { label: "no tranche: a value is missing", rows: rest, marker: { color: shade("soft"), symbol: "circle-open" } }];
}

function classGroups(name, classes) {
  const shown = values(name);
  const groups = classes.map((value, place) => ({
    label: `${HYPER.get(name).label} ${formatted(value)}`,
    rows: ROWS.filter((row) => shown[row] === value),
    marker: { color: step(place, classes.length), symbol: SYMBOLS[place % SYMBOLS.length] },
  }));
  return [...groups, { label: "not set", rows: ROWS.filter((row) => shown[row] === null), marker: { color: shade("soft"), symbol: "circle-open" } }];
}

function scaleMarker(name, shown) {
  return {
    color: shown, colorscale: SEQUENTIAL, showscale: true,
    colorbar: { title: { text: plain(COLUMNS.get(name)?.label ?? name), side: "right", font: { size: 12 } }, thickness: 12, outlinewidth: 0, len: 0.9 },
  };
}

// One trace per group; x and y are lists over all models, `hover` the columns to tell.
function scatterTraces(x, y, colour, hover) {
  return colourGroups(colour).map((group) => {
    const rows = group.rows.filter((row) => x[row] !== null && y[row] !== null);
    const picked = Array.isArray(group.marker.color) ? { ...group.marker, color: rows.map((row) => group.marker.color[row]) } : group.marker;
    return {
      type: "scatter", mode: "markers", name: plain(group.label, 60), showlegend: group.label !== "" && rows.length > 0,
      x: rows.map((row) => x[row]), y: rows.map((row) => y[row]), customdata: rows.map((row) => DATA.models.index[row]),
      hovertext: rows.map((row) => hoverText(row, hover)), hoverinfo: "text",
      marker: { size: 11, opacity: 0.92, line: { color: shade("card"), width: 1 }, ...picked },
    };
  });
}

// A ring around the winner, with its name.
function winnerTrace(x, y) {
  const row = ROW_OF.get(DATA.decision.winner);
  if (row === undefined || x[row] === null || y[row] === null) return [];
  return [{
    type: "scatter", mode: "markers+text", x: [x[row]], y: [y[row]], text: [`model ${DATA.decision.winner}`], textposition: "top center",
    hoverinfo: "skip", showlegend: false, cliponaxis: false, textfont: { color: shade("ink"), size: 13 },
    marker: { size: 20, color: "rgba(0,0,0,0)", line: { color: shade("ink"), width: 2 } },
  }];
}

function pickOnClick(plot) {
  plot.on("plotly_click", (event) => {
    const index = event.points[0]?.customdata;
    if (ROW_OF.has(index)) choose(index);
  });
}
