// Colours, read from the style sheet so that both colour schemes come from one place; canvases are drawn again when it changes.

const SHADES = new Map();
const DRAWN = new Set();

function shade(name) {
  if (!SHADES.has(name)) SHADES.set(name, getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim());
  return SHADES.get(name);
}

function recolour() {
  SHADES.clear();
  for (const draw of DRAWN) draw();
}

function applyTheme() {
  if (STATE.theme === "auto") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = STATE.theme;
  recolour();
}

matchMedia("(prefers-color-scheme: dark)").addEventListener("change", recolour);
let PRINTING = false;
addEventListener("beforeprint", () => {
  PRINTING = true;
  document.documentElement.dataset.theme = "light"; // paper is
  revealAll();
  recolour();
  for (const small of document.querySelectorAll(".brick")) small.redraw();
  for (const svg of document.querySelectorAll(".plot svg[width][height]:not([viewBox])")) { // so that it shrinks to the paper
    svg.setAttribute("viewBox", `0 0 ${svg.getAttribute("width")} ${svg.getAttribute("height")}`);
    svg.classList.add("shrinks");
  }
});
addEventListener("afterprint", () => {
  PRINTING = false;
  for (const svg of document.querySelectorAll(".shrinks")) { svg.removeAttribute("viewBox"); svg.classList.remove("shrinks"); }
  applyTheme();
});

const SEQUENTIAL = d3.scaleSequential(d3.interpolateCividis);
// Classes in an order, from cool to warm; few classes are spread over the whole range, and the symbol tells them apart as well.
const STEPS = ["#7d6cc4", "#3b8bc4", "#1f9e89", "#7cb342", "#d9a400", "#e2691e", "#c0395f", "#8a8a8a"];
const POINTING_DOWN = {
  draw(context, size) {
    const r = Math.sqrt(size / (3 * Math.sqrt(3)));
    context.moveTo(0, r * 2);
    context.lineTo(-Math.sqrt(3) * r, -r);
    context.lineTo(Math.sqrt(3) * r, -r);
    context.closePath();
  },
};
const SYMBOLS = [d3.symbolCircle, d3.symbolTriangle, d3.symbolSquare, d3.symbolDiamond, d3.symbolCross, d3.symbolWye, POINTING_DOWN];
const TRANCHE_SHADES = ["t1", "t2", "t3", "t4"];

function stepColour(place, n) {
  return STEPS[n < 2 ? 1 : Math.round((place * (STEPS.length - 2)) / (n - 1)) % STEPS.length];
}

// Views are built when they come near the reader's eyes or nothing else is to be done, so that the page opens at once.
const WAITING = new Map();
const NEARBY = new IntersectionObserver((entries) => {
  for (const entry of entries) if (entry.isIntersecting) reveal(entry.target);
}, { rootMargin: "500px" });

function whenNear(node, build) {
  WAITING.set(node, build);
  NEARBY.observe(node);
}

function reveal(node) {
  const build = WAITING.get(node);
  NEARBY.unobserve(node);
  WAITING.delete(node);
  if (build) build();
  node.dataset.drawn = "yes";
}

function revealAll() {
  for (const node of [...WAITING.keys()]) reveal(node);
}

const whenIdle = window.requestIdleCallback ?? ((work) => setTimeout(work, 50)); // Safari has no idle time

// One view after the other while nothing else is to be done, so that no one scrolls to, or pictures, an empty card.
function revealInIdleTime() {
  const [next] = WAITING.keys();
  if (next) whenIdle(() => { reveal(next); revealInIdleTime(); });
}

// Width of a plot follows its place.
const SIZED = new ResizeObserver((entries) => {
  for (const { target, contentRect } of entries) {
    if (target.redraw && Math.abs((target.drawnWidth ?? 0) - contentRect.width) > 2) target.redraw();
  }
});

// A canvas as sharp as the screen; its context is scaled to CSS pixels.
function sizedCanvas(canvas, width, height) {
  const density = Math.max(window.devicePixelRatio || 1, 1);
  canvas.width = Math.round(width * density);
  canvas.height = Math.round(height * density);
  canvas.style.width = `${width}px`;
  canvas.style.height = `${height}px`;
  const context = canvas.getContext("2d");
  context.setTransform(density, 0, 0, density, 0, 0);
  context.clearRect(0, 0, width, height);
  return context;
}

// Only what can be seen is drawn at once; the rest when it comes into sight.
const SEEN = new IntersectionObserver((entries) => {
  for (const { target, isIntersecting } of entries) {
    target.inSight = isIntersecting;
    if (isIntersecting && target.stale) target.drawNow();
  }
}, { rootMargin: "150px" });

// Make `draw` wait until `node` is in sight; only its first time it need not be, so that what is far off is not empty.
function drawnInSight(node, draw) {
  node.drawNow = () => { node.everDrawn = true; node.stale = false; draw(); };
  SEEN.observe(node);
  return () => {
    if (node.inSight !== false || PRINTING) return node.drawNow();
    node.stale = true;
    if (!node.everDrawn) whenIdle(() => { if (node.stale) node.drawNow(); });
  };
}
