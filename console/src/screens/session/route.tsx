import { createLazyRoute } from '@tanstack/react-router';
import { Page } from '../../parts/page';

export const route = createLazyRoute('/sessions/$sessionId')({ component: Session });

function Session() {
  return <Page title="Session">{null}</Page>;
}
