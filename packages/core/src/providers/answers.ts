import type { FieldError, FlowResult, FlowStep, Notice, ObjectInfo, Place, StoredObject, Usage } from '../provider-api/index.js';
import { isJsonObject, type JsonObject } from './schema-problem.js';

/** Tells a provider's answers from what only the compiler of its author took for one. */
export function isFieldErrors(value: unknown): value is readonly FieldError[] {
  return Array.isArray(value) && value.every((entry) => isJsonObject(entry) && areTexts(entry, 'field', 'message'));
}

export function isPlace(value: unknown): value is Place {
  return isJsonObject(value) && areTexts(value, 'root', 'path');
}

export function isObjectInfo(value: unknown): value is ObjectInfo {
  return isJsonObject(value) && areTexts(value, 'key', 'modifiedAt') && isBytes(value['size']);
}

export function isStoredObject(value: unknown): value is StoredObject {
  return isJsonObject(value) && isObjectInfo(value) && ['boolean', 'undefined'].includes(typeof value['verified']);
}

/** Most checks have nothing to say, and a plain one gives nothing at all. */
export function isNoticesOrNothing(value: unknown): value is readonly Notice[] | null | undefined {
  if (value === null || value === undefined) return true;
  return (
    Array.isArray(value) && value.every((notice) => isJsonObject(notice) && areTexts(notice, 'id', 'message') && arePlaceholders(notice))
  );
}

export function isUsage(value: unknown): value is Usage {
  return isJsonObject(value) && [value['used'], value['free'], value['total']].every((bytes) => bytes === undefined || isBytes(bytes));
}

export function isFlowResult(value: unknown): value is FlowResult {
  return isJsonObject(value) && isFlowStep(value['step']);
}

function isFlowStep(step: unknown): step is FlowStep {
  if (!isJsonObject(step)) return false;
  switch (step['type']) {
    case 'form':
      return isShown(step) && areObjects(step, 'schema', 'values') && (step['errors'] === undefined || isFieldErrors(step['errors']));
    case 'menu':
      return isShown(step) && Array.isArray(step['options']) && step['options'].every(isOption);
    case 'message':
      return isShown(step);
    case 'progress':
      return isShown(step) && ['number', 'undefined'].includes(typeof step['fraction']);
    case 'external':
      return isShown(step) && areTexts(step, 'url') && ['boolean', 'undefined'].includes(typeof step['asksCode']);
    case 'done':
      return isJsonObject(step['config']) && mayBeTexts(step, 'title');
    case 'abort':
      return areTexts(step, 'reason') && arePlaceholders(step);
    default:
      return false;
  }
}

function isShown(step: JsonObject): boolean {
  return areTexts(step, 'id') && mayBeTexts(step, 'title', 'description') && arePlaceholders(step);
}

function isOption(option: unknown): boolean {
  return isJsonObject(option) && areTexts(option, 'id', 'label') && mayBeTexts(option, 'description');
}

function arePlaceholders({ placeholders }: JsonObject): boolean {
  return placeholders === undefined || (isJsonObject(placeholders) && areTexts(placeholders, ...Object.keys(placeholders)));
}

function areObjects(value: JsonObject, ...fields: readonly string[]): boolean {
  return fields.every((field) => value[field] === undefined || isJsonObject(value[field]));
}

function areTexts(value: JsonObject, ...fields: readonly string[]): boolean {
  return fields.every((field) => typeof value[field] === 'string');
}

function mayBeTexts(value: JsonObject, ...fields: readonly string[]): boolean {
  return fields.every((field) => ['string', 'undefined'].includes(typeof value[field]));
}

function isBytes(value: unknown): boolean {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}
