/** What the sandbox's server answers. Every call rejects with `ApiError` on a refusal or silence. */

export class ApiError extends Error {
  constructor(status, body) {
    super(`the server answered ${status}`);
    this.status = status;
    this.body = body;
  }
}

async function call(method, path, body) {
  const options = { method, headers: { Accept: "application/json" } };
  if (body !== undefined) {
    options.headers["Content-Type"] = "application/json";
    options.body = JSON.stringify(body);
  }
  const response = await fetch(path, options);
  const text = await response.text();
  let answer = null;
  try {
    answer = text ? JSON.parse(text) : null;
  } catch {
    answer = { message: text };
  }
  if (!response.ok) throw new ApiError(response.status, answer);
  return answer;
}

const person = (id, rest) => `/api/people/${encodeURIComponent(id)}/${rest}`;

export const api = {
  people: () => call("GET", "/api/people"),
  links: () => call("GET", "/api/links"),
  messages: (id) => call("GET", person(id, "messages")),
  say: (id, text) => call("POST", person(id, "messages"), { text }),
  submit: (id, value, replyToId) => call("POST", person(id, "messages"), { value, replyToId }),
  invoke: (id, request) => call("POST", person(id, "invoke"), request),
  search: (id, request) => call("POST", person(id, "search"), request),
  read: (id) => call("POST", person(id, "read"), {}),
  install: (id) => call("POST", person(id, "install"), {}),
  uninstall: (id) => call("POST", person(id, "uninstall"), {}),
  block: (id, blocked) => call("POST", person(id, "block"), { blocked }),
  clock: () => call("GET", "/clock"),
  moveClock: (order) => call("POST", "/clock", order),
  nextReminder: () => call("POST", "/clock/next", {}),
};

const EVENTS = ["message", "update", "delete", "typing", "unread", "clock", "people"];

/**
 * Listen to the server for as long as the page lives; resolves when the line stands. `onEvent(name,
 * data)` for each event; `onLost()` when the line breaks; `onFound()` when it is back, and what was
 * missed must be read again. A page that nobody sees hangs up: a browser has six lines to a server,
 * and a person may have more tabs than that.
 */
export function listen({ onEvent, onLost, onFound }) {
  let source = null;
  let missed = false;
  return new Promise((resolve) => {
    const connect = () => {
      source = new EventSource("/api/events");
      for (const name of EVENTS) {
        source.addEventListener(name, (event) => onEvent(name, event.data ? JSON.parse(event.data) : {}));
      }
      source.addEventListener("error", () => {
        if (!missed) onLost();
        missed = true;
        resolve();
      });
      source.addEventListener("open", () => {
        if (missed) onFound();
        missed = false;
        resolve();
      });
    };
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden") {
        source.close();
        missed = true;
      } else if (source.readyState === EventSource.CLOSED) connect();
    });
    connect();
  });
}
