import { shortFingerprint } from './fingerprint.js';
import {
  forDisplay,
  type KitBackup,
  type KitContents,
  kitDate,
  kitSize,
  listedBackups,
  otherKeyLine,
  otherKeysNote,
  unlistedBackups,
} from './kit-contents.js';
import { restoreRecipe } from './restore-recipe.js';
import { type RestoreWay, withHoldfast, withHomeAssistant, withNeither } from './restore-steps.js';

const width = 78;
const rule = '-'.repeat(width);

/** The kit as plain text of at most 78 columns, which a terminal and a printer show as it is. */
export function kitText(contents: KitContents): string {
  const kit = forDisplay(contents);
  return [
    heading('HOLDFAST EMERGENCY KIT'),
    paragraph(
      'With this kit your backups can be restored when everything else is lost. Keep it away from the machine that makes the backups: printed, with someone you trust, in a safe, in a password manager. Whoever has it can read your backups.',
    ),
    heading('Encryption key'),
    `        ${kit.key}\n`,
    [
      fact('Fingerprint', `${shortFingerprint(kit.fingerprint)}   (${kit.fingerprint})`),
      fact('Used since', kitDate(kit.since)),
      ...(kit.until === undefined ? [] : [fact('Used until', kitDate(kit.until))]),
      fact('Instance', `${kit.instance.name}   (${kit.instance.id})`),
      fact('Kit of', kitDate(kit.createdAt)),
    ].join(''),
    paragraph('The fingerprint names the key without giving it away. Every backup carries the fingerprint of the key that opens it.'),
    ...otherKeys(kit),
    heading('Where the backups are'),
    kit.locations.length === 0
      ? 'No location yet.\n'
      : kit.locations.map(({ title, place }) => filled(title, '* ', '  ') + filled(place, '    ', '    ')).join(''),
    way(withHoldfast),
    way(withHomeAssistant),
    heading('Backups that this key opens'),
    kit.backups.slice(0, listedBackups).map(backup).join(''),
    paragraph(unlistedBackups(kit)),
    way(withNeither),
    restoreRecipe,
  ].join('\n');
}

function otherKeys({ otherKeys: keys = [] }: KitContents): string[] {
  if (keys.length === 0) return [];
  return [paragraph(otherKeysNote) + keys.map((key) => filled(otherKeyLine(key), '* ', '  ')).join('')];
}

function backup({ id, name, date, size, locations }: KitBackup): string {
  const facts = filled(`${id}  ${kitDate(date)}  ${kitSize(size)}`, '* ', '  ');
  return facts + filled(name, '    ', '    ') + filled(`at: ${locations.join(', ')}`, '    ', '    ');
}

function way({ title, introduction, steps }: RestoreWay): string {
  const numbered = steps.map(({ text, command }, index) => {
    const step = filled(text, `${index + 1}. `, '   ');
    return command === undefined ? step : `${step}\n       ${command}\n`;
  });
  return [heading(title), paragraph(introduction), ...numbered].join('\n');
}

function heading(title: string): string {
  return `${rule}\n${title}\n${rule}\n`;
}

function fact(name: string, value: string): string {
  return filled(value, name.padEnd(14), ' '.repeat(14));
}

function paragraph(text: string): string {
  return filled(text, '', '');
}

/** Filled to the width, with a line break at the end. A word that is longer than a line, such as a path, is cut where the line ends. */
function filled(text: string, first: string, rest: string): string {
  const lines: string[] = [];
  let line = first;
  let isEmpty = true;
  for (const word of text.split(' ').flatMap((part) => cut(part, width - rest.length))) {
    if (!isEmpty && columns(line) + 1 + columns(word) > width) {
      lines.push(line.trimEnd());
      [line, isEmpty] = [rest, true];
    }
    line += isEmpty ? word : ` ${word}`;
    isEmpty = false;
  }
  return [...lines, line, ''].join('\n');
}

function cut(word: string, length: number): string[] {
  const characters = Array.from(word);
  const pieces = Array.from({ length: Math.ceil(characters.length / length) }, (_, at) => characters.slice(at * length, (at + 1) * length));
  return pieces.length === 0 ? [''] : pieces.map((piece) => piece.join(''));
}

function columns(text: string): number {
  return Array.from(text).length;
}
