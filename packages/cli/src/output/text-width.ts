// What a terminal draws two cells wide: East Asian wide and full-width blocks, and most pictures.
const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|[\u{1f300}-\u{1f64f}\u{1f680}-\u{1f6ff}\u{1f900}-\u{1f9ff}\u{20000}-\u{3fffd}]/u;
// Marks (variation selectors are some) and the invisible characters that join or part others.
const zero = /\p{Mark}|\p{Join_Control}|\u200b/u;

/** How many cells of a terminal the text fills. It must be free of control characters. */
export function textWidth(text: string): number {
  let width = 0;
  for (const character of text) width += cellsOf(character);
  return width;
}

/** The text in at most `width` cells, with `…` where something was cut off. */
export function truncate(text: string, width: number): string {
  if (textWidth(text) <= width) return text;
  let kept = '';
  let used = 1;
  for (const character of text) {
    used += cellsOf(character);
    if (used > width) break;
    kept += character;
  }
  return `${kept}…`;
}

function cellsOf(character: string): number {
  if (character < '\u0300') return 1;
  if (zero.test(character)) return 0;
  return wide.test(character) ? 2 : 1;
}
