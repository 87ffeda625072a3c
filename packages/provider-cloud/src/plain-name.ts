/** A name out of a list that was asked for with `EncodingType: 'url'`. Services that don't know the parameter give names as they are. */
export function plainName(name: string, encoding: string | undefined): string {
  if (encoding !== 'url') return name;
  try {
    return decodeURIComponent(name.replaceAll('+', ' '));
  } catch {
    return name;
  }
}
