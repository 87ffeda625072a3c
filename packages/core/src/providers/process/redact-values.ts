/** Shorter ones would also hit what is no secret. */
const shortest = 4;

/** Takes secrets out of a text, by their values: as they are and as they are written in URLs, in JSON and in base64. */
export function redactValues(text: string, secrets: readonly string[]): string {
  let redacted = text;
  const forms = new Set(secrets.filter((secret) => secret.length >= shortest).flatMap(formsOf));
  // The longest first: one may be a part of another.
  for (const form of [...forms].sort((a, b) => b.length - a.length)) redacted = redacted.replaceAll(form, '[secret]');
  return redacted;
}

function formsOf(secret: string): string[] {
  const bytes = Buffer.from(secret);
  // Without padding, so that it is found with and without it.
  const base64 = bytes.toString('base64').replace(/=+$/, '');
  return [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1), base64, bytes.toString('base64url')];
}
