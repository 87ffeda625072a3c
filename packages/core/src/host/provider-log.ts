import { readFileIfThere } from '../base/atomic-file.js';

const defaultLines = 100;

/** The last lines of a log that is moved to `file.1`, `file.2` and so on when it is full; the oldest first, none if there is no log. */
export async function lastLogLines(file: string, lines: number = defaultLines): Promise<string[]> {
  const found: string[] = [];
  for (let number = 0; found.length < lines; number += 1) {
    const text = await readFileIfThere(number === 0 ? file : `${file}.${number}`);
    // While the files are moved there is no newest one for a moment.
    if (text === undefined && number > 0) break;
    const all = (text ?? '').split('\n').filter((line) => line !== '');
    found.unshift(...all.slice(Math.max(0, all.length - (lines - found.length))));
  }
  return found;
}
