// Typed arrays out of the compressed bytes of the page.

const KINDS = { f8: Float64Array, f4: Float32Array, i2: Int16Array, u2: Uint16Array, u1: Uint8Array, u4: Uint32Array };
const NOTHING_16 = -32768;
const UNPACKED = new Map();
let BYTES = new ArrayBuffer(0);

async function loadNumbers() {
  const text = atob(document.getElementById("numbers").textContent.trim());
  const packedBytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i += 1) packedBytes[i] = text.charCodeAt(i);
  const stream = new Blob([packedBytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  BYTES = await new Response(stream).arrayBuffer();
}

// Array number `number`, unpacked when it is first asked for.
function packed(number) {
  if (!UNPACKED.has(number)) {
    const [kind, offset, count] = DATA.numbers.arrays[number];
    UNPACKED.set(number, kind === "s2" ? summed(offset, count) : plainArray(kind, offset, count));
  }
  return UNPACKED.get(number);
}

function plainArray(kind, offset, count) {
  const Kind = KINDS[kind];
  return new Kind(BYTES.slice(offset, offset + count * Kind.BYTES_PER_ELEMENT));
}

// Second differences, low bytes before high bytes; 16-bit arrays wrap on the way as they did on writing.
function summed(offset, count) {
  const low = new Uint8Array(BYTES, offset, count);
  const high = new Uint8Array(BYTES, offset + count, count);
  const found = new Int16Array(count);
  let [step, value] = [0, 0];
  for (let i = 0; i < count; i += 1) {
    step = ((step + (low[i] | (high[i] << 8))) << 16) >> 16;
    value = ((value + step) << 16) >> 16;
    found[i] = value;
  }
  return found;
}

// Pieces of a packed table by "row regime perturbation": where their points begin and how many there are.
const PIECES = new Map();

function pieces(table) {
  if (!PIECES.has(table)) {
    const found = new Map();
    const described = DATA.numbers[table];
    if (described.count !== undefined) {
      const [model, regime, perturbation, count] = ["model", "regime", "perturbation", "count"].map((name) => packed(described[name]));
      for (let i = 0, start = 0; i < count.length; start += count[i], i += 1) {
        found.set(`${model[i]} ${described.regimes[regime[i]]} ${perturbation[i]}`, [start, count[i]]);
      }
    }
    PIECES.set(table, found);
  }
  return PIECES.get(table);
}

function piece(table, row, regime, place) {
  return pieces(table).get(`${row} ${regime} ${place}`) ?? null;
}

function unquantised(table, axisName, row, start, count, k) {
  const steps = packed(DATA.numbers[table][axisName]);
  const centre = packed(DATA.numbers.centre)[3 * row + k];
  const size = packed(DATA.numbers.step)[row];
  const found = new Float32Array(count);
  for (let i = 0; i < count; i += 1) found[i] = steps[start + i] === NOTHING_16 ? NaN : centre + size * steps[start + i];
  return found;
}

const CURVES = new Map();

// A curve of a model: x, y, z in latent units and t, time; null when there is none.
function curveOf(row, regime, place) {
  const key = `${row} ${regime} ${place}`;
  if (!CURVES.has(key)) CURVES.set(key, readCurve(row, regime, place));
  return CURVES.get(key);
}

function readCurve(row, regime, place) {
  const found = piece("curves", row, regime, place);
  if (!found) return null;
  const [start, count] = found;
  const [low, size] = DATA.numbers.curves.time;
  const steps = packed(DATA.numbers.curves.t);
  const [x, y, z] = ["x", "y", "z"].map((name, k) => unquantised("curves", name, row, start, count, k));
  const t = Float32Array.from({ length: count }, (_, i) => (steps[start + i] === NOTHING_16 ? NaN : low + size * steps[start + i]));
  return { x, y, z, t };
}

// Some snips of a run: x, y, z and their places in the list of snips (-1: unknown).
function snipsOf(row, regime, place) {
  const found = piece("points", row, regime, place);
  if (!found) return null;
  const [start, count] = found;
  const named = packed(DATA.numbers.points.snip);
  const [x, y, z] = ["x", "y", "z"].map((name, k) => unquantised("points", name, row, start, count, k));
  return { x, y, z, snip: Array.from({ length: count }, (_, i) => (named[start + i] === 2 ** 32 - 1 ? -1 : named[start + i])) };
}

// Scores over time of one line, null where missing.
function timeLine(row, regime, place) {
  const found = piece("over_time", row, regime, place);
  if (!found) return null;
  const [start, count] = found;
  const described = DATA.numbers.over_time;
  const line = { time: Array.from(packed(described.time).subarray(start, start + count)) };
  for (const name of [...Object.keys(MEASURES), ...Object.values(ENDS).flat(), "q"]) {
    if (described[name] === undefined) continue;
    line[name] = Array.from(packed(described[name]).subarray(start, start + count), (v) => (v === 65535 ? null : v / 65534));
  }
  if (described.n_positive !== undefined) line.n_positive = Array.from(packed(described.n_positive).subarray(start, start + count));
  return line;
}
