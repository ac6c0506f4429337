export { createHttpServer, type HttpServer, type HttpServerParts } from './server.js';
export { renderFrame } from './streams.js';
