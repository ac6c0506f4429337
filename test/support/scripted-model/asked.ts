/** What a person asked, out of what an agent made of it. */
import type { Image, ModelRequest, OfferedTool, Step } from './protocol.js';

export interface Asked {
  /** The newest words of a person, without what the agent wrapped around them. */
  question: string;
  /** Images that came with it. */
  images: readonly Image[];
  /** The questions before it, oldest first. */
  earlier: readonly string[];
  /** What tools said since it was asked. */
  results: readonly Extract<Step, { kind: 'result' }>[];
  tools: readonly OfferedTool[];
  /** As the agent calls it. */
  model: string;
}

/** Blocks that agents put beside the words of a person, in messages of the same role. */
const contextTags = [
  'system-reminder',
  'environment_context',
  'user_instructions',
  'permissions instructions',
  'session_context',
  'recommended_plugins',
  'collaboration_mode',
  'skills_instructions',
  'apps_instructions',
  'plugins_instructions',
  'context_window',
  'turn_aborted',
];
const contexts = [
  new RegExp(`<(${contextTags.join('|')})\\b[^>]*>[\\s\\S]*?</\\1>`, 'g'),
  /^# AGENTS\.md instructions[\s\S]*?<\/INSTRUCTIONS>/g,
  /\[Request interrupted by user[^\]]*\]/g,
  // Codex names an image in text around it, Claude Code in text behind it.
  /<image\b[^>]*>|<\/image>/g,
  /\[Image: source: [^\]]*\]/g,
];

export function withoutContext(text: string): string {
  return contexts.reduce((rest, context) => rest.replace(context, ''), text).trim();
}

export function readAsked({ model, steps, tools }: ModelRequest): Asked {
  const questions = steps.flatMap((step, index) =>
    step.kind === 'user' ? [{ text: withoutContext(step.text), images: step.images, index }] : [],
  );
  const asked = questions.filter(({ text }) => text !== '');
  const newest = asked.at(-1);
  const since = steps.slice(newest?.index ?? 0);
  return {
    question: newest?.text ?? '',
    images: newest?.images ?? [],
    earlier: asked.slice(0, -1).map(({ text }) => text),
    results: since.filter((step) => step.kind === 'result'),
    tools,
    model,
  };
}
