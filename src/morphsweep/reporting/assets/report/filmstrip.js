// The embryos themselves: small pictures of the snips nearest to equal steps along each curve.

// An image element for a snip, or null when the page holds no picture of it.
function thumbnail(snip) {
  const source = DATA.snips.pictures?.[snip];
  return source ? element("img", { src: source, alt: `snip ${shortened(DATA.snips.id[snip], 60)}`, className: "thumb", loading: "lazy" }) : null;
}

function stripsOf(row) {
  return (DATA.films ?? []).filter((film) => film.row === row);
}

// One line per perturbation and regime: reference against other regime, start to end.
function filmstrips(host, row, hidden = new Set()) {
  const films = stripsOf(row).filter((film) => !hidden.has(film.perturbation));
  if (!films.length) return host.replaceChildren(element("p", { className: "soft", textContent: DATA.films?.length ? "No pictures of this model's snips are kept in this file (they are kept for the first models of the ranking, as far as its size allows)." : "The embeddings name no images." }));
  const byName = d3.group(films, (film) => film.perturbation);
  host.replaceChildren(...[...byName].map(([name, lines]) => {
    const p = PERTURBATIONS.find((one) => one.name === name);
    const dot = element("span", { className: "dot" });
    dot.style.background = p?.color ?? "";
    return element("div", { className: "film" }, element("div", { className: "film-name" }, dot, isolated(shortened(name, 40))), ...lines.map((line) => filmLine(line)));
  }));
}

function filmLine(line) {
  const frames = line.snips.map((snip) => {
    const picture = snip === null ? null : thumbnail(snip);
    const holder = element("span", { className: "frame" }, picture);
    if (picture) {
      holder.tabIndex = 0;
      const tell = (event) => { const at = holder.getBoundingClientRect(); showTip(event.clientX || at.left, event.clientY || at.top, element("div", { className: "tip-title" }, isolated(shortened(DATA.snips.id[snip], 60))), element("div", { textContent: DATA.snips.time?.[snip] === undefined ? "" : `${formatted(DATA.snips.time[snip])} ${DATA.time_unit}` })); };
      for (const type of ["pointermove", "focus"]) holder.addEventListener(type, tell);
      for (const type of ["pointerleave", "blur"]) holder.addEventListener(type, hideTip);
    }
    return holder;
  });
  return element("div", { className: "film-line" }, element("span", { className: "soft film-regime" }, isolated(shortened(line.regime, 16))), ...frames);
}

function filmCsv(rows) {
  const lines = rows.flatMap((row) => stripsOf(row).flatMap((line) => line.snips.map((snip, k) => [DATA.models.index[row], line.regime, line.perturbation, k, DATA.snips.id[snip], DATA.snips.time?.[snip]])));
  return { columns: ["model_index", "regime", "perturbation", "step", "snip_id", "time"], rows: lines };
}
