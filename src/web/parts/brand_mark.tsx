/** The sign of the program. */
export function BrandMark() {
  return (
    <svg class="brand-mark" viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="7" />
      <path d="M8 9h6v6H8zM18 17h6v6h-6zM11 15v5h7" />
    </svg>
  );
}
