import { createLazyRoute } from '@tanstack/react-router';
import { Page } from '../../parts/page';

export const route = createLazyRoute('/projects')({ component: Projects });
export const projectRoute = createLazyRoute('/projects/$projectId')({ component: Projects });

function Projects() {
  return <Page title="Projects">{null}</Page>;
}
