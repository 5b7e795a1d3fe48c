// Shows spaces one by one without saying which they are; a person scores them with the keys 1 to 5.
const data = JSON.parse(document.getElementById("data").textContent);
const canvas = document.getElementById("space");
const pen = canvas.getContext("2d");
const store = `morphsweep-rating-${data.seed}-${data.rater}-${data.items.length}-${data.items[0].token}`;
const scores = new Map();
let place = 0;
let turn = { a: 0.49, b: 0.28 };

function recall() {
  try {
    for (const [token, score] of JSON.parse(localStorage.getItem(store) || "[]")) scores.set(token, score);
  } catch { /* a browser may keep nothing for files: then a reload starts anew */ }
  const open = data.items.findIndex((item) => !scores.has(item.token));
  place = open < 0 ? data.items.length : open;
}

function keep() {
  try { localStorage.setItem(store, JSON.stringify([...scores])); } catch { /* see recall */ }
}

function seen([x, y, z]) {
  const u = x * Math.cos(turn.a) + z * Math.sin(turn.a);
  const depth = -x * Math.sin(turn.a) + z * Math.cos(turn.a);
  return [u, y * Math.cos(turn.b) + depth * Math.sin(turn.b)];
}

function draw() {
  const size = canvas.clientWidth, ratio = window.devicePixelRatio || 1;
  canvas.width = canvas.height = size * ratio;
  pen.setTransform(ratio, 0, 0, ratio, 0, 0);
  pen.clearRect(0, 0, size, size);
  const item = data.items[Math.min(place, data.items.length - 1)];
  const unit = size / 4.3;
  const at = (point) => { const [u, v] = seen(point); return [size / 2 + u * unit, size / 2 - v * unit]; };
  pen.lineWidth = 3;
  pen.lineCap = pen.lineJoin = "round";
  for (const curve of item.curves) {
    pen.strokeStyle = pen.fillStyle = curve.color;
    pen.beginPath();
    curve.points.forEach((point, k) => (k ? pen.lineTo(...at(point)) : pen.moveTo(...at(point))));
    pen.stroke();
    pen.beginPath();
    pen.arc(...at(curve.points[0]), 5, 0, 7);
    pen.fill();
  }
}

function show() {
  const done = place >= data.items.length;
  document.getElementById("progress").textContent = done
    ? `All ${data.items.length} spaces are scored. Thank you. Save the scores below.`
    : `Space ${place + 1} of ${data.items.length}`;
  document.getElementById("bar").value = scores.size;
  const given = done ? undefined : scores.get(data.items[place].token);
  for (const button of document.querySelectorAll("[data-score]")) {
    button.setAttribute("aria-pressed", String(Number(button.dataset.score) === given));
    button.disabled = done;
  }
  turn = { a: 0.49, b: 0.28 };
  draw();
}

function score(value) {
  if (place >= data.items.length) return;
  scores.set(data.items[place].token, value);
  keep();
  place += 1;
  show();
}

function back() {
  place = Math.max(0, place - 1);
  show();
}

function save(name, text, kind) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: kind }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

function rows() {
  return data.items.filter((item) => scores.has(item.token)).map((item) => ({ token: item.token, score: scores.get(item.token) }));
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (/^[1-5]$/.test(event.key)) score(Number(event.key));
  else if (event.key === "Backspace" || event.key === "ArrowLeft") back();
  else return;
  event.preventDefault();
});
for (const button of document.querySelectorAll("[data-score]")) {
  button.addEventListener("click", () => score(Number(button.dataset.score)));
}
document.getElementById("back").addEventListener("click", back);
document.getElementById("json").addEventListener("click", () => {
  save(`${data.file}.json`, JSON.stringify({ rater: data.rater, seed: data.seed, sweep: data.sweep, scores: rows() }, null, 1), "application/json");
});
document.getElementById("csv").addEventListener("click", () => {
  const quoted = (text) => `"${String(text).replaceAll('"', '""')}"`;
  const lines = rows().map((row) => [quoted(data.rater), data.seed, quoted(data.sweep), row.token, row.score].join(","));
  save(`${data.file}.csv`, ["rater,seed,sweep,token,score", ...lines].join("\n") + "\n", "text/csv");
});
let held = null;
canvas.addEventListener("pointerdown", (event) => { held = [event.clientX, event.clientY, turn.a, turn.b]; canvas.setPointerCapture(event.pointerId); });
canvas.addEventListener("pointerup", () => { held = null; });
canvas.addEventListener("pointermove", (event) => {
  if (!held) return;
  turn = { a: held[2] + (event.clientX - held[0]) / 150, b: held[3] + (event.clientY - held[1]) / 150 };
  draw();
});
window.addEventListener("resize", draw);
recall();
show();
