// Colours and layout of plots, read from the style sheet so that both colour schemes come from one place.

const DRAWN = new Set();

function shade(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}

const SEQUENTIAL = [[0, "#00224e"], [0.25, "#434e6c"], [0.5, "#7d7c78"], [0.75, "#bcaf6f"], [1, "#fee838"]]; // cividis
// Classes in an order, from cool to warm; few classes are spread over the whole range, and the symbol tells them apart as well.
const STEPS = ["#7d6cc4", "#3b8bc4", "#1f9e89", "#7cb342", "#d9a400", "#e2691e", "#c0395f", "#8a8a8a"];

function step(place, n) {
  return STEPS[n < 2 ? 1 : Math.round((place * (STEPS.length - 2)) / (n - 1)) % STEPS.length];
}

const TRANCHES = [
  { number: 1, symbol: "circle", shade: "t1" }, { number: 2, symbol: "triangle-up", shade: "t2" },
  { number: 3, symbol: "square", shade: "t3" }, { number: 4, symbol: "diamond", shade: "t4" },
];

function axis(title, extra = {}) {
  return {
    title: { text: title, font: { size: 13 }, standoff: 10 }, gridcolor: shade("grid"), linecolor: shade("line"), showline: true,
    zeroline: false, automargin: true, tickfont: { size: 12 }, ...extra,
  };
}

function layout(extra = {}) {
  return {
    font: { family: getComputedStyle(document.body).fontFamily, color: shade("ink"), size: 13 },
    paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)", margin: { l: 60, r: 20, t: 20, b: 55 }, hovermode: "closest",
    hoverlabel: { bgcolor: shade("card"), bordercolor: shade("line"), font: { color: shade("ink"), size: 12 }, align: "left" },
    legend: { orientation: "h", y: 1.02, yanchor: "bottom", x: 0, font: { size: 12 }, itemsizing: "constant" },
    ...extra,
  };
}

const CONFIG = { displaylogo: false, responsive: true, modeBarButtonsToRemove: ["select2d", "lasso2d", "autoScale2d"] };

// Pictures are drawn when they come near the reader's eyes, so that the page opens at once; and again whenever the
// reader's colour scheme or a control changes.
const NEARBY = new IntersectionObserver((entries) => {
  for (const entry of entries) if (entry.isIntersecting) reveal(entry.target);
}, { rootMargin: "400px" });

function draw(node, make, afterwards = () => {}) {
  let drawn = false;
  node.style.minHeight = `${make().layout.height}px`;
  node.redraw = async () => {
    if (!drawn) return;
    const picture = make();
    await Plotly.react(node, picture.traces, picture.layout, CONFIG);
  };
  node.reveal = async () => {
    if (drawn) return;
    drawn = true;
    await node.redraw();
    node.dataset.drawn = "yes";
    afterwards();
  };
  DRAWN.add(node);
  NEARBY.observe(node);
}

function reveal(node) {
  NEARBY.unobserve(node);
  return node.reveal();
}

function forget(node) {
  DRAWN.delete(node);
  NEARBY.unobserve(node);
  Plotly.purge(node);
}

matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => DRAWN.forEach((node) => node.redraw()));
addEventListener("beforeprint", () => DRAWN.forEach(reveal));
