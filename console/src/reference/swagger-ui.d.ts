/** What is used of Swagger UI, which brings no types. */
declare module 'swagger-ui-dist/swagger-ui-es-bundle.js' {
  interface Reference {
    preauthorizeApiKey(scheme: string, value: string): void;
  }
  type Props = { path?: string; text?: import('react').ReactNode };
  type Component = import('react').ComponentType<Props>;
  /** Puts components of one's own in the place of theirs. */
  type Plugin = (system: { React: typeof import('react') }) => {
    wrapComponents: Record<string, (original: Component) => (props: Props) => import('react').ReactElement>;
  };
  export default function SwaggerUI(options: {
    url: string;
    dom_id: string;
    deepLinking: boolean;
    displayRequestDuration: boolean;
    docExpansion: 'list' | 'full' | 'none';
    defaultModelsExpandDepth: number;
    validatorUrl: string | null;
    plugins: readonly Plugin[];
    onComplete: () => void;
  }): Reference;
}
