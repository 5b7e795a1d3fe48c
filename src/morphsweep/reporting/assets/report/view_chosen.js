// The models looked at: chosen in the table, a scatter plot or here; the views below follow.

const MOST_CHOSEN = 4;
const FOLLOWERS = [];
let CHOSEN = DATA.shown.slice(0, MOST_CHOSEN);

function choose(index) {
  if (CHOSEN.includes(index)) return;
  CHOSEN = [...CHOSEN, index].slice(-MOST_CHOSEN);
  FOLLOWERS.forEach((follow) => follow());
}

function dismiss(index) {
  CHOSEN = CHOSEN.filter((other) => other !== index);
  FOLLOWERS.forEach((follow) => follow());
}

function modelLabel(index, most = 90) {
  return shortened(DATA.models.label[ROW_OF.get(index)] ?? `model ${index}`, most);
}

function viewChosen(host) {
  const bar = element("div", { className: "chosen" });
  host.append(bar);
  const render = () => {
    bar.replaceChildren();
    for (const index of CHOSEN) bar.append(pickTag(index));
    const entries = [["", "Add a model …"], ...DATA.models.index.filter((i) => !CHOSEN.includes(i)).map((i) => [String(i), DATA.models.label[ROW_OF.get(i)]])];
    const select = element("select", { id: "add-model" }, ...options(entries, ""));
    select.setAttribute("aria-label", "Add a model");
    select.addEventListener("change", () => choose(Number(select.value)));
    bar.append(select, element("span", { className: "reading", textContent: `up to ${MOST_CHOSEN}, the oldest gives way` }));
  };
  FOLLOWERS.push(render);
  render();
}

function pickTag(index) {
  const away = element("button", { type: "button", textContent: "×" });
  away.setAttribute("aria-label", `Remove model ${index}`);
  away.addEventListener("click", () => dismiss(index));
  const text = isolated(modelLabel(index, 110));
  text.title = DATA.models.label[ROW_OF.get(index)];
  return element("span", { className: "pick" }, text, away);
}
