// A stock Firefox, driven over its own WebDriver BiDi socket; no driver and no package is needed.
import { spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";

/** A profile that asks no network for anything of its own. */
const QUIET = {
  "app.normandy.enabled": false,
  "app.update.enabled": false,
  "browser.safebrowsing.malware.enabled": false,
  "browser.safebrowsing.phishing.enabled": false,
  "browser.shell.checkDefaultBrowser": false,
  "datareporting.policy.dataSubmissionEnabled": false,
  "extensions.update.enabled": false,
  "network.captive-portal-service.enabled": false,
  "services.settings.server": "data:,",
  "toolkit.telemetry.reportingpolicy.firstRun": false,
};

/** One tab of a headless Firefox. */
export class Firefox {
  #process;
  #socket;
  #tab;
  #last = 0;
  #waiting = new Map();
  /** `firefox/153.8.0`. */
  name = "";
  /** Messages on the console, and errors, of all pages. */
  messages = [];
  /** Addresses that pages asked for. */
  requests = [];

  /** Starts `executable` with a new profile in `folder`. */
  static async started(executable, folder) {
    const firefox = new Firefox();
    mkdirSync(folder);
    writeFileSync(
      `${folder}/user.js`,
      Object.entries(QUIET)
        .map(([key, value]) => `user_pref("${key}", ${JSON.stringify(value)});\n`)
        .join(""),
    );
    const args = ["--headless", "--no-remote", "--profile", folder, "--remote-debugging-port=0", "about:blank"];
    firefox.#process = spawn(executable, args, { stdio: ["ignore", "pipe", "pipe"] });
    await firefox.#connect(await addressOf(firefox.#process));
    return firefox;
  }

  async #connect(address) {
    this.#socket = new WebSocket(`${address}/session`);
    this.#socket.onmessage = ({ data }) => this.#hear(JSON.parse(data));
    await new Promise((resolve, reject) => Object.assign(this.#socket, { onopen: resolve, onerror: reject }));
    const { capabilities } = await this.#send("session.new", { capabilities: {} });
    this.name = `${capabilities.browserName}/${capabilities.browserVersion}`;
    const { contexts } = await this.#send("browsingContext.getTree", {});
    this.#tab = contexts[0].context;
    await this.#send("session.subscribe", { events: ["log.entryAdded", "network.beforeRequestSent"] });
  }

  #hear({ id, type, result, message, method, params }) {
    if (method === "log.entryAdded") this.messages.push(params.text);
    if (method === "network.beforeRequestSent") this.requests.push(params.request.url);
    const [resolve, reject] = this.#waiting.get(id) ?? [];
    this.#waiting.delete(id);
    if (type === "success") resolve?.(result);
    else if (type === "error") reject?.(new Error(message));
  }

  #send(method, params) {
    const id = ++this.#last;
    this.#socket.send(JSON.stringify({ id, method, params }));
    return new Promise((resolve, reject) => this.#waiting.set(id, [resolve, reject]));
  }

  /** Opens `url`, and waits for its scripts. */
  async goto(url) {
    await this.#send("browsingContext.navigate", { context: this.#tab, url, wait: "complete" });
  }

  /** Calls `run` in the page with `given`, as JSON, and gives what it resolves to. */
  async evaluate(run, given = null) {
    const { type, result, exceptionDetails } = await this.#send("script.callFunction", {
      functionDeclaration: `async () => JSON.stringify(await (${run})(${JSON.stringify(given)}))`,
      awaitPromise: true,
      target: { context: this.#tab },
    });
    if (type === "exception") throw new Error(exceptionDetails.text);
    return result.value === undefined ? undefined : JSON.parse(result.value);
  }

  /** Waits until the page has an element for `selector`, and gives its text. */
  textOf(selector) {
    return this.evaluate(async (wanted) => {
      const untilMs = performance.now() + 60_000;
      while (document.querySelector(wanted) === null) {
        if (performance.now() > untilMs) throw new Error(`no ${wanted} after a minute`);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      return document.querySelector(wanted).textContent;
    }, selector);
  }

  async end() {
    const ended = new Promise((resolve) => this.#process.once("exit", resolve));
    await this.#send("browser.close", {}).catch(() => this.#process.kill());
    await ended;
  }
}

/** The address that a new Firefox names on its error stream. */
function addressOf(firefox) {
  return new Promise((resolve, reject) => {
    let said = "";
    firefox.stderr.on("data", (text) => {
      said += text;
      const found = /WebDriver BiDi listening on (ws:\S+)/.exec(said)?.[1];
      if (found !== undefined) resolve(found);
    });
    firefox.once("error", reject);
    firefox.once("exit", (code) => reject(new Error(`Firefox ended with ${code}:\n${said}`)));
  });
}
