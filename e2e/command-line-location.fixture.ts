import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const schema = {
  type: 'object',
  properties: {
    folder: { type: 'string', title: '%folder%', format: 'path', 'x-order': 1 },
    pass: { type: 'string', title: '%pass%', 'x-secret': true, 'x-order': 2, 'x-env': 'HARBOUR_PASS' },
    berths: { type: 'integer', title: 'Berths', minimum: 1, default: 3, 'x-advanced': true },
  },
  required: ['folder', 'pass'],
  additionalProperties: false,
};

const manifest = {
  name: 'holdfast-provider-harbour',
  version: '1.0.0',
  type: 'module',
  exports: './index.js',
  engines: { holdfast: '>=0.1.0' },
  holdfast: {
    contributes: {
      providers: ['harbour', 'quay'].map((id) => ({ id, label: `%${id}%`, configVersion: 1, configSchema: './schema.json' })),
    },
    permissions: { network: [], filesystem: 'config' },
  },
};

/** `quay` has the one form of its schema; `harbour` a flow with every kind of step. Neither takes a pass but `sesame`. */
const code = `
import { setTimeout as sleep } from 'node:timers/promises';
import shelf from './shelf.js';

const validate = async ({ pass }) => (pass === 'sesame' ? [] : [{ field: 'pass', message: '%wrong%', placeholders: { length: String(pass.length) } }]);

const steps = {
  start: () => ({
    step: { type: 'menu', id: 'way', title: '%way%', options: [{ id: 'pass', label: 'With a pass' }, { id: 'page', label: 'On a page' }, { id: 'never', label: 'Not at all' }] },
  }),
  way: ({ choice }) => {
    if (choice === 'never') return { step: { type: 'abort', reason: 'You did not want to.' } };
    if (choice === 'pass') return { step: { type: 'form', id: 'settings' } };
    return { step: { type: 'external', id: 'page', url: 'https://harbour.example/allow?x=1', asksCode: true }, state: { code: true } };
  },
  page: ({ code }) => ({ step: { type: 'progress', id: 'work', title: 'Mooring', fraction: 0.5 }, state: { code } }),
  work: (_answer, state) => sleep(700, {
    step: { type: 'form', id: 'folder', schema: { type: 'object', properties: { folder: { type: 'string', title: 'Where', format: 'path' } }, required: ['folder'] } },
    state,
  }),
  settings: (answer) => ({ step: { type: 'done', config: answer } }),
  folder: ({ folder }, { code }) => ({ step: { type: 'done', config: { folder, pass: code } } }),
};
const next = async ({ step, answer, state }) => steps[step](answer, state);

export default { quay: { ...shelf, configFlow: { validate } }, harbour: { ...shelf, configFlow: { validate, next } } };
`;

const texts = {
  en: {
    harbour: 'Harbour',
    quay: 'Quay',
    folder: 'Folder',
    pass: 'Harbour pass',
    way: 'How do you get in?',
    wrong: 'A pass of {length} letters does not open the gate.',
  },
  de: {
    harbour: 'Hafen',
    quay: 'Kai',
    folder: 'Ordner',
    pass: 'Hafenpass',
    way: 'Wie kommen Sie hinein?',
    wrong: 'Ein Pass von {length} Zeichen öffnet das Tor nicht.',
  },
};

/** A provider package in a folder, for `--provider-folder`. */
export async function makeHarbour(root: string): Promise<string> {
  const folder = join(root, 'holdfast-provider-harbour');
  await mkdir(folder);
  const json = (name: string, value: unknown): Promise<void> => writeFile(join(folder, name), JSON.stringify(value));
  await json('package.json', manifest);
  await json('schema.json', schema);
  await json('package.nls.json', texts.en);
  await json('package.nls.de.json', texts.de);
  await writeFile(join(folder, 'index.js'), code);
  await copyFile(new URL('./shelf-provider.fixture.js', import.meta.url), join(folder, 'shelf.js'));
  return folder;
}
