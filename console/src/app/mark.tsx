/** The wheel. Beside the name, which says the same. */
export function Mark() {
  return (
    <svg aria-hidden="true" viewBox="0 0 32 32" className="size-7 shrink-0">
      <rect width="32" height="32" rx="7" fill="#14233a" />
      <g fill="none" stroke="#e0b04f" strokeWidth="2.4" strokeLinecap="round">
        <circle cx="16" cy="16" r="7" />
        <circle cx="16" cy="16" r="1.6" fill="#e0b04f" stroke="none" />
        <path d="M16 4.5v23M4.5 16h23M7.9 7.9l16.2 16.2M24.1 7.9 7.9 24.1" />
      </g>
    </svg>
  );
}
