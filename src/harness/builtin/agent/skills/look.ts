import { answering, type Skill } from './skill.js';

const pattern =
  /^\s*(?:what (?:do you see|is (?:in|on) (?:the|this) (?:image|picture))|describe (?:the|this|these) (?:image|picture)s?)\s*[?.!]*\s*$/i;

export const look: Skill = {
  summary: 'tell which images came with the prompt, without looking into them',
  example: 'What do you see?',
  match: (prompt) =>
    pattern.test(prompt)
      ? answering(({ request: { images = [] } }) => {
          if (images.length === 0) return 'I was shown no image.';
          const each = images.map(({ mimeType, bytes }) => `${mimeType} of ${bytes} bytes`);
          return `I was shown ${images.length} ${images.length === 1 ? 'image' : 'images'}: ${each.join(', ')}. I cannot tell what is in it.`;
        })
      : undefined,
};
