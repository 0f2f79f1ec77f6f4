// SPDX-License-Identifier: Apache-2.0
#include "tests/harness/event_reader.h"

#include <curl/curl.h>

#include <atomic>
#include <mutex>
#include <stdexcept>
#include <thread>

#include "tests/harness/api_client.h"
#include "tests/harness/eventually.h"

namespace loomgate::harness {
namespace {

std::string line_value(const std::string& frame, const std::string& name) {
  const std::string lines = "\n" + frame + "\n", start = "\n" + name + ": ";
  const auto at = lines.find(start);
  if (at == std::string::npos) return "";
  const auto from = at + start.size();
  return lines.substr(from, lines.find('\n', from) - from);
}

}  // namespace

std::string StreamEvent::text(const std::string& path) const {
  ApiAnswer answer;
  answer.json = data;
  const auto found = answer.at("payload." + path);
  if (!found) return "";
  return found->is(json::Type::kString) ? std::string(found->string()) : found->dump();
}

struct EventReader::Impl {
  void run() {
    CURL* curl = curl_easy_init();
    curl_slist* headers = nullptr;
    headers = curl_slist_append(headers, ("Authorization: Bearer " + bearer).c_str());
    if (!last_id.empty()) headers = curl_slist_append(headers, ("Last-Event-ID: " + last_id).c_str());
    curl_easy_setopt(curl, CURLOPT_URL, (base_url + "/api/v1/events/stream").c_str());
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, this);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, &Impl::on_data);
    curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(curl, CURLOPT_XFERINFODATA, this);
    curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, &Impl::on_progress);
    if (gzip) curl_easy_setopt(curl, CURLOPT_ACCEPT_ENCODING, "gzip");
    handle = curl;
    well = curl_easy_perform(curl) == CURLE_OK;
    note_answer();
    ended = true;
    handle = nullptr;
    curl_easy_cleanup(curl);
    curl_slist_free_all(headers);
  }

  static std::size_t on_data(char* data, std::size_t size, std::size_t count, void* self) {
    static_cast<Impl*>(self)->take(std::string_view(data, size * count));
    return size * count;
  }
  static int on_progress(void* self, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
    return static_cast<Impl*>(self)->stopping ? 1 : 0;
  }

  void note_answer() {
    const std::lock_guard lock(mutex);
    curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
    const char* type = nullptr;
    if (curl_easy_getinfo(handle, CURLINFO_CONTENT_TYPE, &type) == CURLE_OK && type != nullptr) content_type = type;
  }

  void take(std::string_view data) {
    note_answer();
    buffer += data;
    for (auto end = buffer.find("\n\n"); end != std::string::npos; end = buffer.find("\n\n")) {
      const std::string frame = buffer.substr(0, end);
      buffer.erase(0, end + 2);
      auto parsed = json::parse(line_value(frame, "data"), {.max_bytes = std::size_t{64} << 20});
      StreamEvent event{line_value(frame, "event"), line_value(frame, "id"),
                        parsed.value ? std::move(*parsed.value) : json::Json(), std::chrono::steady_clock::now()};
      const std::lock_guard lock(mutex);
      last_id = event.id;
      events.push_back(std::move(event));
    }
  }

  std::string base_url, bearer;
  std::string buffer;
  std::atomic<bool> stopping{false};
  std::atomic<bool> ended{false};
  std::atomic<bool> well{false};
  bool gzip = false;
  CURL* handle = nullptr;
  mutable std::mutex mutex;
  std::vector<StreamEvent> events;
  std::string last_id;
  long status = 0;
  std::string content_type;
  std::thread thread;
};

EventReader::EventReader(const std::string& base_url, const std::string& bearer, const std::string& last_event_id,
                         bool gzip)
    : impl_(std::make_unique<Impl>()) {
  impl_->base_url = base_url;
  impl_->bearer = bearer;
  impl_->last_id = last_event_id;
  impl_->gzip = gzip;
  impl_->thread = std::thread([impl = impl_.get()] { impl->run(); });
}

EventReader::~EventReader() {
  impl_->stopping = true;
  impl_->thread.join();
}

std::vector<StreamEvent> EventReader::events() const {
  const std::lock_guard lock(impl_->mutex);
  return impl_->events;
}

std::vector<StreamEvent> EventReader::events(const std::string& type) const {
  auto all = events();
  std::erase_if(all, [&](const StreamEvent& event) { return event.type != type; });
  return all;
}

std::optional<StreamEvent> EventReader::wait(const std::string& type, std::chrono::milliseconds deadline,
                                             const std::function<bool(const StreamEvent&)>& passes,
                                             std::size_t from) const {
  std::optional<StreamEvent> found;
  eventually(deadline, [&] {
    const std::lock_guard lock(impl_->mutex);
    for (std::size_t at = from; at < impl_->events.size(); ++at) {
      const StreamEvent& event = impl_->events[at];
      if (event.type != type || (passes && !passes(event))) continue;
      found = event;
      return true;
    }
    return false;
  });
  return found;
}

std::string EventReader::last_event_id() const {
  const std::lock_guard lock(impl_->mutex);
  return impl_->last_id;
}

bool EventReader::ended() const {
  return impl_->ended;
}

bool EventReader::ended_well() const {
  return impl_->ended && impl_->well;
}

long EventReader::status() const {
  const std::lock_guard lock(impl_->mutex);
  return impl_->status;
}

std::string EventReader::content_type() const {
  const std::lock_guard lock(impl_->mutex);
  return impl_->content_type;
}

}  // namespace loomgate::harness
