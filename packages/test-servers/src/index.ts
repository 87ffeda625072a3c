export { startB2Server } from './b2/server.js';
export type * from './b2/server-interface.js';
export {
  isS3ServerAvailable,
  type S3Contents,
  type S3Credentials,
  type S3Server,
  type S3ServerOptions,
  startS3Server,
} from './s3/index.js';
