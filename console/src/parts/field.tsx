/** Fields of forms: a label, the control, and what is wrong with it or a hint below. */
import type { InputHTMLAttributes, ReactNode, SelectHTMLAttributes, TextareaHTMLAttributes } from 'react';
import { useId } from 'react';
import { classes } from './classes';

const control =
  'w-full rounded-md border border-line-strong bg-canvas px-3 text-ink placeholder:text-muted aria-invalid:border-bad';

interface Labels {
  label: string;
  hint?: ReactNode;
  /** What is wrong with it. */
  error?: string | undefined;
}

interface FrameProps extends Labels {
  children: (attributes: {
    id: string;
    'aria-describedby': string | undefined;
    'aria-invalid': boolean;
  }) => ReactNode;
}

function Frame({ label, hint, error, children }: FrameProps) {
  const id = useId();
  const below = error ?? hint;
  return (
    <div className="flex flex-col gap-1">
      <label htmlFor={id} className="text-sm font-medium">
        {label}
      </label>
      {children({
        id,
        'aria-describedby': below === undefined ? undefined : `${id}-below`,
        'aria-invalid': error !== undefined,
      })}
      {below !== undefined && (
        <p id={`${id}-below`} className={classes('text-sm', error === undefined ? 'text-muted' : 'text-bad')}>
          {below}
        </p>
      )}
    </div>
  );
}

export function TextField({
  label,
  hint,
  error,
  className,
  ...rest
}: Labels & InputHTMLAttributes<HTMLInputElement>) {
  return (
    <Frame label={label} hint={hint} error={error}>
      {(attributes) => <input {...attributes} {...rest} className={classes(control, 'h-9', className)} />}
    </Frame>
  );
}

export function TextArea({
  label,
  hint,
  error,
  className,
  ...rest
}: Labels & TextareaHTMLAttributes<HTMLTextAreaElement>) {
  return (
    <Frame label={label} hint={hint} error={error}>
      {(attributes) => (
        <textarea {...attributes} {...rest} className={classes(control, 'min-h-24 py-2', className)} />
      )}
    </Frame>
  );
}

export function SelectField({
  label,
  hint,
  error,
  className,
  children,
  ...rest
}: Labels & SelectHTMLAttributes<HTMLSelectElement>) {
  return (
    <Frame label={label} hint={hint} error={error}>
      {(attributes) => (
        <select {...attributes} {...rest} className={classes(control, 'h-9', className)}>
          {children}
        </select>
      )}
    </Frame>
  );
}
