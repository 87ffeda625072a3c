/** What is wrong with a prefix. */
export type PrefixFault = 'leading-slash' | 'dots' | 'control' | 'too-long' | 'empty-part';

/** The configured prefix without `/` at its ends: '' or `a/b`. */
export function normalisePrefix(prefix: string): string {
  return prefix.replace(/^\/+|\/+$/g, '');
}

// oxlint-disable-next-line no-control-regex
const control = /[\u0000-\u001f\u007f]/;

/** The first fault of a configured prefix, undefined if it can be used. `maxBytes` is what the normalised one may have in UTF-8. */
export function prefixFault(prefix: string, maxBytes: number): PrefixFault | undefined {
  if (prefix.startsWith('/')) return 'leading-slash';
  if (control.test(prefix) || !prefix.isWellFormed()) return 'control';
  const normalised = normalisePrefix(prefix);
  const parts = normalised.split('/');
  if (parts.some((part) => part === '.' || part === '..')) return 'dots';
  if (normalised !== '' && parts.includes('')) return 'empty-part';
  if (Buffer.byteLength(normalised) > maxBytes) return 'too-long';
  return undefined;
}
