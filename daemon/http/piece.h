// SPDX-License-Identifier: Apache-2.0
// A piece of text that many streams send, made once. Its deflated form is made by the first stream that wants it; because
// no piece refers to another, every stream can join them in its own order. Thread safe.
#pragma once

#include <cstdint>
#include <mutex>
#include <string>
#include <utility>

namespace loomgate::http {

class Piece {
 public:
  explicit Piece(std::string text) : text_(std::move(text)) {}

  const std::string& text() const { return text_; }
  // Raw deflate blocks that end on a byte. std::bad_alloc when there is no memory for it.
  const std::string& deflated() const;
  std::uint32_t crc() const;  // of the text

 private:
  void deflate_once() const;

  const std::string text_;
  mutable std::once_flag once_;
  mutable std::string deflated_;
  mutable std::uint32_t crc_ = 0;
};

// What stands around the deflated pieces of one gzip stream.
class GzipEnvelope {
 public:
  static std::string header();
  void add(const Piece& piece);
  std::string trailer() const;

 private:
  std::uint32_t crc_ = 0;
  std::uint64_t size_ = 0;
};

}  // namespace loomgate::http
