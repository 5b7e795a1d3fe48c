// Every view in its place.

const VIEWS = {
  explore: viewExplore, cut: viewCut, regimes: viewRegimes, rmse: viewRmse, shares: viewShares, knobs: viewKnobs, parallel: viewParallel,
  table: viewTable, wall: viewWall, compare: viewCompare, changes: viewChanges, health: viewHealth,
};

function openingConditions() {
  const { conditions, n_axes: n } = DATA.decision.axes;
  return conditions.slice(0, n).map((c) => ({ column: c.column, op: c.op, value: c.value, quantile: c.quantile }));
}

function openingState() {
  const metrics = metricColumns().map((column) => column.name);
  const conditions = openingConditions();
  STATE.x = conditions[0]?.column ?? DATA.decision.axes.x ?? metrics[0];
  STATE.y = conditions[1]?.column ?? metrics.find((name) => name !== STATE.x) ?? STATE.x;
  STATE.conditions = conditions.length || !metrics.length ? conditions : [startingCondition(metrics[0])];
  STATE.pinned = DATA.shown.slice(0, 2);
  STATE.metric = STATE.conditions[1]?.column ?? STATE.x;
  STATE.regime = REFERENCE;
  const entries = DATA.reference_vs_other;
  STATE.pair = (entries.find((e) => e.metric === "segment_collinearity_within") ?? entries[0])?.metric ?? null;
}

function themeButton() {
  const names = { auto: "◐ auto", light: "☀ light", dark: "☾ dark" };
  const select = element("select", {}, ...options(Object.entries(names), STATE.theme));
  select.setAttribute("aria-label", "Colour scheme");
  select.addEventListener("change", () => update({ theme: select.value }));
  watch(["theme"], applyTheme);
  document.getElementById("theme").append(select);
}

function inPageLinks() {
  for (const link of document.querySelectorAll("a[href^='#']")) {
    link.addEventListener("click", (event) => { event.preventDefault(); jump(link.getAttribute("href").slice(1)); });
  }
  for (const button of document.querySelectorAll("[data-open-model]")) button.addEventListener("click", () => openModel(Number(button.dataset.openModel)));
}

async function start() {
  await loadNumbers();
  document.body.append(TIP);
  openingState();
  readAddress();
  watch(["conditions"], recut); // before every view, so that all see the new tranches
  recut();
  themeButton();
  if (STATE.theme !== "auto") applyTheme();
  inPageLinks();
  for (const host of document.querySelectorAll("[data-view]")) {
    VIEWS[host.dataset.view](host);
    await new Promise((resume) => setTimeout(resume)); // the page stays scrollable while it fills
  }
  viewCard();
  document.documentElement.dataset.ready = "yes";
  revealInIdleTime();
}

start().catch((error) => {
  console.error(error);
  const said = element("p", { className: "notice", textContent: `The pictures could not be drawn: ${error.message}. A current browser is needed (Chrome, Edge, Firefox or Safari from 2023 on).` });
  document.querySelector("main").prepend(said);
});
