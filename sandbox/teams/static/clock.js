/** The sandbox's time in this page: real time plus the offset that the server tells. */

let offsetMs = 0;
const listeners = new Set();

/** The sandbox's instant. */
export function now() {
  return new Date(Date.now() + offsetMs);
}

/** Seconds that the sandbox is ahead of real time; negative when behind. */
export function offsetSeconds() {
  return Math.round(offsetMs / 1000);
}

/** Take what `/clock` or a `clock` event said: `{now, offset}`. */
export function setClock(state) {
  if (!state?.now) return;
  offsetMs = typeof state.offset === "number" ? state.offset * 1000 : Date.parse(state.now) - Date.now();
  tick();
}

/** Call `listener` every quarter of a minute, and at each jump. */
export function onTick(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function tick() {
  for (const listener of listeners) listener();
}

setInterval(tick, 15_000);
