import type { ProviderContext } from '../../provider-api/index.js';
import { isFieldErrors, isFlowResult, isPlace } from '../answers.js';
import { guardCall } from '../guard-call.js';
import { guardLocation } from '../guard-location.js';
import type { Call, LocationCall, WireContext } from '../protocol/host-message.js';
import { isShape, isTextList } from '../protocol/json-shape.js';
import type { ProviderPackage } from '../provider-package.js';
import type { ProviderRuntime } from '../provider-runtime.js';
import { broken, guardSubject, wrongAnswers } from '../provider-subject.js';
import { type RemoteCaller, resultOf } from './remote-call.js';
import { createRemoteLocation } from './remote-location.js';

type ProviderCall = Exclude<Call, LocationCall>;

/** The calls of a runtime, made in another process. They fail as they do in this one. */
export function createRemoteCalls(
  found: ProviderPackage,
  caller: RemoteCaller,
): Pick<ProviderRuntime, 'validate' | 'open' | 'migrate' | 'place' | 'nextStep'> {
  async function ask(operation: string, typeId: string, context: ProviderContext, call: ProviderCall) {
    const { id, outcome } = await guarded(operation, typeId, context, call);
    return { id, result: await resultOf(Promise.resolve(outcome)) };
  }

  /** What keeps the code from running passes by the guard as a value. */
  function guarded(operation: string, typeId: string, { log, signal }: ProviderContext, call: ProviderCall) {
    const given = call.method === 'nextStep' ? [call.input.answer, call.input.current] : [call.config];
    return guardCall(guardSubject(found, typeId, log, ...given), operation, signal, async () => {
      const { id, outcome } = caller.request(call, signal);
      return { id, outcome: await outcome };
    });
  }

  return {
    async validate(typeId, config, context) {
      const { result } = await ask('validate', typeId, context, { method: 'validate', typeId, config, context: toWire(context) });
      if (!isFieldErrors(result)) throw broken(found, wrongAnswers.validate);
      return result;
    },

    async open(typeId, config, context) {
      const { id, result } = await ask('open', typeId, context, { method: 'open', typeId, config, context: toWire(context) });
      const has = isShape(result) && isTextList(result['has']) ? result['has'] : [];
      const guarded = guardLocation(createRemoteLocation(caller, id, new Set(has)), guardSubject(found, typeId, context.log, config));
      // The signal of the opening call lives on as the location's.
      const onAbort = () => caller.cancel(id);
      if (context.signal.aborted) onAbort();
      else context.signal.addEventListener('abort', onAbort);
      let closing: Promise<void> | undefined;
      return {
        ...guarded,
        async [Symbol.asyncDispose]() {
          context.signal.removeEventListener('abort', onAbort);
          closing ??= Promise.resolve(guarded[Symbol.asyncDispose]());
          await closing;
        },
      };
    },

    async migrate(typeId, version, config, context) {
      const call: ProviderCall = { method: 'migrate', typeId, version, config, context: toWire(context) };
      return (await ask('migrateConfig', typeId, context, call)).result;
    },

    async place(typeId, config, context) {
      const { result } = await ask('place', typeId, context, { method: 'place', typeId, config, context: toWire(context) });
      if (result === null) return undefined;
      if (!isPlace(result)) throw broken(found, wrongAnswers.place);
      return result;
    },

    async nextStep(typeId, input, context) {
      const { result } = await ask('next', typeId, context, { method: 'nextStep', typeId, input, context: toWire(context) });
      if (result === null) return undefined;
      if (!isFlowResult(result)) throw broken(found, wrongAnswers.nextStep);
      return result;
    },
  };
}

function toWire({ locationId, firstUse, stateFolder }: ProviderContext): WireContext {
  return { locationId, firstUse, stateFolder };
}
