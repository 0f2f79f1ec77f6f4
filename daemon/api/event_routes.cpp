// SPDX-License-Identifier: Apache-2.0
#include "daemon/api/event_routes.h"

#include <charconv>

#include "daemon/http/compression.h"

namespace loomgate::api {
namespace {

// Anything but a number of ours is ignored, as if the browser came for the first time.
std::optional<std::uint64_t> last_event_id(const http::Request& request) {
  const auto text = request.header("last-event-id");
  if (!text) return std::nullopt;
  std::uint64_t id = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), id);
  if (error != std::errc{} || end != text->data() + text->size()) return std::nullopt;
  return id;
}

http::Response open_stream(events::EventService& events, const http::Context& context) {
  const auto& request = context.request();
  auto stream = std::make_shared<http::Stream>(
      http::StreamLimits{.gzip = http::accepts_gzip(request.header("accept-encoding").value_or(""))});
  const auto id = events.join({stream, last_event_id(request), context.principal().expires_at});
  stream->on_end([&events, id] { events.leave(id); });
  return http::stream_response(std::move(stream), "text/event-stream; charset=utf-8");
}

}  // namespace

std::vector<http::Route> event_routes(events::EventService& events) {
  return {{.method = "GET",
           .path = "/api/v1/events/stream",
           .summary = "Server-sent events: what changed, as it is now",
           .content_type = "text/event-stream",
           .handler = [&events](const http::Context& context) { return open_stream(events, context); }}};
}

}  // namespace loomgate::api
