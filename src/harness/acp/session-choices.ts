/**
 * The model and the mode of a session, as a target chooses them. Agents offer both in one of two ways: as options of
 * the session with a category, or, before the protocol had these, in lists of their own.
 */
import { type Fields, fieldsOf, listOf, type RpcLink, textOf } from '../process/index.js';
import { refused } from './launch-options.js';

export interface Choices {
  target: string;
  model?: string | undefined;
  mode?: string | undefined;
}

interface Offer {
  values: string[];
  current: string | undefined;
  /** What sets it to a value. */
  method: string;
  paramsFor(value: string): Fields;
}

/** In an error. */
const namedMax = 30;

/** `offered` is what the agent said of the session when it opened it. Throws AppError `target_invalid`. */
export async function makeChoices(
  link: RpcLink,
  sessionId: string,
  offered: Fields,
  { target, model, mode }: Choices,
): Promise<void> {
  const choose = async (kind: 'model' | 'mode', value: string, from: Fields): Promise<Fields> => {
    const offer = offerOf(kind, from);
    if (offer === undefined) throw refused(target, `its agent offers no choice of a ${kind}`);
    const { values, current, method, paramsFor } = offer;
    if (!values.includes(value)) {
      const more = values.length > namedMax ? ', …' : '';
      const named = `${values.slice(0, namedMax).join(', ')}${more}`;
      throw refused(target, `its agent has no ${kind} "${value}". It offers: ${named}`);
    }
    if (value === current) return from;
    const reply = await link.request(method, { sessionId, ...paramsFor(value) });
    if ('refusal' in reply)
      throw refused(target, `its agent refuses the ${kind} "${value}": ${reply.refusal.message}`);
    // The other options may depend on this one.
    return 'result' in reply && reply.result.configOptions !== undefined ? reply.result : from;
  };
  const afterModel = model === undefined ? offered : await choose('model', model, offered);
  if (mode !== undefined) await choose('mode', mode, afterModel);
}

function offerOf(kind: 'model' | 'mode', offered: Fields): Offer | undefined {
  return (
    offerAmongOptions(kind, offered) ?? (kind === 'model' ? offeredModels(offered) : offeredModes(offered))
  );
}

function offerAmongOptions(category: string, { configOptions }: Fields): Offer | undefined {
  const option = listOf(configOptions)
    .map(fieldsOf)
    .find((candidate) => candidate.category === category && candidate.type === 'select');
  if (option === undefined) return undefined;
  // Options may come in groups.
  const flat = listOf(option.options).flatMap((entry) => {
    const { options } = fieldsOf(entry);
    return options === undefined ? [entry] : listOf(options);
  });
  return {
    values: textsOf(flat, 'value'),
    current: textOf(option.currentValue),
    method: 'session/set_config_option',
    paramsFor: (value) => ({ configId: option.id, value }),
  };
}

function offeredModes({ modes }: Fields): Offer | undefined {
  const { availableModes, currentModeId } = fieldsOf(modes);
  if (availableModes === undefined) return undefined;
  return {
    values: textsOf(listOf(availableModes), 'id'),
    current: textOf(currentModeId),
    method: 'session/set_mode',
    paramsFor: (modeId) => ({ modeId }),
  };
}

function offeredModels({ models }: Fields): Offer | undefined {
  const { availableModels, currentModelId } = fieldsOf(models);
  if (availableModels === undefined) return undefined;
  return {
    values: textsOf(listOf(availableModels), 'modelId'),
    current: textOf(currentModelId),
    method: 'session/set_model',
    paramsFor: (modelId) => ({ modelId }),
  };
}

function textsOf(entries: readonly unknown[], key: string): string[] {
  return entries.flatMap((entry) => textOf(fieldsOf(entry)[key]) ?? []);
}
