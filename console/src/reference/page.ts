/** The page at `/docs`: what `/openapi.json` says, for people, with requests to try. Apart from the console it loads. */
import SwaggerUI from 'swagger-ui-dist/swagger-ui-es-bundle.js';
import 'swagger-ui-dist/swagger-ui.css';
import { readToken } from '../data/token';
import './reference.css';

const { classList, dataset } = document.documentElement;
classList.toggle('dark-mode', dataset.theme === 'dark');

const reference = SwaggerUI({
  url: '/openapi.json',
  dom_id: '#reference',
  deepLinking: true,
  displayRequestDuration: true,
  docExpansion: 'list',
  // Schemas stand with the routes that use them.
  defaultModelsExpandDepth: -1,
  // The one that it offers by default sends the document to another server.
  validatorUrl: null,
  onComplete: () => {
    const token = readToken();
    if (token !== undefined) reference.preauthorizeApiKey('token', token);
  },
});
