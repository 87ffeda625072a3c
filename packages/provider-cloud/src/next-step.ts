import type { FlowInput, FlowResult, JsonRecord, JsonValue, MenuStep } from '@holdfast/core/provider-api';
import type { CloudConfig, Service } from './cloud-config.js';
import { parseConfig } from './parse-config.js';
import { isService, services } from './services.js';
import { credentialsForm, settingsForm } from './settings-form.js';
import { settingsFaults } from './settings-faults.js';

/** The service first, then what that one needs. Whether it works is tried by the host, which shows the last form again where it doesn't. */
export async function nextStep({ kind, step, answer, state, current }: FlowInput): Promise<FlowResult> {
  const known = serviceIn(current?.['service']);
  switch (step) {
    case 'service':
      return settings(serviceIn(answer['choice']) ?? 'other');
    case 'settings': {
      const service = serviceIn(state) ?? known ?? 'other';
      const secret = current?.['secretAccessKey'];
      const config: JsonRecord = {
        ...(secret !== undefined && services[service].hasKey && { secretAccessKey: secret }),
        ...answer,
        service,
      };
      return finish(service, config, { keepsSecret: current !== undefined });
    }
    case 'credentials':
      return { step: { type: 'done', config: { ...current, ...answer } } };
    default:
      if (kind === 'setup' || current === undefined || known === undefined) return { step: serviceMenu() };
      if (kind === 'reconfigure') return settings(known, current);
      // Where the machine has credentials of its own, all there is to do is to try again.
      return { step: services[known].hasKey ? credentialsForm() : { type: 'done', config: current } };
  }
}

function settings(service: Service, current?: JsonRecord): FlowResult {
  const { service: _, secretAccessKey: __, ...values } = current ?? {};
  return { step: settingsForm(service, { values, keepsSecret: current !== undefined }), state: service };
}

function finish(service: Service, config: JsonRecord, { keepsSecret }: { readonly keepsSecret: boolean }): FlowResult {
  const parsed: CloudConfig = parseConfig(config);
  const errors = settingsFaults(parsed);
  if (errors.length === 0) return { step: { type: 'done', config, title: parsed.bucket } };
  const { service: _, secretAccessKey: __, ...values } = config;
  return { step: settingsForm(service, { values, errors, keepsSecret }), state: service };
}

function serviceMenu(): MenuStep {
  const options = Object.keys(services).map((id) => ({
    id,
    label: `%cloud.service.${id}%`,
    description: `%cloud.service.${id}.description%`,
  }));
  return { type: 'menu', id: 'service', title: '%cloud.service.title%', description: '%cloud.service.question%', options };
}

function serviceIn(value: JsonValue | undefined): Service | undefined {
  return isService(value) ? value : undefined;
}
