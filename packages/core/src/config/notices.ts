import type { Notice } from '../provider-api/index.js';
import { hideSecrets } from './hide-secrets.js';
import type { TextResolver } from './texts.js';

/** A provider's notices with their texts, each id once. None of them quotes one of the secrets. */
export function resolveNotices(
  notices: readonly Notice[] | void,
  resolve: TextResolver,
  secrets: readonly string[] = [],
): readonly Notice[] {
  const byId = new Map((notices ?? []).map(({ id, message, placeholders }) => [id, { id, message: resolve(message, placeholders) }]));
  return hideSecrets([...byId.values()], secrets);
}
