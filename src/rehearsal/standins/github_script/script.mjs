// The script of actions/github-script, with what it expects to be there.
// Everything comes by the environment: INPUTS (JSON), SCRIPT_TOKEN, and what a runner sets.
import { execFileSync } from "node:child_process";
import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { randomBytes } from "node:crypto";
import { EOL } from "node:os";

const env = process.env;
const inputs = JSON.parse(env.INPUTS);
const api = inputs["base-url"] || env.GITHUB_API_URL;

// What GitHub's REST API calls each of these: a place in braces is a parameter.
const R = "/repos/{owner}/{repo}";
const METHODS = {
  actions: {
    createWorkflowDispatch: `POST ${R}/actions/workflows/{workflow_id}/dispatches`,
    getWorkflowRun: `GET ${R}/actions/runs/{run_id}`,
    listJobsForWorkflowRun: `GET ${R}/actions/runs/{run_id}/jobs`,
    listWorkflowRuns: `GET ${R}/actions/workflows/{workflow_id}/runs`,
    listWorkflowRunsForRepo: `GET ${R}/actions/runs`,
    listWorkflowRunArtifacts: `GET ${R}/actions/runs/{run_id}/artifacts`,
    reRunWorkflowFailedJobs: `POST ${R}/actions/runs/{run_id}/rerun-failed-jobs`,
    cancelWorkflowRun: `POST ${R}/actions/runs/{run_id}/cancel`,
  },
  git: {
    createBlob: `POST ${R}/git/blobs`,
    createCommit: `POST ${R}/git/commits`,
    createRef: `POST ${R}/git/refs`,
    createTag: `POST ${R}/git/tags`,
    createTree: `POST ${R}/git/trees`,
    deleteRef: `DELETE ${R}/git/refs/{ref}`,
    getCommit: `GET ${R}/git/commits/{commit_sha}`,
    getRef: `GET ${R}/git/ref/{ref}`,
    getTag: `GET ${R}/git/tags/{tag_sha}`,
    getTree: `GET ${R}/git/trees/{tree_sha}`,
    listMatchingRefs: `GET ${R}/git/matching-refs/{ref}`,
    updateRef: `PATCH ${R}/git/refs/{ref}`,
  },
  issues: { listForRepo: `GET ${R}/issues` },
  pulls: {
    create: `POST ${R}/pulls`,
    get: `GET ${R}/pulls/{pull_number}`,
    list: `GET ${R}/pulls`,
    update: `PATCH ${R}/pulls/{pull_number}`,
  },
  repos: {
    compareCommitsWithBasehead: `GET ${R}/compare/{basehead}`,
    createDispatchEvent: `POST ${R}/dispatches`,
    createOrUpdateFileContents: `PUT ${R}/contents/{path}`,
    createRelease: `POST ${R}/releases`,
    deleteRelease: `DELETE ${R}/releases/{release_id}`,
    deleteReleaseAsset: `DELETE ${R}/releases/assets/{asset_id}`,
    generateReleaseNotes: `POST ${R}/releases/generate-notes`,
    get: `GET ${R}`,
    getBranch: `GET ${R}/branches/{branch}`,
    getCommit: `GET ${R}/commits/{ref}`,
    getContent: `GET ${R}/contents/{path}`,
    getLatestRelease: `GET ${R}/releases/latest`,
    getRelease: `GET ${R}/releases/{release_id}`,
    getReleaseAsset: `GET ${R}/releases/assets/{asset_id}`,
    getReleaseByTag: `GET ${R}/releases/tags/{tag}`,
    listBranches: `GET ${R}/branches`,
    listCommits: `GET ${R}/commits`,
    listReleaseAssets: `GET ${R}/releases/{release_id}/assets`,
    listReleases: `GET ${R}/releases`,
    listTags: `GET ${R}/tags`,
    updateRelease: `PATCH ${R}/releases/{release_id}`,
    uploadReleaseAsset: `POST ${R}/releases/{release_id}/assets`,
  },
};

class RequestError extends Error {
  constructor(message, status, response) {
    super(message);
    this.name = "HttpError";
    this.status = status;
    this.response = response;
  }
}

async function request(route, parameters = {}) {
  const { headers: more, baseUrl, mediaType, ...left } = parameters;
  let [method, path] = route.split(" ");
  path = path.replace(/\{(\w+)\}/g, (_, name) => {
    if (left[name] === undefined) {
      throw new RequestError(`"${name}" is required by ${route}`, 400);
    }
    const value = String(left[name]);
    delete left[name];
    // A ref or a path keeps its slashes.
    return value.split("/").map(encodeURIComponent).join("/");
  });
  const upload = /\/releases\/\d+\/assets$/.test(path) && method === "POST";
  const url = new URL((upload ? api.replace(/\/?$/, "") : baseUrl || api) + path);
  const headers = {
    accept: mediaType?.format ? `application/vnd.github.${mediaType.format}+json` : "application/vnd.github+json",
    authorization: `Bearer ${env.SCRIPT_TOKEN}`,
    "user-agent": inputs["user-agent"] || "actions/github-script",
    ...more,
  };
  let body;
  if (upload) {
    body = left.data;
    delete left.data;
    headers["content-type"] ||= "application/octet-stream";
  }
  if (upload || method === "GET" || method === "HEAD") {
    for (const [name, value] of Object.entries(left)) {
      if (value !== undefined) url.searchParams.set(name, value);
    }
  } else {
    body = JSON.stringify(left);
    headers["content-type"] = "application/json";
  }
  const answer = await fetch(url, { method, headers, body });
  const text = await answer.text();
  let data = text;
  try {
    data = text ? JSON.parse(text) : undefined;
  } catch {
    // Bytes of a file, for one.
  }
  const response = { status: answer.status, url: String(url), headers: Object.fromEntries(answer.headers), data };
  if (!answer.ok) throw new RequestError(data?.message || text, answer.status, response);
  return response;
}

async function* pages(method, parameters, map) {
  for (let page = 1; ; page++) {
    const per = parameters?.per_page || 30;
    const response = await method({ ...parameters, per_page: per, page });
    const data = response.data;
    // A list stands bare, or under a name beside its count.
    const list = Array.isArray(data) ? data : Object.values(data).find(Array.isArray) || [];
    yield { ...response, data: list };
    if (list.length < per) return;
  }
}

async function paginate(method, parameters, map) {
  const ask = typeof method === "string" ? (given) => request(method, given) : method;
  const all = [];
  for await (const response of pages(ask, parameters)) all.push(...(map ? map(response) : response.data));
  return all;
}
paginate.iterator = (method, parameters) =>
  pages(typeof method === "string" ? (given) => request(method, given) : method, parameters);

function unknown(name) {
  return new Error(
    `The stand-in of actions/github-script does not know ${name}: use github.request("METHOD /path", parameters)`,
  );
}

const rest = new Proxy(METHODS, {
  get(topics, topic) {
    if (!topics[topic]) throw unknown(`github.rest.${String(topic)}`);
    return new Proxy(topics[topic], {
      get(methods, name) {
        if (!methods[name]) throw unknown(`github.rest.${topic}.${String(name)}`);
        return (parameters) => request(methods[name], parameters);
      },
    });
  },
});
const github = {
  rest,
  request,
  paginate,
  graphql: async (query, variables) => {
    const { data } = await request("POST /graphql", { query, variables });
    if (data.errors) throw new RequestError(data.errors.map((one) => one.message).join("; "), 200);
    return data.data;
  },
};

// What the toolkit's packages say to a runner.
const escaped = (text) => String(text).replace(/%/g, "%25").replace(/\r/g, "%0D").replace(/\n/g, "%0A");
const say = (name, text) => console.log(`::${name}::${escaped(text instanceof Error ? text.message : text)}`);
const told = (value) => (value === undefined || value === null ? "" : typeof value === "string" ? value : JSON.stringify(value));

function into(file, name, value) {
  const mark = `ghadelimiter_${randomBytes(8).toString("hex")}`;
  appendFileSync(env[file], `${name}<<${mark}${EOL}${told(value)}${EOL}${mark}${EOL}`);
}

const summary = {
  text: "",
  addRaw(text, line = false) {
    this.text += text + (line ? EOL : "");
    return this;
  },
  addEOL() {
    return this.addRaw(EOL);
  },
  addHeading(text, level = 1) {
    return this.addRaw(`<h${level}>${text}</h${level}>`, true);
  },
  addLink(text, address) {
    return this.addRaw(`<a href="${address}">${text}</a>`, true);
  },
  addTable(rows) {
    const cell = (one) => (typeof one === "object" ? `<td>${one.data}</td>` : `<td>${one}</td>`);
    return this.addRaw(`<table>${rows.map((row) => `<tr>${row.map(cell).join("")}</tr>`).join("")}</table>`, true);
  },
  async write() {
    appendFileSync(env.GITHUB_STEP_SUMMARY, this.text);
    this.text = "";
    return this;
  },
};
const core = {
  summary,
  debug: (text) => say("debug", text),
  info: (text) => console.log(text),
  notice: (text) => say("notice", text),
  warning: (text) => say("warning", text),
  error: (text) => say("error", text),
  setSecret: (text) => say("add-mask", text),
  setOutput: (name, value) => into("GITHUB_OUTPUT", name, value),
  exportVariable(name, value) {
    env[name] = told(value);
    into("GITHUB_ENV", name, value);
  },
  addPath: (folder) => appendFileSync(env.GITHUB_PATH, `${folder}${EOL}`),
  getInput: (name) => env[`INPUT_${name.replace(/ /g, "_").toUpperCase()}`] || "",
  setFailed(text) {
    process.exitCode = 1;
    say("error", text);
  },
  startGroup: (name) => say("group", name),
  endGroup: () => say("endgroup", ""),
  isDebug: () => env.RUNNER_DEBUG === "1",
};
const exec = {
  async exec(command, args = [], options = {}) {
    return (await this.getExecOutput(command, args, options)).exitCode;
  },
  async getExecOutput(command, args = [], options = {}) {
    const [program, ...words] = command.split(" ");
    try {
      const stdout = execFileSync(program, [...words, ...args], { encoding: "utf8", cwd: options.cwd, input: options.input });
      if (!options.silent) process.stdout.write(stdout);
      return { exitCode: 0, stdout, stderr: "" };
    } catch (error) {
      if (error.status === undefined || error.status === null || !options.ignoreReturnCode) throw error;
      return { exitCode: error.status, stdout: error.stdout || "", stderr: error.stderr || "" };
    }
  },
};
const [owner, repo] = env.GITHUB_REPOSITORY.split("/");
const payload = existsSync(env.GITHUB_EVENT_PATH || "") ? JSON.parse(readFileSync(env.GITHUB_EVENT_PATH, "utf8")) : {};
const context = {
  payload,
  eventName: env.GITHUB_EVENT_NAME,
  sha: env.GITHUB_SHA,
  ref: env.GITHUB_REF,
  workflow: env.GITHUB_WORKFLOW,
  action: env.GITHUB_ACTION,
  actor: env.GITHUB_ACTOR,
  job: env.GITHUB_JOB,
  runId: Number(env.GITHUB_RUN_ID),
  runNumber: Number(env.GITHUB_RUN_NUMBER),
  runAttempt: Number(env.GITHUB_RUN_ATTEMPT),
  apiUrl: env.GITHUB_API_URL,
  serverUrl: env.GITHUB_SERVER_URL,
  graphqlUrl: env.GITHUB_GRAPHQL_URL,
  repo: { owner, repo },
  issue: { owner, repo, number: (payload.issue || payload.pull_request || payload).number },
};

try {
  const names = ["github", "octokit", "context", "core", "exec", "require"];
  const AsyncFunction = Object.getPrototypeOf(async () => {}).constructor;
  const script = new AsyncFunction(...names, inputs.script);
  const require = createRequire(`${env.GITHUB_WORKSPACE}/`);
  const result = await script(github, github, context, core, exec, require);
  const text = inputs["result-encoding"] === "string" ? String(result) : JSON.stringify(result);
  core.setOutput("result", text);
} catch (error) {
  core.setFailed(`Unhandled error: ${error}`);
}
