import { Pool } from "undici";
import type { Answer } from "../answers/answer.ts";
import { type Ending, inALine, type Outcome } from "../answers/outcome.ts";

/** Most bytes of an answer to a question about the server. */
const LONGEST_REPLY = 1 << 20;
const REPLY_MS = 10_000;
const CONNECT_MS = 30_000;
/** How long a response may stay open after its last event. */
const LINGER_MS = 1000;

/** Reply of a server to a question. */
export interface Reply {
  /** Null where there was no connection. */
  readonly status: number | null;
  readonly text: string;
}

export interface ServerOrder {
  /** Its origin, and where in it the interface begins, as `/v1`. */
  readonly origin: string;
  readonly base: string;
  /** Sent as a bearer token; kept out of every message. */
  readonly key?: string | undefined;
}

export interface PostOrder {
  /** Whether the chat is asked, or for a completion. */
  readonly chat: boolean;
  readonly body: string;
  /** By which the server's log may name it. */
  readonly id: string;
}

/** An OpenAI-compatible server at one address: no other is ever called, and no redirect followed. */
export class Server {
  readonly #pool: Pool;
  readonly #base: string;
  readonly #key: string | undefined;
  readonly #headers: Readonly<Record<string, string>>;

  constructor({ origin, base, key }: ServerOrder) {
    this.#base = base;
    this.#key = key;
    this.#headers = {
      accept: "text/event-stream, application/json",
      "content-type": "application/json",
      ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
    };
    // as many connections as requests in flight; how long a token may take is watched where requests are sent
    this.#pool = new Pool(origin, {
      connections: null,
      pipelining: 1,
      headersTimeout: 0,
      bodyTimeout: 0,
      connect: { timeout: CONNECT_MS },
    });
  }

  /** Asks for `path`, from the root where it begins with a slash. Never throws. */
  async get(path: string): Promise<Reply> {
    try {
      const whole = path.startsWith("/") ? path : `${this.#base}/${path}`;
      const { statusCode, body } = await this.#pool.request({
        path: whole,
        method: "GET",
        headers: this.#headers,
        signal: AbortSignal.timeout(REPLY_MS),
      });
      let text = "";
      for await (const bytes of body) {
        text += String(bytes);
        if (text.length > LONGEST_REPLY) break; // which ends the connection
      }
      return { status: statusCode, text };
    } catch (error) {
      return { status: null, text: this.said(error) };
    }
  }

  /** Sends `body`, and has `answer` read what comes; `onEnd` is called once, later. Returns what stops it. */
  post({ chat, body, id }: PostOrder, answer: Answer, onEnd: (ending: Ending) => void): (ending: Ending) => void {
    let stop: (() => void) | undefined;
    let linger: NodeJS.Timeout | undefined;
    let isOver = false;
    const end = ({ outcome, message }: Ending) => {
      if (isOver) return;
      isOver = true;
      onEnd({ outcome, message: message === null ? null : this.#withoutKey(message) });
    };
    const quit = (ending: Ending) => {
      end(ending);
      stop?.();
    };
    const settle = () => {
      const { ending } = answer;
      if (ending === undefined || linger !== undefined) return;
      if (ending.outcome !== "finished") return quit(ending);
      end(ending);
      linger = setTimeout(() => stop?.(), LINGER_MS); // a response that ends can be followed by another on its connection
    };
    const path = `${this.#base}/${chat ? "chat/completions" : "completions"}`;
    this.#pool.dispatch(
      { path, method: "POST", headers: { ...this.#headers, "x-request-id": id }, body },
      {
        onRequestStart: (controller) => {
          stop = () => controller.abort(new Error("not wanted any more"));
          if (isOver) stop();
        },
        onResponseStart: (_, status, headers) => {
          answer.start(status, headers);
          settle();
        },
        onResponseData: (_, bytes) => {
          answer.take(bytes);
          settle();
        },
        onResponseEnd: () => {
          clearTimeout(linger);
          end(answer.end());
        },
        onResponseError: (_, error) => {
          clearTimeout(linger);
          const ending = endingOf(error, stop !== undefined, this.said(error));
          setImmediate(() => end(ending)); // also where there was no time to wait
        },
      },
    );
    return quit;
  }

  /** Ends all connections. */
  async close(): Promise<void> {
    await this.#pool.destroy();
  }

  /** What went wrong, in a line. */
  said(error: unknown): string {
    const { code, message, errors } = error as NodeJS.ErrnoException & { readonly errors?: readonly Error[] };
    if (code === "ERR_SSL_WRONG_VERSION_NUMBER") return "it speaks no TLS there; wanted an address that begins with http://";
    const text = message || errors?.map((each) => each.message).join("; ") || code || String(error);
    return this.#withoutKey(inALine(text));
  }

  #withoutKey(text: string): string {
    return this.#key === undefined ? text : text.replaceAll(this.#key, "(key)");
  }
}

function endingOf(error: Error, isSent: boolean, message: string): Ending {
  const isGarbled = error.name === "HTTPParserError" || (error as NodeJS.ErrnoException).code === "UND_ERR_HEADERS_OVERFLOW";
  const outcome: Outcome = isGarbled ? "garbled" : isSent ? "reset" : "unreachable";
  return { outcome, message };
}
