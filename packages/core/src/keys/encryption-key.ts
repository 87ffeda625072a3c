import { randomInt } from 'node:crypto';

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';
/** How many groups a key has. */
export const encryptionKeyGroups = 7;
const groups = encryptionKeyGroups;
const groupLength = 4;
const keyPattern = /^(?:[A-Z0-9]{4}-){6}[A-Z0-9]{4}$/;

/** At most so many readings of what was typed are tried. */
const maxCandidates = 64;

/**
 * A new encryption key: 28 characters out of A-Z and 0-9 in seven groups of four, joined by dashes, which belong to it (format 3).
 * About 144 bits; `randomInt` draws each character without bias.
 */
export function generateEncryptionKey(): string {
  const group = () => Array.from({ length: groupLength }, () => alphabet.charAt(randomInt(alphabet.length))).join('');
  return Array.from({ length: groups }, group).join('-');
}

export function isEncryptionKey(text: string): boolean {
  return keyPattern.test(text);
}

/**
 * A typed key in its proper form: capitals, dashes where they belong, letters of other scripts that look like Latin ones replaced. `undefined`
 * if it can't be an encryption key.
 */
export function normalizeTypedKey(typed: string): string | undefined {
  const characters = readTyped(typed);
  return characters === undefined ? undefined : inGroups(characters);
}

/**
 * What someone may have meant by what they typed, the likeliest first: the text exactly as it is, since a backup from elsewhere may have
 * any password; then the proper form of a key; then that with O and 0, I and 1 exchanged, which a key may both
 * have and handwriting can't tell apart, and with 1 or I for a small l, which is what both look like. At most 64.
 */
export function typedKeyCandidates(typed: string): string[] {
  const candidates = new Set([typed, typed.trim()].filter((text) => text !== ''));
  for (const reading of readingsOf(readTyped(typed) ?? [])) {
    if (candidates.size >= maxCandidates) break;
    candidates.add(reading);
  }
  return [...candidates];
}

/** One typed character: the one of a key's alphabet that it most likely is, and those that it may be as well. */
interface TypedCharacter {
  readonly likely: string;
  readonly others: string;
}

function readTyped(typed: string): TypedCharacter[] | undefined {
  // NFKC turns full-width and other presentation forms into plain letters and digits.
  const plain = typed.normalize('NFKC').replace(/[\p{White_Space}\p{Dash}\p{Cf}_.]/gu, '');
  const characters = Array.from(plain).map(readCharacter);
  return characters.length === groups * groupLength && characters.every(({ likely }) => /^[A-Z0-9]$/.test(likely)) ? characters : undefined;
}

function readCharacter(typed: string): TypedCharacter {
  const capital = typed.toUpperCase();
  const likely = lookalikes.get(capital) ?? capital;
  return { likely, others: typed === 'l' ? '1I' : (exchanges.get(likely) ?? '') };
}

function inGroups(characters: readonly TypedCharacter[]): string {
  return characters.map(({ likely }, place) => (place > 0 && place % groupLength === 0 ? `-${likely}` : likely)).join('');
}

/** The key itself, then with one confusable character exchanged, then with two, and so on. */
function* readingsOf(characters: readonly TypedCharacter[]): Generator<string, void, undefined> {
  const doubtful = characters.filter(({ others }) => others !== '').length;
  if (characters.length > 0) for (let count = 0; count <= doubtful; count += 1) yield* withExchanges(characters, count, 0);
}

function* withExchanges(characters: readonly TypedCharacter[], count: number, from: number): Generator<string, void, undefined> {
  if (count === 0) yield inGroups(characters);
  else {
    for (const [place, { others }] of characters.entries()) {
      if (place < from) continue;
      for (const other of others) yield* withExchanges(characters.with(place, { likely: other, others: '' }), count - 1, place + 1);
    }
  }
}

const exchanges = new Map([
  ['O', '0'],
  ['0', 'O'],
  ['I', '1'],
  ['1', 'I'],
]);

/**
 * Cyrillic and Greek capitals that look like Latin ones. None of them can be in a key, so there is no doubt what is meant. As numbers: one letter in the
 * bundle that is not ASCII makes reading all of it take longer.
 */
const lookalikes = new Map([
  ...pairs(
    [0x410, 0x412, 0x415, 0x41a, 0x41c, 0x41d, 0x41e, 0x420, 0x421, 0x422, 0x423, 0x425, 0x405, 0x406, 0x408, 0x51a, 0x51c],
    'ABEKMHOPCTYXSIJQW',
  ),
  ...pairs([0x391, 0x392, 0x395, 0x396, 0x397, 0x399, 0x39a, 0x39c, 0x39d, 0x39f, 0x3a1, 0x3a4, 0x3a5, 0x3a7], 'ABEZHIKMNOPTYX'),
]);

function pairs(from: readonly number[], to: string): [string, string][] {
  return from.map((character, index) => [String.fromCodePoint(character), to.charAt(index)]);
}
