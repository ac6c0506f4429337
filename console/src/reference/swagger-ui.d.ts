/** What is used of Swagger UI, which brings no types. */
declare module 'swagger-ui-dist/swagger-ui-es-bundle.js' {
  export default function SwaggerUI(options: {
    url: string;
    dom_id: string;
    deepLinking: boolean;
    displayRequestDuration: boolean;
    docExpansion: 'list' | 'full' | 'none';
    defaultModelsExpandDepth: number;
    validatorUrl: string | null;
    onComplete: () => void;
  }): { preauthorizeApiKey(scheme: string, value: string): void };
}
