export type { S3Contents, S3Credentials, S3Server, S3ServerOptions } from './s3-server.js';
export { isS3ServerAvailable, startS3Server } from './start-s3-server.js';
