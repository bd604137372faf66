import type { CompletionRequest, Form } from "./completion-request.ts";

/** What the objects of an answer have in common. */
export interface AnswerHead {
  readonly form: Form;
  readonly id: string;
  /** Seconds since 1970. */
  readonly created: number;
  readonly model: string;
}

/** Events of an answer that is streamed, as text. */
export class AnswerEvents {
  readonly #form: Form;
  readonly #head: string;
  readonly #usage: string;

  /** `withUsage`: the last event says how many tokens there were; the others say that they do not. */
  constructor({ form, id, created, model }: AnswerHead, withUsage: boolean) {
    const object = form === "chat" ? "chat.completion.chunk" : "text_completion";
    this.#form = form;
    this.#head = `data: ${JSON.stringify({ id, object, created, model }).slice(0, -1)},"choices":[`;
    this.#usage = withUsage ? ',"usage":null' : "";
  }

  /** `text` is out; `isFirst`, `isLast`: of the answer. */
  tokens(text: string, isFirst: boolean, isLast: boolean): string {
    const end = isLast ? '"length"' : "null";
    const quoted = JSON.stringify(text);
    if (this.#form === "completion") return this.#event(`{"index":0,"text":${quoted},"logprobs":null,"finish_reason":${end}}`);
    const role = isFirst ? this.#event('{"index":0,"delta":{"role":"assistant","content":""},"logprobs":null,"finish_reason":null}') : "";
    return role + this.#event(`{"index":0,"delta":{"content":${quoted}},"logprobs":null,"finish_reason":${end}}`);
  }

  /** The answer is whole. */
  end(usage?: object): string {
    return `${usage === undefined ? "" : `${this.#head}],"usage":${JSON.stringify(usage)}}\n\n`}data: [DONE]\n\n`;
  }

  #event(choice: string): string {
    return `${this.#head}${choice}]${this.#usage}}\n\n`;
  }
}

/** A whole answer as JSON. */
export function answerText({ form, id, created, model }: AnswerHead, text: string, usage: object): string {
  const end = { logprobs: null, finish_reason: "length" };
  const choice = form === "chat" ? { index: 0, message: { role: "assistant", content: text }, ...end } : { index: 0, text, ...end };
  return JSON.stringify({ id, object: form === "chat" ? "chat.completion" : "text_completion", created, model, choices: [choice], usage });
}

export function usageOf({ prompt }: CompletionRequest, completion: number): object {
  return { prompt_tokens: prompt.length, completion_tokens: completion, total_tokens: prompt.length + completion };
}
