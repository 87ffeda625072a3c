import { type FlowAnswerer, type FlowView, valuesAnswerer } from '@holdfast/core';
import { type GivenValues, settledFields, valuesForForm } from '../location-config/given-values.js';
import { providerFields } from '../location-config/provider-fields.js';

/** Answers a flow's steps with what was given, and asks nobody: what is missing or wrong comes out all at once. */
export function unattendedFace(given: GivenValues): FlowAnswerer & Disposable {
  // What no form has a field for stays in it under its name: the core says so where it matters.
  const values: Record<string, unknown> = {
    ...given.files,
    ...Object.fromEntries(given.set.map(({ key, value }) => [key, value])),
    ...given.options,
  };
  const answerer = valuesAnswerer(values);

  function fillIn({ step, kind }: FlowView): void {
    if (step.type !== 'form') return;
    const fields = providerFields(step.schema, step.secretFields);
    // As options are written, which are no names of the form.
    for (const { option } of fields) delete values[option.slice(2)];
    Object.assign(values, valuesForForm(given, fields, settledFields(kind, step)).values);
  }

  return {
    answer(view, call) {
      fillIn(view);
      return answerer.answer(view, call);
    },
    [Symbol.dispose]() {},
  };
}
