import { WORDS, wordAt } from "./words.ts";

const NO_WORD = 0x811c_9dc5;
const FNV_PRIME = 0x0100_0193;
const SPACE = /\s/;

/** The tokens of `text`, as numbers: its words, which white space separates. */
export function tokensOfText(text: string): number[] {
  const tokens: number[] = [];
  let hash = NO_WORD;
  let isWord = false;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if ((unit > 0x20 && unit < 0x80) || !SPACE.test(text[i]!)) {
      hash = Math.imul(hash ^ unit, FNV_PRIME);
      isWord = true;
    } else if (isWord) {
      tokens.push(hash >>> 0);
      hash = NO_WORD;
      isWord = false;
    }
  }
  if (isWord) tokens.push(hash >>> 0);
  return tokens;
}

/** The tokens of the first `count` words of the answer that `seed` stands for, as they are when they come back in a prompt. */
export function tokensOfAnswer(seed: number, count: number): number[] {
  return Array.from({ length: count }, (_, at) => tokenOfAnswer(seed, at));
}

/** The token of word number `at` of that answer. */
export function tokenOfAnswer(seed: number, at: number): number {
  return TOKENS[wordAt(seed, at)]!;
}

/** Which answer a prompt has, in a plan of this seed. */
export function answerSeed(seed: number, prompt: readonly number[]): number {
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
export function tokensOfMessages(messages: readonly Message[]): number[] {
  const said = messages.flatMap(({ role, text }) => [roleToken(role), ...tokensOfText(text)]);
  return [...said, roleToken("assistant")];
}

/** Not that of any word, as words have no spaces. */
function roleToken(role: string): number {
  return hashOf(`role ${role}`);
}

/** FNV-1a over its UTF-16 units. */
function hashOf(word: string): number {
  let hash = NO_WORD;
  for (let i = 0; i < word.length; i++) hash = Math.imul(hash ^ word.charCodeAt(i), FNV_PRIME);
  return hash >>> 0;
}

/** The tokens of the words of answers. */
const TOKENS: readonly number[] = WORDS.map(hashOf);
