import { randomInt } from 'node:crypto';
import { encryptionKeyGroups, typedKeyCandidates } from './encryption-key.js';

/** Which part of the key somebody is to type, who says that they have its kit. */
export interface KitQuestion {
  /** Of the key that is asked about. */
  readonly fingerprint: string;
  /** Which of its groups of four characters, from 1. */
  readonly group: number;
  /** How many it has. */
  readonly groups: number;
}

/** A part by chance: who never looked at the kit can't know it. */
export function kitQuestion(fingerprint: string): KitQuestion {
  return { fingerprint, group: randomInt(encryptionKeyGroups) + 1, groups: encryptionKeyGroups };
}

/** Whether this is that group of the key: however it is typed, with O for 0 and l for 1, or the whole key. */
export function isKeyGroup(key: string, group: number, typed: string): boolean {
  const parts = key.split('-');
  const wanted = parts[group - 1];
  if (wanted === undefined) return false;
  // Read in the place of that group of the key itself, so that the same mistakes are forgiven as in a whole key.
  const whole = parts.with(group - 1, typed.trim()).join('-');
  return [...typedKeyCandidates(whole), ...typedKeyCandidates(typed)].includes(key);
}
