import { createLazyRoute, useParams } from '@tanstack/react-router';
import { SessionScreen } from './session-screen';

export const route = createLazyRoute('/sessions/$sessionId')({ component: SessionRoute });

function SessionRoute() {
  const { sessionId } = useParams({ from: '/sessions/$sessionId' });
  return <SessionScreen key={sessionId} sessionId={sessionId} />;
}
