// SPDX-License-Identifier: Apache-2.0
// The API reference: reads the OpenAPI document of this server and shows it. Every text goes in as text, never as HTML.
"use strict";

const byId = (id) => document.getElementById(id);

function element(name, attributes, ...children) {
  const made = document.createElement(name);
  Object.assign(made, attributes);
  made.append(...children);
  return made;
}

const nameOf = (reference) => reference.split("/").pop();
const schemaLink = (name) => element("a", { href: `#schema-${name}` }, name);

// One line for a schema: its type, a link to its name, its bounds.
function brief(schema) {
  if (schema.$ref) return [schemaLink(nameOf(schema.$ref))];
  if (schema.anyOf || schema.allOf) {
    return (schema.anyOf || schema.allOf).flatMap((part, index) => index ? [" | ", ...brief(part)] : brief(part));
  }
  if (schema.enum) return [schema.enum.map((value) => JSON.stringify(value)).join(" | ")];
  const types = [].concat(schema.type ?? "any").join(" | ");
  const bounds = ["minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems", "format", "pattern"]
    .filter((key) => schema[key] !== undefined).map((key) => `${key} ${schema[key]}`);
  const line = [bounds.length ? `${types} (${bounds.join(", ")})` : types];
  if (schema.items) line.push(" of ", ...brief(schema.items));
  if (schema.additionalProperties) line.push(" of any name to ", ...brief(schema.additionalProperties));
  return line;
}

function table(head, rows) {
  const cells = (kind, row) => element("tr", {}, ...row.map((cell) => element(kind, {}, ...[].concat(cell))));
  return element("table", {}, element("thead", {}, cells("th", head)), element("tbody", {}, ...rows.map((row) => cells("td", row))));
}

function members(schema) {
  const required = new Set(schema.required ?? []);
  return table(["Member", "Type", "Needed", "Notes"], Object.entries(schema.properties ?? {}).map(([name, rule]) => [
    element("code", {}, name), brief(rule), required.has(name) ? "yes" : "",
    [rule.description ?? "", rule.default === undefined ? "" : ` Default ${JSON.stringify(rule.default)}.`].join(""),
  ]));
}

function body(title, schema) {
  const shown = schema.properties?.data ?? schema;
  return [element("h3", {}, title), shown.properties ? members(shown) : element("p", {}, ...brief(shown))];
}

function answers(responses) {
  return table(["Status", "Codes"], Object.entries(responses).filter(([status]) => status !== "200")
    .map(([status, response]) => [status, element("code", {}, response.description)]));
}

function operation(path, method, described) {
  const made = element("details", { id: described.operationId },
    element("summary", {}, element("span", { className: "method" }, method.toUpperCase()), element("code", {}, path), " ",
      element("span", {}, described.summary)));
  const access = described.security.length ? described.security.flatMap(Object.keys).join(" or ") : "public";
  made.append(element("p", {}, `Access: ${access}`));
  if (described.parameters) {
    made.append(element("h3", {}, "Parameters"), table(["Name", "In", "Type", "Needed"], described.parameters.map((one) =>
      [element("code", {}, one.name), one.in, brief(one.schema), one.required ? "yes" : ""])));
  }
  const request = described.requestBody?.content["application/json"];
  if (request) made.append(...body("Body", request.schema));
  const [type, answer] = Object.entries(described.responses[200].content)[0];
  made.append(...(answer.schema ? body("Data of the answer", answer.schema) : body("Answer", { type })));
  made.append(element("h3", {}, "Errors"), answers(described.responses));
  made.dataset.text = JSON.stringify([path, method, described]).toLowerCase();
  return made;
}

function show(api) {
  document.title = byId("title").textContent = `${api.info.title} API ${api.info.version}`;
  byId("about").textContent = api.info.description;
  const groups = new Map();
  for (const [path, item] of Object.entries(api.paths)) {
    for (const [method, described] of Object.entries(item)) {
      const tag = described.tags[0];
      if (!groups.has(tag)) groups.set(tag, element("section", {}, element("h2", {}, tag)));
      groups.get(tag).append(operation(path, method, described));
    }
  }
  byId("operations").append(...groups.values());
  for (const [name, schema] of Object.entries(api.components.schemas)) {
    const made = element("details", { id: `schema-${name}` }, element("summary", {}, name), members(schema));
    made.dataset.text = JSON.stringify([name, schema]).toLowerCase();
    byId("schemas").append(made);
  }
}

function filter() {
  const wanted = byId("filter").value.trim().toLowerCase();
  let count = 0;
  for (const one of document.querySelectorAll("details")) {
    one.hidden = !one.dataset.text.includes(wanted);
    count += one.hidden ? 0 : 1;
  }
  for (const section of document.querySelectorAll("#operations section")) {
    section.hidden = !section.querySelector("details:not([hidden])");
  }
  byId("found").textContent = `${count} operations and schemas`;
}

// A link to an operation or a schema opens it.
function openTarget() {
  const target = location.hash && byId(decodeURIComponent(location.hash.slice(1)));
  if (target?.tagName !== "DETAILS") return;
  target.hidden = false;
  target.open = true;
  target.scrollIntoView();
}

fetch("/docs/openapi.json").then((answer) => answer.json()).then((api) => {
  show(api);
  filter();
  openTarget();
  byId("filter").addEventListener("input", filter);
  addEventListener("hashchange", openTarget);
}).catch((error) => { byId("found").textContent = `The document cannot be read: ${error.message}`; });
