import { expect, test } from 'vitest';
import { localeOf } from './locale.js';

test.each<[NodeJS.ProcessEnv, string]>([
  [{}, 'en'],
  [{ LANG: 'C' }, 'en'],
  [{ LANG: 'POSIX' }, 'en'],
  [{ LANG: 'C.UTF-8' }, 'en'],
  [{ LANG: 'de_DE.UTF-8' }, 'de-DE'],
  [{ LANG: 'de' }, 'de'],
  [{ LANG: 'ca_ES@valencia' }, 'ca-ES'],
  [{ LANG: 'de_DE', LC_MESSAGES: 'fr_FR' }, 'fr-FR'],
  [{ LANG: 'de_DE', LC_MESSAGES: 'fr_FR', LC_ALL: 'en_GB.UTF-8' }, 'en-GB'],
  [{ LANG: 'de_DE', LC_ALL: '' }, 'de-DE'],
  [{ LANG: '../../x' }, 'en'],
])('%j asks for %s', (environment, locale) => expect(localeOf(environment)).toBe(locale));
