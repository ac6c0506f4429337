/** The typed client of the API, for browsers and Node 20 and above. It needs no other package when it runs. */

export type * from '../contract/index.js';
export type { Answer, CallOptions } from './calls.js';
export {
  type Client,
  type ClientOptions,
  createClient,
  type Method,
  type PagedRoute,
} from './create-client.js';
export { ApiError, ClientError, ConnectionError, CursorExpiredError, StreamGapError } from './errors.js';
export type { ConnectionState, FollowOptions, StateDetails } from './log-stream.js';
export type { Backoff } from './outage.js';
export type { RouteQuery } from './routes.js';
export type { RunFollower } from './runs.js';
export type { Clock, Fetch } from './surroundings.js';
