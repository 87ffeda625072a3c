export { memoryProvider as default } from '@holdfast/provider-kit';
