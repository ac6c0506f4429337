import { createLazyRoute } from '@tanstack/react-router';
import { OverviewScreen } from './overview-screen';

export const route = createLazyRoute('/')({ component: OverviewScreen });
