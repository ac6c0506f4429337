export { createHttpServer, type HttpServer, type HttpServerParts } from './server.js';
export { renderExpired, renderFrame } from './streams.js';
