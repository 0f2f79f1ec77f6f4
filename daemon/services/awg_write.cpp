// SPDX-License-Identifier: Apache-2.0
#include "daemon/services/awg_write.h"

#include <algorithm>

#include "daemon/domain/awg_merge.h"

namespace loomgate::services {
namespace {

// A number that no int holds becomes one that every rule refuses all the same.
void apply_number(const json::Field<std::int64_t>& sent, std::optional<int>& target) {
  if (sent.is_absent()) return;
  target.reset();
  if (sent.has_value()) target = static_cast<int>(std::clamp<std::int64_t>(sent.value(), -1, 1 << 20));
}

domain::AwgOptions merged_options(const json::Field<domain::AwgOptions>& sent, domain::AwgOptions stored,
                                  const domain::AwgVersion& version, domain::AwgLevel level) {
  if (!sent.has_value()) return stored;
  return domain::merge_awg_options(stored, sent.value(), version, level);
}

}  // namespace

domain::AwgShared with_sent_numbers(const AwgSharedWrite& write, domain::AwgShared stored) {
  apply_number(write.s1, stored.s1);
  apply_number(write.s2, stored.s2);
  apply_number(write.s3, stored.s3);
  apply_number(write.s4, stored.s4);
  write.h1.apply_to(stored.h1);
  write.h2.apply_to(stored.h2);
  write.h3.apply_to(stored.h3);
  write.h4.apply_to(stored.h4);
  return stored;
}

domain::AwgShared merged(const AwgSharedWrite& write, domain::AwgShared stored, const domain::AwgVersion& version) {
  stored.options = merged_options(write.options, std::move(stored.options), version, domain::AwgLevel::kConfig);
  return with_sent_numbers(write, std::move(stored));
}

domain::AwgNode merged(const AwgNodeWrite& write, domain::AwgNode stored, const domain::AwgVersion& version) {
  stored.options = merged_options(write.options, std::move(stored.options), version, domain::AwgLevel::kNode);
  apply_number(write.jc, stored.jc);
  apply_number(write.jmin, stored.jmin);
  apply_number(write.jmax, stored.jmax);
  write.i1.apply_to(stored.i1);
  write.i2.apply_to(stored.i2);
  write.i3.apply_to(stored.i3);
  write.i4.apply_to(stored.i4);
  write.i5.apply_to(stored.i5);
  return stored;
}

domain::AwgShared as_sent(const AwgSharedWrite& write) {
  domain::AwgShared sent;
  sent.options = write.options.value_or({});
  return with_sent_numbers(write, std::move(sent));
}

}  // namespace loomgate::services

namespace loomgate::json {

using services::AwgNodeWrite;
using services::AwgSharedWrite;

const Shape<AwgSharedWrite>& Describe<AwgSharedWrite>::shape() {
  static const auto shape = Shape<AwgSharedWrite>("AwgSharedWrite")
                                .field("awg_options", &AwgSharedWrite::options)
                                .field("awg_s1", &AwgSharedWrite::s1)
                                .field("awg_s2", &AwgSharedWrite::s2)
                                .field("awg_s3", &AwgSharedWrite::s3)
                                .field("awg_s4", &AwgSharedWrite::s4)
                                .field("awg_h1", &AwgSharedWrite::h1, optional_text())
                                .field("awg_h2", &AwgSharedWrite::h2, optional_text())
                                .field("awg_h3", &AwgSharedWrite::h3, optional_text())
                                .field("awg_h4", &AwgSharedWrite::h4, optional_text());
  return shape;
}

const Shape<AwgNodeWrite>& Describe<AwgNodeWrite>::shape() {
  static const auto shape = Shape<AwgNodeWrite>("AwgNodeWrite")
                                .field("awg_options", &AwgNodeWrite::options)
                                .field("awg_jc", &AwgNodeWrite::jc)
                                .field("awg_jmin", &AwgNodeWrite::jmin)
                                .field("awg_jmax", &AwgNodeWrite::jmax)
                                .field("awg_i1", &AwgNodeWrite::i1, optional_text())
                                .field("awg_i2", &AwgNodeWrite::i2, optional_text())
                                .field("awg_i3", &AwgNodeWrite::i3, optional_text())
                                .field("awg_i4", &AwgNodeWrite::i4, optional_text())
                                .field("awg_i5", &AwgNodeWrite::i5, optional_text());
  return shape;
}

}  // namespace loomgate::json
