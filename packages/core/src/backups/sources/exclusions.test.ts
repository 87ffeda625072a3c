import { describe, expect, test } from 'vitest';
import { createExclusions } from './exclusions.js';
import { presetPatterns } from './presets.js';

describe('exclusions', () => {
  test.each([
    ['node_modules/', 'a/node_modules', true, true],
    ['node_modules/', 'a/node_modules', false, false],
    ['/build', 'build', true, true],
    ['/build', 'a/build', true, false],
    ['*.log', 'deep/in/x.log', false, true],
    ['cache/**/*.tmp', 'cache/a/b/c.tmp', false, true],
  ])('%s on %s (folder: %s) excludes: %s', (pattern, path, isFolder, excluded) => {
    expect(createExclusions([pattern]).excludes(path, isFolder)).toBe(excluded);
  });

  test('a rule of a deeper ignore file decides over those above it', () => {
    const exclusions = createExclusions(['*.log']);
    exclusions.addRules('keep', '!important.log\n*.tmp\n');
    expect(exclusions.excludes('keep/important.log', false)).toBe(false);
    expect(exclusions.excludes('keep/other.log', false)).toBe(true);
    expect(exclusions.excludes('keep/deep/x.tmp', false)).toBe(true);
    expect(exclusions.excludes('x.tmp', false)).toBe(false);
  });

  test('the preset leaves out what Home Assistant leaves out', () => {
    const { excludes } = createExclusions(presetPatterns('home-assistant'));
    const out = [
      'home-assistant.log',
      'home-assistant.log.1',
      'custom_components/x/__pycache__',
      'tts/a.mp3',
      '.cache/x',
      'backups/a.tar',
      'home-assistant_v2.db-shm',
    ];
    const kept = ['home-assistant_v2.db', 'configuration.yaml', '.storage/auth', 'backups', 'www/tts/a.mp3', 'media/backups/a.tar'];
    expect(out.filter((path) => !excludes(path, path.endsWith('__pycache__')))).toEqual([]);
    expect(kept.filter((path) => excludes(path, path === 'backups'))).toEqual([]);
  });
});
