// Every view in its place.

const VIEWS = {
  selection: viewSelection, pairs: viewPairs, regimes: viewRegimes, rmse: viewRmse,
  chosen: viewChosen, time: viewTime, curves: viewCurves, table: viewTable,
};

for (const host of document.querySelectorAll("[data-view]")) VIEWS[host.dataset.view](host);
document.documentElement.dataset.ready = "yes";
