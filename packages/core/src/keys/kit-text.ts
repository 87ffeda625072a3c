import { shortFingerprint } from './fingerprint.js';
import { type KitContents, kitDate, kitSize, listedBackups, restoreSteps } from './kit-contents.js';
import { restoreRecipe } from './restore-recipe.js';

const width = 78;
const rule = '-'.repeat(width);

/** The kit as plain text, at most 78 columns but for names and places that are longer. */
export function kitText(kit: KitContents): string {
  return [
    heading('HOLDFAST EMERGENCY KIT'),
    paragraph(
      'With this kit your backups can be restored when everything else is lost. Keep it where the machine that makes the backups is not: printed, with a relative, in a safe, in a password manager. Whoever has it can read your backups.',
    ),
    heading('Encryption key'),
    `    ${kit.key}\n`,
    [
      `Fingerprint   ${shortFingerprint(kit.fingerprint)}   (${kit.fingerprint})`,
      `Used since    ${kitDate(kit.since)}`,
      `Instance      ${kit.instance.name}   (${kit.instance.id})`,
      `Kit of        ${kitDate(kit.createdAt)}`,
      '',
    ].join('\n'),
    paragraph('The fingerprint names the key without giving it away. Every backup carries the fingerprint of the key that opens it.'),
    heading('Where the backups are'),
    kit.locations.length === 0
      ? 'No location yet.\n'
      : `${kit.locations.map(({ title, place }) => `* ${title}\n    ${place}`).join('\n')}\n`,
    heading('Backups that this key opens'),
    backups(kit),
    heading('Restore with Holdfast'),
    steps(restoreSteps.holdfast),
    heading('Restore with Home Assistant'),
    steps(restoreSteps.homeAssistant),
    heading('Restore with neither'),
    restoreSteps.neither.map((line) => paragraph(line)).join('\n'),
    restoreRecipe,
  ].join('\n');
}

function backups(kit: KitContents): string {
  if (kit.backups.length === 0) return paragraph('None yet on the day of this kit; all backups that are made with this key from then on.');
  const rows = kit.backups
    .slice(0, listedBackups)
    .map(
      ({ id, name, date, size, locations }) => `* ${id}  ${kitDate(date)}  ${kitSize(size)}\n    ${name}\n    at: ${locations.join(', ')}`,
    );
  const more = kit.backups.length - listedBackups;
  const rest = more > 0 ? `and ${more} older ones, and all` : 'And all';
  return `${rows.join('\n')}\n${paragraph(`${rest} that are made with this key after the day of this kit.`)}`;
}

function heading(title: string): string {
  return `${rule}\n${title}\n${rule}\n`;
}

function steps(lines: readonly string[]): string {
  return lines.map((line, index) => (line.startsWith('npx ') ? `\n    ${line}\n` : paragraph(`${index + 1}. ${line}`, '   '))).join('\n');
}

/** Filled to the width, with a line break at the end. */
function paragraph(text: string, indent = ''): string {
  const lines = [''];
  for (const word of text.split(' ')) {
    const line = lines.at(-1) ?? '';
    if (line === '') lines[lines.length - 1] = word;
    else if (line.length + 1 + word.length <= width) lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(`${indent}${word}`);
  }
  return `${lines.join('\n')}\n`;
}
