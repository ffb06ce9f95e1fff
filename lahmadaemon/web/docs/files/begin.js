// Shows the document of the window this page came from; no validator elsewhere is asked.
"use strict";

fetch("openapi.json", { headers: { Accept: "application/json" } })
  .then((answer) => answer.json())
  .then((spec) =>
    window.SwaggerUIBundle({
      spec,
      dom_id: "#document",
      validatorUrl: null,
      deepLinking: true,
      docExpansion: "list",
      defaultModelsExpandDepth: 0,
      displayRequestDuration: true,
      filter: true,
    }),
  );
