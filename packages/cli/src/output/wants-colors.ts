/**
 * Colour or not: `--no-color` first, then NO_COLOR (set to anything, https://no-color.org), then FORCE_COLOR,
 * then whether the stream is a terminal that can.
 */
export function wantsColors(stream: { readonly isTTY?: boolean }, environment: NodeJS.ProcessEnv, allowed: boolean): boolean {
  if (!allowed || (environment['NO_COLOR'] ?? '') !== '') return false;
  const forced = environment['FORCE_COLOR'];
  if (forced !== undefined) return forced !== '0' && forced !== 'false';
  return stream.isTTY === true && environment['TERM'] !== 'dumb';
}
