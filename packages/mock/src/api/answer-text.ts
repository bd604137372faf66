import type { Form } from "./completion-request.ts";

/** What the objects of an answer have in common. */
export interface AnswerHead {
  readonly form: Form;
  readonly id: string;
  /** Seconds since 1970. */
  readonly created: number;
  readonly model: string;
}

/** The text around the tokens of an event, with its bytes in UTF-8. */
interface Frame {
  readonly before: string;
  readonly after: string;
  readonly bytes: number;
}

/** Text of an answer's stream, with its bytes in UTF-8. */
export interface Written {
  readonly text: string;
  readonly bytes: number;
}

/** Events of an answer that is streamed, as text. All but the tokens is written once, as there may be many events. */
export class AnswerEvents {
  readonly #head: string;
  /** Ahead of the first token. */
  readonly #role: string;
  readonly #goesOn: Frame;
  readonly #last: Frame;

  /** `withUsage`: the last event says how many tokens there were; the others say that they do not. */
  constructor({ form, id, created, model }: AnswerHead, withUsage: boolean) {
    const isChat = form === "chat";
    const object = isChat ? "chat.completion.chunk" : "text_completion";
    this.#head = `data: ${JSON.stringify({ id, object, created, model }).slice(0, -1)},"choices":[`;
    const end = `]${withUsage ? ',"usage":null' : ""}}\n\n`;
    const before = `${this.#head}{"index":0,${isChat ? '"delta":{"content":"' : '"text":"'}`;
    const frame = (reason: string): Frame => {
      const after = `"${isChat ? "}" : ""},"logprobs":null,"finish_reason":${reason}}${end}`;
      return { before, after, bytes: Buffer.byteLength(before) + Buffer.byteLength(after) };
    };
    this.#goesOn = frame("null");
    this.#last = frame('"length"');
    const role = '{"index":0,"delta":{"role":"assistant","content":""},"logprobs":null,"finish_reason":null}';
    this.#role = isChat ? `${this.#head}${role}${end}` : "";
  }

  /** `text`, which JSON writes as they are, are out; `isFirst`, `isLast`: of the answer. */
  tokens({ text, bytes }: Written, isFirst: boolean, isLast: boolean): Written {
    const frame = isLast ? this.#last : this.#goesOn;
    const event = { text: frame.before + text + frame.after, bytes: frame.bytes + bytes };
    return isFirst ? { text: this.#role + event.text, bytes: Buffer.byteLength(this.#role) + event.bytes } : event;
  }

  /** The answer is whole. */
  end(usage?: object): string {
    return `${usage === undefined ? "" : `${this.#head}],"usage":${JSON.stringify(usage)}}\n\n`}data: [DONE]\n\n`;
  }
}

/** A whole answer as JSON. */
export function answerText({ form, id, created, model }: AnswerHead, text: string, usage: object): string {
  const end = { logprobs: null, finish_reason: "length" };
  const choice = form === "chat" ? { index: 0, message: { role: "assistant", content: text }, ...end } : { index: 0, text, ...end };
  return JSON.stringify({ id, object: form === "chat" ? "chat.completion" : "text_completion", created, model, choices: [choice], usage });
}

export function usageOf(promptTokens: number, completion: number): object {
  return { prompt_tokens: promptTokens, completion_tokens: completion, total_tokens: promptTokens + completion };
}
