import type { ArrivingRequest } from "@tokenyard/serving";
import type { Answer } from "../answers/answer.ts";
import type { Api } from "../answers/chunk.ts";
import type { Abilities } from "../servers/abilities.ts";
import type { BodyOrder } from "../servers/request-body.ts";
import type { Contents } from "./contents.ts";
import type { TextMeasure } from "./text-measure.ts";
import { wordsOf } from "./words.ts";

/** Tokens of all sessions that are kept at once; the next turn of one that was dropped shares no output with it. */
const MOST_KEPT = 1 << 26;
const WORD_EACH: TextMeasure = { tokensOfWord: 1, tokensAround: 0 };

/** What was said in a session: ids, or texts of questions and answers in turn. */
interface Kept {
  readonly ids: Int32Array;
  readonly said: readonly string[];
  /** Tokens of it by the server's count, or by what was asked for. */
  readonly tokens: number;
}

export interface PrompterOrder {
  readonly api: Api;
  readonly abilities: Pick<Abilities, "tokenIds">;
  readonly contents: Contents;
  readonly measure?: TextMeasure | undefined;
}

/** A prompt as it is sent. */
export interface Prompt {
  readonly body: BodyOrder["prompt"];
  readonly ids: Int32Array;
}

/** Writes prompts of as many tokens as requests have. The next turn of a session begins with its prompt and answer before. */
export class Prompter {
  readonly #order: PrompterOrder;
  readonly #kept = new Map<number, Kept>();
  #tokens = 0;

  constructor(order: PrompterOrder) {
    this.#order = order;
  }

  promptOf(request: ArrivingRequest, number: number, run?: string): Prompt {
    const ids = this.#order.contents.promptOf(request, number, run);
    const kept = request.session < 0 ? undefined : this.#kept.get(request.session);
    if (this.#order.abilities.tokenIds) {
      if (kept !== undefined) ids.set(kept.ids.subarray(0, ids.length));
      return { body: [...ids], ids };
    }
    const { tokensOfWord, tokensAround } = this.#order.measure ?? WORD_EACH;
    const before = kept?.tokens ?? 0;
    // a message of a chat has something around it each time, a text once
    const around = kept === undefined || this.#order.api === "chat" ? tokensAround : 0;
    const words = Math.max(1, Math.round((ids.length - before - around) / tokensOfWord));
    const from = Math.min(before, ids.length - 1);
    const text = textOf(ids, from, words);
    const said = [...(kept?.said ?? []), text];
    return { body: this.#order.api === "chat" ? said : said.join(" "), ids };
  }

  /** Keeps what was said for the next turn of `session`. */
  answered(session: number, prompt: Prompt, answer: Answer): void {
    const before = this.#kept.get(session);
    if (before !== undefined) this.#drop(session, before);
    const { promptTokens, outputTokens, tokens, text, tokenIds } = answer;
    const ids = new Int32Array(prompt.ids.length + tokenIds.length);
    ids.set(prompt.ids);
    ids.set(tokenIds, prompt.ids.length);
    const asked = typeof prompt.body === "string" ? [prompt.body] : (prompt.body as readonly string[]);
    const said = this.#order.abilities.tokenIds ? [] : [...asked, text];
    const kept = { ids, said, tokens: (promptTokens ?? prompt.ids.length) + (outputTokens ?? tokens) };
    this.#kept.set(session, kept);
    this.#tokens += kept.tokens;
    for (const [oldest, each] of this.#kept) {
      if (this.#tokens <= MOST_KEPT) break;
      this.#drop(oldest, each);
    }
  }

  #drop(session: number, { tokens }: Kept): void {
    this.#kept.delete(session);
    this.#tokens -= tokens;
  }
}

/** Text of `words` words for the ids from `from` on, starting again from the first id when they run out. */
function textOf(ids: Int32Array, from: number, words: number): string {
  const end = Math.min(ids.length, from + words);
  const first = wordsOf(ids, from, end);
  const more = words - (end - from);
  if (more <= 0) return first;
  return `${first} ${wordsOf(
    Int32Array.from({ length: more }, (_, i) => ids[i % ids.length]! + i),
    0,
    more,
  )}`;
}
