// Lets every open page, and the worker behind them, know that something on this phone has changed.
const heard = "BroadcastChannel" in self ? new BroadcastChannel("malalamiko") : null;
const listeners = [];

export function changed() {
  heard?.postMessage("changed");
  listeners.forEach((listener) => listener());
}

export function whenChanged(listener) {
  listeners.push(listener);
  if (heard && listeners.length === 1) { heard.onmessage = () => listeners.forEach((each) => each()); }
}
