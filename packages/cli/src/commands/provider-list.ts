import type { Host, InstalledProvider } from '@holdfast/core';
import { providerFields } from '../location-config/provider-fields.js';
import { reportOf } from '../output/error-report.js';
import { safeText } from '../output/safe-text.js';
import { renderTable } from '../output/table.js';
import { stateWords } from '../provider/describe-package.js';
import type { CommandContext } from '../run/context.js';

/** The kinds of places that there are, and the packages that were installed. */
export async function listProviders(context: CommandContext): Promise<undefined> {
  const host = await context.host('shared');
  const types = host.providers.types().map((type) => ({
    id: type.id,
    label: type.label,
    ...(type.description === undefined ? {} : { description: type.description }),
    package: { name: type.package.name, version: type.package.version },
    fields: providerFields(type.configSchema, type.secretFields).map(({ isPath: _, ...field }) => field),
  }));
  const packages = host.packages.list();
  const problems = [
    ...host.providers.problems().map(({ folder, error }) => ({ folder, error: reportOf(error) })),
    ...(await stoppedOnes(host)),
  ];
  const { colors, width } = context.terminal;
  context.terminal.answer({ providers: types, packages, problems }, () =>
    [
      renderTable(
        [
          { title: 'ID', cell: ({ id }) => id, style: (text) => colors.cyan(text) },
          {
            title: 'WHAT',
            cell: ({ label, description }) => (description === undefined ? label : `${label}: ${description}`),
            shrinkTo: 24,
          },
          { title: 'PACKAGE', cell: (type) => `${type.package.name} ${type.package.version}`, shrinkTo: 16 },
        ],
        types,
        { width, colors },
      ),
      ...(packages.length === 0 ? [] : ['', renderPackages(context, packages)]),
    ].join('\n'),
  );
  for (const { error } of problems)
    context.terminal.note(`${context.terminal.noteColors.yellow('!')} ${safeText(error.message)}\n  ${safeText(error.remedy)}`);
}

/** Packages whose code is not started any more, as it crashed too often. */
async function stoppedOnes(host: Host) {
  return (await host.running()).flatMap(({ package: name, version, state, lastError }) =>
    state !== 'stopped'
      ? []
      : [
          {
            package: name,
            error: {
              code: lastError?.code ?? 'provider-stopped',
              message: `${name} ${version} is stopped: ${lastError?.message ?? 'it crashed too often'}`,
              remedy: `See its log: holdfast provider logs ${name}; start it again: holdfast provider enable ${name}`,
              details: {},
            },
          },
        ],
  );
}

function renderPackages({ terminal: { colors, width } }: CommandContext, packages: readonly InstalledProvider[]): string {
  return renderTable<InstalledProvider>(
    [
      { title: 'INSTALLED', cell: ({ name }) => name, shrinkTo: 16, style: (text) => colors.bold(text) },
      { title: 'VERSION', cell: ({ version }) => version },
      { title: 'STATE', cell: stateWords },
      { title: 'BEFORE', cell: ({ previous }) => previous?.version ?? '' },
      { title: 'ORIGIN', cell: ({ linked, provenance }) => (linked ? 'a folder' : provenance.state), shrinkTo: 8 },
      { title: 'TYPES', cell: ({ types }) => types.join(', '), shrinkTo: 8 },
    ],
    packages,
    { width, colors },
  );
}
