// Texts and lengths of time, written as the server's own pages write them.

const UNSEEN =
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** A text with what cannot be seen written as an escape. */
export function visible(text) {
  return String(text).replace(UNSEEN, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** An instant (microseconds since 1970) for people, in UTC. */
export function instant(microseconds) {
  return new Date(microseconds / 1000).toISOString().slice(0, 23).replace("T", " ");
}

/** An instant as the control plane takes it, to the microsecond. */
export function rfc3339(microseconds) {
  const whole = Math.floor(microseconds / 1e6);
  const rest = String(Math.round(microseconds - whole * 1e6)).padStart(6, "0");
  return `${new Date(whole * 1000).toISOString().slice(0, 19)}.${rest}Z`;
}

const UNITS = [
  [86400, "d"],
  [3600, "h"],
  [60, "min"],
  [1, "s"],
];

/** A length of time (microseconds) for people: the two largest units of it. */
export function duration(microseconds) {
  const seconds = microseconds / 1e6;
  if (seconds < 60) return `${Number(seconds.toFixed(seconds < 10 ? 2 : 1))} s`;
  let rest = Math.round(seconds);
  const words = [];
  for (const [size, unit] of UNITS) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count) words.push(`${count} ${unit}`);
  }
  return words.slice(0, 2).join(" ");
}
