/** One request from a source; an object that is reused for the next one. */
export interface ArrivingRequest {
  arrivedNs: number;
  promptTokens: number;
  /** Tokens of it that are in the cache of its replica already. */
  cachedTokens: number;
  /** Requested tokens, including the first. */
  outputTokens: number;
  /** Output tokens that it had before it arrived, with its context cached; 0: its prompt is computed. */
  outBefore: number;
  /** For a request with output, its index among those that decode; data groups get them in turn. */
  place: number;
  /** Index of its class; 0 without classes. */
  classIndex: number;
  /** Ids of the prompt's whole leading blocks: equal ids in equal places are equal tokens. Undefined when nothing is known. Not to be changed. */
  prefix: Int32Array | undefined;
  /** Tokens of one block of `prefix`. */
  prefixBlockTokens: number;
  /** `prefix` continued through the output, where that is known because the next prompt begins with it. Not to be changed. */
  text: Int32Array | undefined;
  /** Requests of one session share its number; −1 without sessions. */
  session: number;
}

export function createArrivingRequest(): ArrivingRequest {
  return {
    arrivedNs: 0,
    promptTokens: 1,
    cachedTokens: 0,
    outputTokens: 1,
    outBefore: 0,
    place: 0,
    classIndex: 0,
    prefix: undefined,
    prefixBlockTokens: 0,
    text: undefined,
    session: -1,
  };
}
