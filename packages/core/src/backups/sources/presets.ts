import type { SourcePreset } from './source.js';

/**
 * What Home Assistant itself leaves out of a backup of its configuration folder (format 1.1), as .gitignore patterns.
 * The database is kept, as Home Assistant keeps it by default.
 */
const homeAssistant: readonly string[] = [
  '__pycache__/',
  '.DS_Store',
  '.HA_RESTORE',
  '*.db-shm',
  '*.log',
  '*.log.*',
  '*.corrupt.*',
  '/OZW_Log.txt',
  '/.cache/*',
  '/tts/*',
  '/backups/*.tar',
  '/backups/*.tar.holdfast.json',
  '/tmp_backups/*.tar',
];

export function presetPatterns(preset: SourcePreset): readonly string[] {
  return preset === 'home-assistant' ? homeAssistant : [];
}
