import { shortFingerprint } from './fingerprint.js';
import { type KitContents, kitDate, kitSize, listedBackups, restoreSteps } from './kit-contents.js';
import { restoreRecipe } from './restore-recipe.js';

const style = `
@page { size: A4; margin: 16mm 18mm; }
* { box-sizing: border-box; }
body { font: 10.5pt/1.45 system-ui, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; color: #1b1f24; max-width: 178mm; margin: 10mm auto; padding: 0 6mm; }
h1 { font-size: 20pt; margin: 0 0 1mm; letter-spacing: -.01em; }
h2 { font-size: 12pt; margin: 7mm 0 2mm; padding-bottom: 1mm; border-bottom: .3mm solid #c9d1d9; break-after: avoid; }
p, ol { margin: 0 0 2mm; } ol { padding-left: 5mm; } li { margin-bottom: 1mm; }
.lead { color: #444c56; max-width: 150mm; }
.key { display: flex; gap: 8mm; align-items: center; border: .6mm solid #1b1f24; border-radius: 3mm; padding: 5mm 6mm; margin: 5mm 0; break-inside: avoid; }
.key svg { width: 34mm; height: 34mm; flex: none; }
.key code { display: block; font: 700 17pt/1.35 ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; letter-spacing: .02em; }
.key small { display: block; color: #57606a; margin-bottom: 2mm; }
dl { display: grid; grid-template-columns: 28mm 1fr; gap: .6mm 3mm; margin: 0 0 2mm; } dt { color: #57606a; } dd { margin: 0; overflow-wrap: anywhere; }
table { border-collapse: collapse; width: 100%; font-size: 9pt; } th { text-align: left; color: #57606a; font-weight: 600; }
th, td { padding: .8mm 3mm .8mm 0; border-bottom: .2mm solid #e3e7eb; vertical-align: top; overflow-wrap: anywhere; } tr { break-inside: avoid; }
code, pre { font-family: ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; }
pre { font-size: 8pt; line-height: 1.35; background: #f3f5f7; border-radius: 2mm; padding: 3mm 4mm; white-space: pre-wrap; break-inside: avoid; }
.muted { color: #57606a; }
@media print { body { margin: 0; padding: 0; max-width: none; } pre, .key { -webkit-print-color-adjust: exact; print-color-adjust: exact; } }
`;

/** The kit as a page to print: one file, no scripts, nothing loaded. `qrCode` is SVG markup that holds the key. */
export function kitHtml(kit: KitContents, qrCode: string): string {
  const [first, second] = [kit.key.slice(0, 20), kit.key.slice(20)];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="robots" content="noindex">
<title>Holdfast emergency kit: ${escape(kit.instance.name)}</title>
<style>${style}</style>
</head>
<body>
<h1>Emergency kit</h1>
<p class="lead">With this page your backups can be restored when everything else is lost. Keep it where the machine that makes the
backups is not. Whoever has it can read your backups.</p>
<div class="key">
${qrCode}
<div><small>Encryption key</small><code>${escape(first)}<br>${escape(second)}</code></div>
</div>
<dl>
<dt>Fingerprint</dt><dd><strong>${escape(shortFingerprint(kit.fingerprint))}</strong> <span class="muted">${escape(kit.fingerprint)}</span></dd>
<dt>Used since</dt><dd>${escape(kitDate(kit.since))}</dd>
<dt>Instance</dt><dd>${escape(kit.instance.name)} <span class="muted">${escape(kit.instance.id)}</span></dd>
<dt>Kit of</dt><dd>${escape(kitDate(kit.createdAt))}</dd>
</dl>
<p class="muted">The fingerprint names the key without giving it away. Every backup carries the fingerprint of the key that opens it.</p>
<h2>Where the backups are</h2>
${locations(kit)}
<h2>Backups that this key opens</h2>
${backups(kit)}
<h2>Restore with Holdfast</h2>
${steps(restoreSteps.holdfast)}
<h2>Restore with Home Assistant</h2>
${steps(restoreSteps.homeAssistant)}
<h2>Restore with neither</h2>
${restoreSteps.neither.map((line) => `<p>${escape(line)}</p>`).join('\n')}
<pre>${escape(restoreRecipe)}</pre>
</body>
</html>
`;
}

function locations(kit: KitContents): string {
  if (kit.locations.length === 0) return '<p>No location yet.</p>';
  return `<dl>${kit.locations.map(({ title, place }) => `<dt>${escape(title)}</dt><dd>${escape(place)}</dd>`).join('\n')}</dl>`;
}

function backups(kit: KitContents): string {
  if (kit.backups.length === 0) return '<p>None yet on the day of this kit; all backups that are made with this key from then on.</p>';
  const rows = kit.backups
    .slice(0, listedBackups)
    .map(
      ({ id, name, date, size, locations: places }) =>
        `<tr><td><code>${escape(id)}</code></td><td>${escape(kitDate(date))}</td><td>${escape(name)}</td><td>${escape(kitSize(size))}</td><td>${escape(places.join(', '))}</td></tr>`,
    );
  const more = kit.backups.length - listedBackups;
  const rest = more > 0 ? `And ${more} older ones, and all` : 'And all';
  return `<table><tr><th>Id</th><th>Made</th><th>Name</th><th>Size</th><th>At</th></tr>
${rows.join('\n')}</table>
<p class="muted">${rest} that are made with this key after the day of this kit.</p>`;
}

function steps(lines: readonly string[]): string {
  return `<ol>${lines.map((line) => (line.startsWith('npx ') ? `<li><code>${escape(line)}</code></li>` : `<li>${escape(line)}</li>`)).join('\n')}</ol>`;
}

function escape(text: string): string {
  const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? '');
}
