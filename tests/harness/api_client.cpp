// SPDX-License-Identifier: Apache-2.0
#include "tests/harness/api_client.h"

#include <curl/curl.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <stdexcept>

namespace loomgate::harness {
namespace {

constexpr long kTimeoutSeconds = 30;

std::string lower(std::string_view text) {
  std::string made(text);
  std::ranges::transform(made, made.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return made;
}

std::string_view trim(std::string_view text) {
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.front())) != 0) text.remove_prefix(1);
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.back())) != 0) text.remove_suffix(1);
  return text;
}

std::size_t take_body(char* data, std::size_t size, std::size_t count, void* into) {
  static_cast<std::string*>(into)->append(data, size * count);
  return size * count;
}

std::size_t take_header(char* data, std::size_t size, std::size_t count, void* into) {
  const std::string_view line(data, size * count);
  const auto colon = line.find(':');
  if (colon != std::string_view::npos) {
    static_cast<HttpHeaders*>(into)->emplace_back(lower(line.substr(0, colon)), trim(line.substr(colon + 1)));
  }
  return size * count;
}

bool gives(const HttpHeaders& headers, std::string_view name) {
  return std::ranges::any_of(headers, [&](const auto& header) { return lower(header.first) == lower(name); });
}

using HeaderList = std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)>;

HeaderList header_list(const HttpHeaders& headers) {
  curl_slist* list = nullptr;
  for (const auto& [name, value] : headers) list = curl_slist_append(list, (name + ": " + value).c_str());
  return {list, &curl_slist_free_all};
}

std::optional<json::View> step_into(json::View view, std::string_view step) {
  if (view.is(json::Type::kObject)) return view.find(step);
  if (!view.is(json::Type::kArray)) return std::nullopt;
  std::size_t index = 0;
  const auto [end, error] = std::from_chars(step.data(), step.data() + step.size(), index);
  const auto items = view.items();
  if (error != std::errc() || end != step.data() + step.size() || index >= items.size()) return std::nullopt;
  return items[index];
}

}  // namespace

std::optional<std::string> ApiAnswer::header(std::string_view name) const {
  for (const auto& [key, value] : headers) {
    if (key == lower(name)) return value;
  }
  return std::nullopt;
}

std::optional<json::View> ApiAnswer::at(std::string_view path) const {
  std::optional<json::View> view = json.view();
  while (view && !path.empty()) {
    const auto dot = std::min(path.find('.'), path.size());
    view = step_into(*view, path.substr(0, dot));
    path.remove_prefix(std::min(dot + 1, path.size()));
  }
  return view;
}

std::string ApiAnswer::text(std::string_view path) const {
  const auto found = at(path);
  return found && found->is(json::Type::kString) ? std::string(found->string()) : "";
}

std::int64_t ApiAnswer::integer(std::string_view path) const {
  const auto found = at(path);
  return found && found->is(json::Type::kNumber) ? found->integer().value_or(-1) : -1;
}

bool ApiAnswer::boolean(std::string_view path) const {
  const auto found = at(path);
  return found && found->is(json::Type::kBool) && found->boolean();
}

struct ApiClient::Handle {
  CURL* easy = curl_easy_init();
  Handle() = default;
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;
  ~Handle() { curl_easy_cleanup(easy); }
};

ApiClient::ApiClient(std::string base_url) : base_url_(std::move(base_url)), handle_(std::make_unique<Handle>()) {}
ApiClient::~ApiClient() = default;
ApiClient::ApiClient(ApiClient&&) noexcept = default;

ApiAnswer ApiClient::request(const std::string& method, const std::string& path, const std::string& body,
                             const HttpHeaders& headers) {
  auto sent = headers;
  if (!bearer_.empty() && !gives(headers, "authorization")) sent.emplace_back("Authorization", "Bearer " + bearer_);
  if (!body.empty() && !gives(headers, "content-type")) sent.emplace_back("Content-Type", "application/json");
  const auto list = header_list(sent);
  const auto url = base_url_ + path;
  ApiAnswer answer;
  CURL* easy = handle_->easy;
  curl_easy_reset(easy);
  curl_easy_setopt(easy, CURLOPT_URL, url.c_str());
  curl_easy_setopt(easy, CURLOPT_PATH_AS_IS, 1L);
  curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, method.c_str());
  curl_easy_setopt(easy, CURLOPT_HTTPHEADER, list.get());
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_TIMEOUT, kTimeoutSeconds);
  curl_easy_setopt(easy, CURLOPT_PROXY, "");
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &take_body);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, &answer.body);
  curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, &take_header);
  curl_easy_setopt(easy, CURLOPT_HEADERDATA, &answer.headers);
  if (method == "HEAD") curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
  if (!body.empty() || method == "POST" || method == "PUT") {
    curl_easy_setopt(easy, CURLOPT_POSTFIELDS, body.c_str());
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE, static_cast<long>(body.size()));
  }
  if (curl_easy_perform(easy) != CURLE_OK) return answer;
  long status = 0;
  curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
  answer.status = static_cast<int>(status);
  if (auto parsed = json::parse(answer.body, {.max_bytes = std::size_t{64} << 20}).value)
    answer.json = std::move(*parsed);
  return answer;
}

void ApiClient::sign_in(const std::string& password) {
  const auto quoted = json::Json(password).dump();
  auto answer = post("/api/v1/auth/setup", R"({"locale":"en-US","password":)" + quoted + "}");
  if (answer.status == 409) answer = post("/api/v1/auth/login", R"({"username":"admin","password":)" + quoted + "}");
  if (answer.status != 200) throw std::runtime_error("cannot sign in: " + answer.body);
  set_bearer(answer.text("data.access_token"));
}

}  // namespace loomgate::harness
