/** A copy of plain data with each of its texts redacted. Text by text, as a secret in the JSON's own text could take a part of its structure with it. */
export function redactDocument<T>(value: T, redact: (text: string) => string): T;
export function redactDocument(value: unknown, redact: (text: string) => string): unknown {
  if (typeof value === 'string') return redact(value);
  if (Array.isArray(value)) return value.map((entry: unknown) => redactDocument(entry, redact));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, entry]) => [name, redactDocument(entry, redact)]));
}

/** Makes a function that writes paths in the home folder with `~`, which keeps the user's name out of them. */
export function homeHider(home: string): (text: string) => string {
  const trimmed = home.replace(/[/\\]+$/, '');
  if (trimmed.length < 3) return (text) => text;
  const forms = [trimmed, trimmed.replaceAll('\\', '/'), encodeURI(trimmed.replaceAll('\\', '/'))];
  const pattern = new RegExp(`(?<![\\w.-])(?:${[...new Set(forms)].map(escapeForPattern).join('|')})(?![\\w.-])`, 'g');
  return (text) => text.replace(pattern, '~');
}

function escapeForPattern(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
