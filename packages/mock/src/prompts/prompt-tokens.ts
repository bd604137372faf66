import { WORDS, wordAt } from "./words.ts";

const NO_WORD = 0x811c_9dc5;
const FNV_PRIME = 0x0100_0193;
const SPACE = /\s/;

/** The tokens of `text`, as numbers: its words, which white space separates. */
export function tokensOfText(text: string): Uint32Array {
  const tokens = new Uint32Array(Math.ceil(text.length / 2)); // a word of one character, and what separates it from the next
  let count = 0;
  let hash = NO_WORD;
  let isWord = false;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if ((unit > 0x20 && unit < 0x80) || !SPACE.test(text[i]!)) {
      hash = Math.imul(hash ^ unit, FNV_PRIME);
      isWord = true;
    } else if (isWord) {
      tokens[count++] = hash;
      hash = NO_WORD;
      isWord = false;
    }
  }
  if (isWord) tokens[count++] = hash;
  return tokens.slice(0, count);
}

/** `prompt` followed by the tokens of the first `count` words of the answer for `seed`, as they would come back in a later prompt. */
export function withAnswer(prompt: Uint32Array, seed: number, count: number): Uint32Array {
  const tokens = new Uint32Array(prompt.length + count);
  tokens.set(prompt);
  for (let at = 0; at < count; at++) tokens[prompt.length + at] = tokenOfAnswer(seed, at);
  return tokens;
}

/** The token of word number `at` of that answer. */
export function tokenOfAnswer(seed: number, at: number): number {
  return TOKENS[wordAt(seed, at)]!;
}

/** Which answer a prompt has, in a plan of this seed. */
export function answerSeed(seed: number, prompt: Uint32Array): number {
  let hash = seed >>> 0;
  for (const token of prompt) hash = Math.imul(hash ^ token, 0x0100_0193) ^ (hash >>> 15);
  return hash >>> 0;
}

/** A message of a conversation. */
export interface Message {
  readonly role: string;
  readonly text: string;
}

/** The tokens of a conversation: of each message its role and its words, then the role of who answers. */
export function tokensOfMessages(messages: readonly Message[]): Uint32Array {
  const parts = [...messages.flatMap(({ role, text }) => [roleToken(role), tokensOfText(text)]), roleToken("assistant")];
  const tokens = new Uint32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let end = 0;
  for (const part of parts) {
    tokens.set(part, end);
    end += part.length;
  }
  return tokens;
}

/** Not that of any word, as words have no spaces. */
function roleToken(role: string): Uint32Array {
  return Uint32Array.of(hashOf(`role ${role}`));
}

/** FNV-1a over its UTF-16 units. */
function hashOf(word: string): number {
  let hash = NO_WORD;
  for (let i = 0; i < word.length; i++) hash = Math.imul(hash ^ word.charCodeAt(i), FNV_PRIME);
  return hash >>> 0;
}

/** The tokens of the words of answers. */
const TOKENS: readonly number[] = WORDS.map(hashOf);
