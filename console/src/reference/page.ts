/** The page at `/docs`: what `/openapi.json` says, for people, with requests to try. Apart from the console it loads. */
import SwaggerUI, { type Plugin, type Reference } from 'swagger-ui-dist/swagger-ui-es-bundle.js';
import 'swagger-ui-dist/swagger-ui.css';
import { readToken } from '../data/token';
import './reference.css';

/**
 * What the library leaves open for those who do not see the page. A link inside of the button that opens a route leads where
 * the button leads, and is too small to be hit; what stands above the routes is a part of its own, whose heading is below ours.
 */
const accessible: Plugin = ({ React: { createElement } }) => ({
  wrapComponents: {
    // Those of groups are in no button, and have a path of one part.
    DeepLink: (Original) => (props) =>
      String(props.path).includes('/')
        ? createElement('span', null, props.text)
        : createElement(Original, props),
    InfoContainer: (Original) => (props) => {
      const lowerHeading = (part: HTMLElement | null) =>
        part?.querySelector('.title')?.setAttribute('aria-level', '2');
      const about = { 'aria-label': 'About', ref: (part: HTMLElement | null) => void lowerHeading(part) };
      return createElement('section', about, createElement(Original, props));
    },
  },
});

const { classList, dataset } = document.documentElement;
classList.toggle('dark-mode', dataset.theme === 'dark');

const reference: Reference = SwaggerUI({
  url: '/openapi.json',
  dom_id: '#reference',
  deepLinking: true,
  displayRequestDuration: true,
  docExpansion: 'list',
  // Schemas stand with the routes that use them.
  defaultModelsExpandDepth: -1,
  // The one that it offers by default sends the document to another server.
  validatorUrl: null,
  plugins: [accessible],
  onComplete: () => {
    const token = readToken();
    if (token !== undefined) reference.preauthorizeApiKey('token', token);
  },
});
