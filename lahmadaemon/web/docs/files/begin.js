// Shows the document of the window this page came from, also below a prefix; no validator elsewhere is asked.
"use strict";

const here = new URL(".", location.href).pathname.replace(/\/$/, "");

fetch("openapi.json", { headers: { Accept: "application/json" } })
  .then((answer) => answer.json())
  .then((spec) =>
    window.SwaggerUIBundle({
      spec: { ...spec, servers: [{ url: here || "/" }] },
      dom_id: "#document",
      validatorUrl: null,
      deepLinking: true,
      docExpansion: "list",
      defaultModelsExpandDepth: 0,
      displayRequestDuration: true,
      filter: true,
    }),
  );
