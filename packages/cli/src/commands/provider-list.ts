import { providerFields } from '../location-config/provider-fields.js';
import { reportOf } from '../output/error-report.js';
import { safeText } from '../output/safe-text.js';
import { renderTable } from '../output/table.js';
import type { CommandContext } from '../run/context.js';

export async function listProviders(context: CommandContext): Promise<undefined> {
  const { providers } = await context.host();
  const types = providers.types().map((type) => ({
    id: type.id,
    label: type.label,
    ...(type.description === undefined ? {} : { description: type.description }),
    package: { name: type.package.name, version: type.package.version },
    fields: providerFields(type.configSchema, type.secretFields).map(({ isPath: _, ...field }) => field),
  }));
  const problems = providers.problems().map(({ folder, error }) => ({ folder, error: reportOf(error) }));
  const { colors, width } = context.terminal;
  context.terminal.answer({ providers: types, problems }, () =>
    renderTable(
      [
        { title: 'ID', cell: ({ id }) => id, style: (text) => colors.cyan(text) },
        { title: 'WHAT', cell: ({ label, description }) => (description === undefined ? label : `${label}: ${description}`), shrinkTo: 24 },
        { title: 'PACKAGE', cell: (type) => `${type.package.name} ${type.package.version}`, shrinkTo: 16 },
      ],
      types,
      { width, colors },
    ),
  );
  for (const { error } of problems)
    context.terminal.note(`${context.terminal.noteColors.yellow('!')} ${safeText(error.message)}\n  ${safeText(error.remedy)}`);
}
