// The card of one model, beside the page.

function viewCard() {
  const host = document.getElementById("card");
  const local = { hidden: new Set(), snips: false, measure: knownMeasures()[0] ?? "f1", camera: newCamera(), recognise() {} };
  const render = () => {
    if (STATE.model === null) { host.hidden = true; host.open = false; document.body.classList.remove("with-card"); return host.replaceChildren(); }
    host.hidden = false;
    host.open = true;
    document.body.classList.add("with-card");
    local.camera.plots.clear();
    fillCard(host, ROW_OF.get(STATE.model), local, render);
  };
  watch(["model"], () => { render(); host.scrollTop = 0; if (STATE.model !== null) host.querySelector(".close")?.focus({ preventScroll: true }); });
  watch(["regime"], () => { if (STATE.model !== null) local.recognise(); });
  watch(["pinned"], () => { if (STATE.model !== null) host.querySelector(".pin")?.replaceWith(pinButton(STATE.model)); });
  watch(["conditions"], later(() => { if (STATE.model !== null) render(); }, 200));
  addEventListener("keydown", (event) => { if (event.key === "Escape" && STATE.model !== null) update({ model: null }); });
  render();
}

function fillCard(host, row, local, render) {
  const index = DATA.models.index[row];
  const close = pressButton("×", () => update({ model: null }), { className: "close", title: "Close (Escape)" });
  close.setAttribute("aria-label", "Close the card");
  const head = element("div", { className: "card-head" }, element("h2", { textContent: `Model ${index}` }), pinButton(index), stepButton(row, -1), stepButton(row, 1), close);
  const keys = element("div", { className: "keys" });
  perturbationKeys(keys, local.hidden, render);
  host.replaceChildren(head, factTags(row), placeLine(row), reasonList(row), replicateLine(row));
  host.append(keys, element("h3", { textContent: "Health of its curves" }), healthOf(row));
  const rest = [() => cardSpaces(host, row, local), () => cardTimes(host, row, local, render), () => { local.recognise = recognitionPictures(host, [row], local); }, () => cardFilms(host, row, local), () => cardNumbers(host, row)];
  local.recognise = () => {};
  const begun = (local.filling = {});
  const next = () => { // one part per frame, so that the card is there at once
    if (local.filling !== begun || !rest.length) return;
    rest.shift()();
    requestAnimationFrame(next);
  };
  next();
}

function cardFilms(host, row, local) {
  if (!DATA.films?.length) return;
  const parts = card(host, {
    title: "Its snips along the curves", name: `film_${DATA.models.index[row]}`, csv: () => filmCsv([row]),
    reading: "The snips nearest to equal steps along each curve, start to end; upper line: the reference, lower lines: other regimes.",
  });
  filmstrips(parts.plot, row, local.hidden);
}

// To the model before or after in the ranking.
function stepButton(row, step) {
  const place = CUT.ordered.indexOf(row);
  const next = CUT.ordered[place + step];
  const button = pressButton(step > 0 ? "next ›" : "‹ previous", () => openModel(DATA.models.index[next]), { disabled: next === undefined || place < 0, title: "In the order of the ranking" });
  return button;
}

function cardSpaces(host, row, local) {
  const kinds = DATA.numbers.curves.regimes ?? [];
  const parts = card(host, {
    title: "Curves in space", name: `curves_${DATA.models.index[row]}`, csv: () => curveCsv([row]),
    reading: "A good space is a tree: curves start together (dots) and spread out over time. Robust means that the aligned curves (dotted) lie on the reference (solid). Every space is turned (and mirrored) into the common view of the page, each regime on its own, as the signs of components are arbitrary; the axes drawn are turned with it. Drag to turn, click and scroll to zoom, double-click to reset.",
  });
  checkbox(parts.controls, "snips behind the curves", local.snips, (on) => { local.snips = on; local.camera.turned(); });
  const grid = element("div", { className: "space-grid" });
  parts.plot.append(grid);
  const panels = [...DATA.regimes.map((r) => [r.name, [r.name]]), ...OTHERS.filter((o) => kinds.includes(o + ALIGNED)).map((o) => [`${REFERENCE} and ${o} aligned`, [REFERENCE, o + ALIGNED]])];
  const balls = panels.map(([, regimes]) => ballOf(modelCurves(row, regimes)));
  const radius = Math.max(...balls.map((ball) => ball.radius)); // one scale for all panels
  for (const [place, [title, regimes]] of panels.entries()) {
    const stage = element("div");
    const ball = { ...balls[place], radius };
    grid.append(element("div", { className: "pane" }, element("div", { className: "pane-title" }, isolated(shortened(title, 50))), stage));
    spacePlot(stage, () => ({ height: 270, ball, turn: commonTurn(row, regimes[0]), curves: modelCurves(row, regimes, local.hidden), clouds: local.snips ? snipClouds(row, regimes[0], local.hidden) : [] }), local.camera, `Curves of model ${DATA.models.index[row]}, ${title}`);
  }
}

function snipClouds(row, regime, hidden) {
  return PERTURBATIONS.flatMap((p, place) => {
    const cloud = hidden.has(p.name) ? null : snipsOf(row, regime, place);
    return cloud ? [{ ...cloud, p }] : [];
  });
}

function cardTimes(host, row, local, render) {
  const measures = knownMeasures();
  if (!measures.length) return;
  const parts = card(host, {
    title: "Discrimination over time", name: `f1_over_time_${DATA.models.index[row]}`, csv: () => timeCsv([row]), metrics: DATA.regimes.map((regime) => `f1_${regime.name}`),
    reading: "Higher is better, and the earlier a line rises the sooner the perturbation is told apart. A line that is lower in another regime was learned from labels which that regime did not see; dashed: held out; bands: 90 % intervals over individuals.",
  });
  dropdown(parts.controls, "Score", measures.map((m) => [m, MEASURES[m]]), local.measure, (measure) => { local.measure = measure; render(); });
  const grid = parts.plot.appendChild(element("div", { className: "time-grid" }));
  for (const regime of DATA.regimes) {
    const stage = grid.appendChild(element("div"));
    linePanel(stage, { title: `trained on ${regime.name}`, lines: timeLines(row, regime.name, local.measure, local.hidden), yTitle: MEASURES[local.measure], yDomain: [0, 1.03], height: 250 });
  }
}

function cardNumbers(host, row) {
  const parts = card(host, {
    title: "Its place in every main number", name: `places_${DATA.models.index[row]}`, csv: () => distributionCsv([row]), metrics: distributionColumns(),
    reading: "Grey box: the middle half of all models, with the median; small ticks: the models; rings: replicates of this one; bar below: the repeatability limit to either side; star: the baseline. Better to the right; numbers that are abnormal on both sides grow to the right, and the middle is good.",
  });
  parts.plot.append(distributionTable([row]));
}
