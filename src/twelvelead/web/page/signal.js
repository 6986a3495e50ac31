/**
 * From the service's base64 to numbers: the recording in millivolts, the attribution in -1 to 1.
 * No DOM; every function is pure.
 */

/**
 * A recording as the page draws it.
 * @typedef {object} Recording
 * @property {number} rateHz samples per second
 * @property {number} samples samples per lead
 * @property {string[]} leads names, in the order of the columns
 * @property {Map<string, Float32Array>} mv millivolts by lead; NaN in gaps
 * @property {Map<string, boolean>} present whether a lead was in the file or could be derived
 */

/**
 * An attribution as the page draws it.
 * @typedef {object} Attribution
 * @property {number} rateHz samples per second
 * @property {number} startS second of the recording at which it begins
 * @property {number} samples samples per lead
 * @property {Map<string, Float32Array>} share by lead, -1 (most against the class) to 1 (most for it)
 * @property {Float32Array | null} whole the same for all leads together, by a method that cannot tell leads apart
 */

/**
 * @param {string} text base64
 * @returns {Uint8Array} its bytes
 */
export function decodeBase64(text) {
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes;
}

/**
 * @param {string} text base64 of little-endian int16
 * @returns {Int16Array} the numbers, whatever the byte order of this machine
 */
export function decodeInt16(text) {
  const bytes = decodeBase64(text);
  const view = new DataView(bytes.buffer);
  const values = new Int16Array(bytes.length >> 1);
  for (let i = 0; i < values.length; i++) values[i] = view.getInt16(2 * i, true);
  return values;
}

/**
 * @param {object} sent the `recording` of the service's answer: counts `(time, lead)`, microvolts per count
 * @returns {Recording}
 */
export function decodeRecording(sent) {
  const counts = decodeInt16(sent.signal);
  const columns = sent.leads.length;
  if (counts.length !== sent.samples * columns) {
    throw new RangeError(`${counts.length} counts are not ${sent.samples} x ${columns}`);
  }
  const mv = new Map();
  sent.leads.forEach((lead, column) => {
    const values = new Float32Array(sent.samples);
    for (let i = 0; i < sent.samples; i++) {
      const count = counts[i * columns + column];
      values[i] = count === sent.invalid ? NaN : (count * sent.scale_uv) / 1000;
    }
    mv.set(lead, values);
  });
  const present = new Map(sent.leads.map((lead) => [lead, sent.present[lead] !== false && sent.present[lead] !== null]));
  return { rateHz: sent.rate_hz, samples: sent.samples, leads: sent.leads, mv, present };
}

/**
 * @param {object} sent the `attribution` of the service's answer: int8 `(time, lead)`, or `(time,)` where `leads` is null
 * @returns {Attribution} its largest absolute value is 1 unless all are 0
 */
export function decodeAttribution(sent) {
  const bytes = decodeBase64(sent.values);
  const values = new Int8Array(bytes.buffer);
  const columns = sent.leads?.length ?? 1;
  if (values.length !== sent.samples * columns) {
    throw new RangeError(`${values.length} values are not ${sent.samples} x ${columns}`);
  }
  const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 1);
  const column = (number) => Float32Array.from({ length: sent.samples }, (_, i) => values[i * columns + number] / largest);
  const share = new Map((sent.leads ?? []).map((lead, number) => [lead, column(number)]));
  const whole = sent.leads ? null : column(0);
  return { rateHz: sent.rate_hz, startS: sent.start_s, samples: sent.samples, share, whole };
}
