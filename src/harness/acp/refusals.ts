/** What an agent's refusal of a prompt is: only what the agent says in a field of its own is told apart, never its prose. */
import type { RunError } from '../../contract/index.js';
import { fieldsOf, type RpcRefusal } from '../process/index.js';

/** The code of ACP for a request without a login. */
const authRequired = -32000;

/** Of errors of the model or its provider, as opencode names them in the data of its refusal. */
const modelErrorNames = new Set(['APIError', 'ContextOverflowError', 'MessageOutputLengthError']);
const authErrorName = 'ProviderAuthError';
/** As the wrapper of Claude names failures, in the data as well; every other name is one of the model or its provider. */
const authErrorKind = 'authentication_failed';
const limitErrorKind = 'rate_limit';

export function isLoginMissing({ code, data }: RpcRefusal): boolean {
  const { errorName, errorKind } = fieldsOf(data);
  return code === authRequired || errorName === authErrorName || errorKind === authErrorKind;
}

/** The error of a run whose prompt was refused. */
export function errorOfRefusal(refusal: RpcRefusal): RunError {
  const { code, message, data } = refusal;
  const words = `${message} (${code})`;
  if (isLoginMissing(refusal)) {
    const hint = 'Log in with its own program, as the user of this server.';
    return { code: 'login_required', message: `The agent is not logged in: ${words}. ${hint}` };
  }
  const status = statusOf(refusal);
  const { errorName, errorKind } = fieldsOf(data);
  if (status === 429 || errorKind === limitErrorKind)
    return {
      code: 'usage_limit_reached',
      message: `The provider of the model refuses more for now: ${words}.`,
    };
  if (status !== undefined || errorKind !== undefined || modelErrorNames.has(String(errorName)))
    return { code: 'model_failed', message: `The model or its provider failed: ${words}.` };
  return { code: 'agent_failed', message: `The agent refused the prompt: ${words}.` };
}

/** The HTTP status that the provider gave: some agents make it the code of their refusal, others put it into its data. */
function statusOf({ code, data }: RpcRefusal): number | undefined {
  const { status, statusCode } = fieldsOf(data);
  return [code, status, statusCode].find(
    (value): value is number => typeof value === 'number' && value >= 400 && value < 600,
  );
}
