/** The language that the environment asks for, as a BCP 47 tag: `de-DE` for `de_DE.UTF-8`. English where it asks for none. */
export function localeOf(environment: NodeJS.ProcessEnv): string {
  // The first that is set decides, as POSIX has it.
  const asked = environment['LC_ALL'] || environment['LC_MESSAGES'] || environment['LANG'] || '';
  const [language = '', region = ''] = asked.replace(/[.@].*$/, '').split(/[_-]/);
  if (!/^[a-z]{2,3}$/i.test(language)) return 'en';
  return /^([a-z]{2}|\d{3})$/i.test(region) ? `${language.toLowerCase()}-${region.toUpperCase()}` : language.toLowerCase();
}
