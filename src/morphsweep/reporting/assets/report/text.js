// Text, numbers and elements. Everything that comes from data enters the page as text, never as markup.

const GREATEST_LABEL = 48;

function element(tag, properties = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name in node && name !== "list") node[name] = value;
    else node.setAttribute(name, value);
  }
  node.append(...children.filter((child) => child !== null));
  return node;
}

// A label that may hold anything: isolated, so that right-to-left text does not turn its neighbours round.
function isolated(text) {
  return element("bdi", { textContent: String(text) });
}

function shortened(text, most = GREATEST_LABEL) {
  const letters = Array.from(String(text).replace(/\s+/g, " "));
  return letters.length > most ? letters.slice(0, most - 1).join("") + "…" : letters.join("");
}

function formatted(value) {
  if (value === null || value === undefined) return "–";
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (typeof value !== "number") return String(value);
  if (Number.isInteger(value)) return String(value);
  const size = Math.abs(value);
  if (size >= 1e5 || size < 1e-3) return value.toExponential(2);
  return value.toFixed(size >= 100 ? 1 : size >= 10 ? 2 : 3);
}

function asCsv(columns, rows) {
  const cell = (value) => {
    const text = value === null || value === undefined ? "" : String(value);
    return /[",\r\n]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text;
  };
  return [columns, ...rows].map((row) => row.map(cell).join(",")).join("\r\n") + "\r\n";
}

function download(name, text, type = "text/csv") {
  const address = URL.createObjectURL(new Blob([text], { type: `${type};charset=utf-8` }));
  const link = element("a", { href: address, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), 1000);
}

function counted(n, thing) {
  return `${n} ${thing}${n === 1 ? "" : "s"}`;
}

// A hyper-parameter as people write it: 0.1, not 0.100.
function tidy(value) {
  return typeof value === "number" ? String(+value.toPrecision(6)) : formatted(value);
}

function ordinal(n) {
  const last = n % 100 > 10 && n % 100 < 14 ? 0 : n % 10;
  return `${n}${["th", "st", "nd", "rd"][last] ?? "th"}`;
}

// Words in at most `most` lines of `width` letters.
function wrapped(text, width, most) {
  const lines = [""];
  for (const word of String(text).split(/[ \t\n]+|(?<=_)/)) { // long_names_of_settings may break after an underscore
    const last = lines[lines.length - 1];
    const longer = last === "" ? word : last.endsWith("_") ? last + word : `${last} ${word}`;
    if (longer.length <= width || !lines[lines.length - 1]) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  const shown = lines.slice(0, most).map((line) => shortened(line, width));
  if (lines.length > most) shown[most - 1] = shortened(`${shown[most - 1]} …`, width);
  return shown;
}
