// Characters that reorder what is shown, with which a name can pretend to be another.
const direction = /[\u200e\u200f\u202a-\u202e\u2066-\u2069]/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not reach a terminal
const control = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/;

/**
 * Text as a terminal may have it. Names and messages come from backups and providers, that is from strangers: control characters,
 * which could recolour, overwrite or retype what is on the screen, become visible escapes; a byte of a name that is not UTF-8
 * (a lone surrogate, see the core's file names) becomes `\xNN`.
 *
 * It is its own and not the core's `displayName`, so that an error can be shown without loading the core.
 */
export function safeText(text: string): string {
  if (text.isWellFormed() && !control.test(text) && !direction.test(text)) return text;
  let safe = '';
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    if (code >= 0xdc80 && code <= 0xdcff) safe += `\\x${(code - 0xdc00).toString(16)}`;
    else if (control.test(character) || direction.test(character) || (code >= 0xd800 && code <= 0xdfff))
      safe += `\\u{${code.toString(16)}}`;
    else safe += character;
  }
  return safe;
}
