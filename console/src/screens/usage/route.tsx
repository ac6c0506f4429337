import { createLazyRoute } from '@tanstack/react-router';
import { UsageScreen } from './usage-screen';

export const route = createLazyRoute('/usage')({ component: UsageScreen });
