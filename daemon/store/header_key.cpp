// SPDX-License-Identifier: Apache-2.0
#include "daemon/store/header_key.h"

#include "daemon/domain/awg_version.h"
#include "daemon/store/awg_columns.h"

namespace loomgate::store {

void open_header_key(const crypto::Sealer& sealer, domain::Config& config) {
  if (!config.awg.sealed_header_key) return;
  config.awg.options[domain::kHeaderProtectionKey] =
      sealer.open(header_key_place(config.id), *config.awg.sealed_header_key);
  config.awg.sealed_header_key.reset();
}

}  // namespace loomgate::store
