// SPDX-License-Identifier: Apache-2.0
// The start page: shows whether set-up is needed, sets the first password, logs in. The token stays in this tab only.
"use strict";

const byId = (id) => document.getElementById(id);
const stored = { get token() { return sessionStorage.getItem("token"); } };

async function call(method, path, body) {
  const headers = { Accept: "application/json" };
  if (body) headers["Content-Type"] = "application/json";
  if (stored.token) headers.Authorization = `Bearer ${stored.token}`;
  const answer = await fetch(path, { method, headers, body: body && JSON.stringify(body), cache: "no-store" });
  const envelope = await answer.json();
  if (!envelope.success) throw new Error(envelope.error.message);
  return envelope.data;
}

function complain(text) {
  byId("problem").textContent = text;
  byId("problem").hidden = !text;
}

function show(state) {
  byId("setup").hidden = !state.setup_required;
  byId("login").hidden = state.setup_required || state.authenticated;
  byId("session").hidden = !state.authenticated;
  byId("status").textContent = state.setup_required ? "This server waits for its first password."
    : state.authenticated ? `Logged in as ${state.display_name}.` : "This server is set up.";
  if (!state.authenticated) return;
  byId("expires").textContent = new Date(state.expires_at).toLocaleString();
  byId("token").value = stored.token;
}

async function refresh() {
  try {
    show(await call("GET", "/api/v1/auth/state"));
    const health = await call("GET", "/api/v1/system/health");
    byId("version").textContent = `${health.service} ${health.version}`;
  } catch (error) {
    byId("status").textContent = "The server does not answer.";
    complain(error.message);
  }
}

function onSubmit(id, path, bodyOf) {
  const form = byId(id);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    complain("");
    const button = form.querySelector("button");
    button.disabled = true;
    try {
      const session = await call("POST", path, bodyOf(Object.fromEntries(new FormData(form))));
      sessionStorage.setItem("token", session.access_token);
      form.reset();
      show(session);
    } catch (error) {
      complain(error.message);
    } finally {
      button.disabled = false;
    }
  });
}

onSubmit("setup", "/api/v1/auth/setup", ({ password, again, bootstrap_code }) => {
  if (password !== again) throw new Error("The two passwords differ.");
  return { password, bootstrap_code, locale: navigator.language.startsWith("zh") ? "zh-CN" : "en-US" };
});
onSubmit("login", "/api/v1/auth/login", ({ username, password }) => ({ username, password }));
byId("logout").addEventListener("click", async () => {
  sessionStorage.removeItem("token");
  await call("POST", "/api/v1/auth/logout").catch(() => {});
  refresh();
});
byId("copy").addEventListener("click", () => {
  byId("token").select();
  navigator.clipboard?.writeText(byId("token").value);
});
refresh();
