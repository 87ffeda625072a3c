import { randomInt } from 'node:crypto';

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';
const groups = 7;
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
  // NFKC turns full-width and other presentation forms into plain letters and digits.
  const characters = Array.from(typed.normalize('NFKC').toUpperCase())
    .map((character) => lookalikes.get(character) ?? character)
    .join('');
  const plain = characters.replace(/[\p{White_Space}\p{Dash}\p{Cf}_.]/gu, '');
  if (plain.length !== groups * groupLength || !/^[A-Z0-9]+$/.test(plain)) return undefined;
  return plain.match(/.{4}/g)?.join('-');
}

/**
 * What someone may have meant by what they typed, the likeliest first: the text exactly as it is, since a backup from elsewhere may have
 * any password; then the proper form of a key; then that with O and 0, I and 1 exchanged, which a key may both
 * have and handwriting can't tell apart. At most 64.
 */
export function typedKeyCandidates(typed: string): string[] {
  const candidates = new Set([typed, typed.trim()].filter((text) => text !== ''));
  const proper = normalizeTypedKey(typed);
  if (proper !== undefined) for (const reading of readingsOf(proper, maxCandidates - candidates.size)) candidates.add(reading);
  return [...candidates];
}

/** The key itself, then with one confusable character exchanged, then with two, and so on. */
function readingsOf(key: string, limit: number): string[] {
  const places = key.split('').flatMap((character, place) => (exchanges.has(character) ? [place] : []));
  const readings = [key];
  for (let count = 1; count <= places.length && readings.length < limit; count += 1) {
    for (const chosen of combinations(places, count)) {
      if (readings.length >= limit) break;
      readings.push(
        key
          .split('')
          .map((character, place) => (chosen.includes(place) ? (exchanges.get(character) ?? character) : character))
          .join(''),
      );
    }
  }
  return readings;
}

function* combinations(places: readonly number[], count: number, from = 0): Generator<number[], void, undefined> {
  if (count === 0) {
    yield [];
    return;
  }
  for (let at = from; at <= places.length - count; at += 1) {
    const place = places[at];
    if (place !== undefined) for (const rest of combinations(places, count - 1, at + 1)) yield [place, ...rest];
  }
}

const exchanges = new Map([
  ['O', '0'],
  ['0', 'O'],
  ['I', '1'],
  ['1', 'I'],
]);

/** Cyrillic and Greek capitals that look like Latin ones. None of them can be in a key, so there is no doubt what is meant. */
const lookalikes = new Map([...pairs('АВЕКМНОРСТУХЅІЈԚԜ', 'ABEKMHOPCTYXSIJQW'), ...pairs('ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ', 'ABEZHIKMNOPTYX')]);

function pairs(from: string, to: string): [string, string][] {
  return from.split('').map((character, index) => [character, to.charAt(index)]);
}
