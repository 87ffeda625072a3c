import { expect, test } from 'vitest';
import { createEmitter } from './events.js';

interface Weather {
  rain: { readonly millimetres: number };
  sun: undefined;
}

test('listeners are told in their order until they are removed, each by itself', () => {
  const told: string[] = [];
  const emitter = createEmitter<Weather>(() => {});
  const listener = ({ millimetres }: Weather['rain']) => told.push(`a ${millimetres}`);
  const first = emitter.on('rain', listener);
  emitter.on('rain', listener);
  emitter.on('rain', () => first[Symbol.dispose]());
  emitter.on('sun', () => told.push('sun'));
  emitter.emit('rain', { millimetres: 1 });
  emitter.emit('rain', { millimetres: 2 });
  expect(told).toEqual(['a 1', 'a 1', 'a 2']);
});

test('what a listener throws, at once or later, reaches neither the others nor who tells', async () => {
  const failures: unknown[] = [];
  const told: number[] = [];
  const emitter = createEmitter<Weather>((name, error) => failures.push([name, String(error)]));
  emitter.on('rain', () => {
    throw new Error('wet');
  });
  emitter.on('rain', () => Promise.reject(new Error('soaked')));
  emitter.on('rain', ({ millimetres }) => told.push(millimetres));
  emitter.emit('rain', { millimetres: 3 });
  expect(told).toEqual([3]);
  await new Promise(setImmediate);
  expect(failures).toEqual([
    ['rain', 'Error: wet'],
    ['rain', 'Error: soaked'],
  ]);
});
