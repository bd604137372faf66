/** Which of the two interfaces is called. */
export type Api = "completions" | "chat";

/** What an event of a stream says. */
export interface Chunk {
  /** Tokens that came with it; 0 for one that only opens or closes the answer. */
  readonly tokens: number;
  readonly text: string;
  /** Ids of its tokens, where the server sends them. */
  readonly tokenIds: readonly number[] | null;
  /** Whether it says that the answer has ended. */
  readonly isLast: boolean;
  /** Totals so far by the server's count. */
  readonly promptTokens: number | null;
  readonly outputTokens: number | null;
  /** An error in place of an answer. */
  readonly error: string | null;
}

/** The chunk in the `data` of an event; undefined where it is none. `outBefore`: output tokens that the server counted before it. */
export function chunkOf(data: string, api: Api, outBefore: number): Chunk | undefined {
  const tree = parsed(data);
  if (!isMap(tree)) return undefined;
  const error = errorOf(tree);
  const usage = isMap(tree["usage"]) ? tree["usage"] : undefined;
  const choices = tree["choices"];
  const choice = Array.isArray(choices) && isMap(choices[0]) ? choices[0] : undefined;
  if (choice === undefined && usage === undefined && error === null) return Array.isArray(choices) ? NOTHING : undefined;
  const outputTokens = countOf(usage?.["completion_tokens"]);
  const text = choice === undefined ? "" : textOf(choice, api);
  const isLast = choice !== undefined && typeof choice["finish_reason"] === "string";
  const tokenIds = choice === undefined ? null : idsOf(choice["token_ids"]);
  // a byte of a character has no text yet; what opens a chat has no token
  const alone = choice !== undefined && (text !== "" || (api === "completions" && !isLast)) ? 1 : 0;
  const isCounted = choice !== undefined && outputTokens !== null;
  const tokens = isCounted ? Math.max(0, outputTokens - outBefore) : (tokenIds?.length ?? alone);
  return { tokens, text, tokenIds, isLast, promptTokens: countOf(usage?.["prompt_tokens"]), outputTokens, error };
}

const NOTHING: Chunk = { tokens: 0, text: "", tokenIds: null, isLast: false, promptTokens: null, outputTokens: null, error: null };

/** What a body of JSON says of an error; null where it says none. */
export function errorOf(tree: Readonly<Record<string, unknown>>): string | null {
  const { error, detail, message, object } = tree as Record<"error" | "detail" | "message" | "object", unknown>;
  if (isMap(error)) return typeof error["message"] === "string" ? error["message"] : JSON.stringify(error);
  if (typeof error === "string") return error;
  if (object === "error" && typeof message === "string") return message;
  return detail === undefined ? null : typeof detail === "string" ? detail : JSON.stringify(detail);
}

function textOf(choice: Readonly<Record<string, unknown>>, api: Api): string {
  if (api === "completions") return typeof choice["text"] === "string" ? choice["text"] : "";
  const delta = choice["delta"];
  if (!isMap(delta)) return "";
  const parts = [delta["reasoning_content"], delta["reasoning"], delta["content"]];
  const said = parts.filter((part) => typeof part === "string").join("");
  return said !== "" || delta["tool_calls"] == null ? said : JSON.stringify(delta["tool_calls"]);
}

function idsOf(ids: unknown): readonly number[] | null {
  return Array.isArray(ids) && ids.every((id) => Number.isSafeInteger(id) && id >= 0) ? (ids as number[]) : null;
}

function countOf(value: unknown): number | null {
  return Number.isSafeInteger(value) && (value as number) >= 0 ? (value as number) : null;
}

export function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
