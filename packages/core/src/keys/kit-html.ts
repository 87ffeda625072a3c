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
import { kitPageStyle } from './kit-page-style.js';
import { restoreRecipe } from './restore-recipe.js';
import { type RestoreWay, withHoldfast, withHomeAssistant, withNeither } from './restore-steps.js';

/** The kit as a page to print: one file, no scripts, nothing loaded. `qrCode` is SVG markup that holds the key. */
export function kitHtml(contents: KitContents, qrCode: string): string {
  const kit = forDisplay(contents);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="robots" content="noindex">
<title>Holdfast emergency kit: ${escape(kit.instance.name)}</title>
<style>${kitPageStyle}</style>
</head>
<body>
<header><h1>Emergency kit</h1><p>Holdfast backups of <strong>${escape(kit.instance.name)}</strong></p></header>
<p class="lead">With this page your backups can be restored when everything else is lost. Keep it away from the machine that makes the
backups. Whoever has it can read your backups.</p>
<div class="key">
${qrCode}
<div><span class="label">Encryption key</span>
<code>${keyMarkup(kit.key)}</code>
<p>The square holds the same key, for a phone's camera.</p></div>
</div>
<dl class="facts">
${fact('Fingerprint', `<strong class="mono">${escape(shortFingerprint(kit.fingerprint))}</strong>`)}
${fact('Instance', `${escape(kit.instance.name)} <span class="note mono">${escape(kit.instance.id)}</span>`)}
${fact('Key used since', escape(kitDate(kit.since)))}${kit.until === undefined ? '' : `\n${fact('Key used until', escape(kitDate(kit.until)))}`}
${fact('Kit of', escape(kitDate(kit.createdAt)))}
</dl>
<p class="note">The fingerprint names the key without giving it away. Every backup carries the fingerprint of the key that opens it, in full
<span class="mono">${escape(kit.fingerprint)}</span>.</p>
${otherKeys(kit)}<h2>Where the backups are</h2>
${locations(kit)}
${way(withHoldfast)}
${way(withHomeAssistant)}
<h2>Backups that this key opens</h2>
${kit.backups.length === 0 ? '' : backupTable(kit.backups.slice(0, listedBackups))}
<p class="note">${escape(unlistedBackups(kit))}</p>
${way(withNeither)}
<pre>${escape(restoreRecipe)}</pre>
</body>
</html>
`;
}

/** May break in the middle, where it is wide enough; a break that is copied along would end the key where it is pasted. */
function keyMarkup(key: string): string {
  return `<span>${escape(key.slice(0, 20))}</span><wbr><span>${escape(key.slice(20))}</span>`;
}

/** `value` is markup. */
function fact(name: string, value: string): string {
  return `<dt class="label">${escape(name)}</dt><dd>${value}</dd>`;
}

function locations(kit: KitContents): string {
  if (kit.locations.length === 0) return '<p>No location yet.</p>';
  const items = kit.locations.map(
    ({ title, place }) => `<li><strong>${escape(title)}</strong><span class="mono">${escape(place)}</span></li>`,
  );
  return `<ul class="places">\n${items.join('\n')}\n</ul>`;
}

function otherKeys({ otherKeys: keys = [] }: KitContents): string {
  if (keys.length === 0) return '';
  return `<p class="note">${escape(otherKeysNote)}</p>\n<ul>\n${keys.map((key) => `<li>${escape(otherKeyLine(key))}</li>`).join('\n')}\n</ul>\n`;
}

function backupTable(backups: readonly KitBackup[]): string {
  const rows = backups.map(
    ({ id, name, date, size, locations: places }) =>
      `<tr><td class="mono">${escape(id)}</td><td>${escape(kitDate(date))}</td><td>${escape(name)}</td>` +
      `<td class="size">${escape(kitSize(size))}</td><td>${escape(places.join(', '))}</td></tr>`,
  );
  return `<table>
<thead><tr><th class="id">Id</th><th class="made">Made</th><th>Name</th><th class="size">Size</th><th class="at">At</th></tr></thead>
<tbody>
${rows.join('\n')}
</tbody>
</table>`;
}

function way({ title, introduction, steps }: RestoreWay): string {
  const items = steps.map(({ text, command }) => {
    const typed = command === undefined ? '' : `<code class="command">${escape(command)}</code>`;
    return `<li>${escape(text)}${typed}</li>`;
  });
  const list = items.length === 0 ? '' : `\n<ol>\n${items.join('\n')}\n</ol>`;
  return `<h2>${escape(title)}</h2>\n<p>${escape(introduction)}</p>${list}`;
}

function escape(text: string): string {
  const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? '');
}
